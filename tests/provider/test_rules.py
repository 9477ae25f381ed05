"""What may be asked of a model, by its table."""

import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.provider.catalogue import (
    BY_KEY,
    BY_WIRE_ID,
    DEFAULT_MODEL,
    IMAGE_BYTES_MAX,
    IMAGES_MAX,
    MODELS,
    RATIOS_FOURTEEN,
    RATIOS_TEN,
    Model,
    nearest_ratio,
)
from studio.provider.request import GenerationRequest, InputImage, InvalidRequest
from studio.provider.rules import (
    FOLLOW_SOURCE,
    Change,
    Choices,
    ImageFacts,
    Problem,
    body_bytes,
    encoded_bytes,
    keep_legal,
    may_be_out_of_reach,
    problems,
)

SIZES = ("512", "1K", "2K", "4K", "4k", "512px", "0.5K", "")
PRO, NB2, LITE, GEN_1 = BY_KEY["pro"], BY_KEY["nb2"], BY_KEY["lite"], BY_KEY["gen1"]


def codes(model: Model, **choices: object) -> list[str]:
    asked = replace(Choices(prompt="a fox"), **choices)  # type: ignore[arg-type]
    return [problem.code for problem in problems(model, asked)]


def pictures(count: int, size_bytes: int = 1_000, mime_type: str = "image/png") -> tuple[ImageFacts, ...]:
    return (ImageFacts(mime_type, size_bytes),) * count


# ── The table ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_a_row_of_the_table_is_whole(model: Model) -> None:
    assert set(model.sizes) == set(model.typical_seconds) == set(model.read_timeout_seconds) == set(model.image_tokens)
    assert model.size_default in model.sizes
    assert set(model.ratios) in (set(RATIOS_TEN), set(RATIOS_FOURTEEN))
    assert model.price_micros > 0
    assert model.thinking_default in ("", *model.thinking_levels)
    assert all(model.read_timeout_seconds[size] > 2 * model.typical_seconds[size] for size in model.sizes)
    assert model.images_advised <= model.images_max == IMAGES_MAX
    assert all(BY_WIRE_ID[wire_id] is model for wire_id in model.wire_ids)
    for size in model.sizes:
        for ratio in model.ratios:
            width, height = model.pixels(size, ratio)
            assert width % 8 == height % 8 == 0


def test_the_default_is_one_of_the_models() -> None:
    assert DEFAULT_MODEL in MODELS
    assert DEFAULT_MODEL.enabled


@pytest.mark.parametrize(
    ("model", "size", "ratio", "pixels"),
    [
        (PRO, "1K", "1:1", (1024, 1024)),
        (PRO, "4K", "21:9", (6336, 2688)),
        (NB2, "512", "8:1", (1536, 192)),
        (NB2, "4K", "1:8", (1536, 12288)),
        (LITE, "1K", "16:9", (1376, 768)),
        (GEN_1, "1K", "16:9", (1344, 768)),
    ],
)
def test_expected_pixels(model: Model, size: str, ratio: str, pixels: tuple[int, int]) -> None:
    assert model.pixels(size, ratio) == pixels


@pytest.mark.parametrize(("model", "size", "ratio"), [(PRO, "512", "1:1"), (PRO, "1K", "1:8"), (GEN_1, "2K", "1:1")])
def test_what_a_model_does_not_make_has_no_pixels(model: Model, size: str, ratio: str) -> None:
    with pytest.raises(KeyError):
        model.pixels(size, ratio)


@pytest.mark.parametrize(
    ("width", "height", "ratio"),
    [(1000, 1000, "1:1"), (1920, 1080, "16:9"), (1080, 1920, "9:16"), (4000, 3000, "4:3"), (10_000, 100, "21:9")],
)
def test_the_ratio_that_a_picture_comes_out_as(width: int, height: int, ratio: str) -> None:
    assert nearest_ratio(PRO, width, height) == ratio


# ── The rules ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("model", "choices", "found"),
    [
        (PRO, {}, []),
        (PRO, {"size": "4K", "ratio": "16:9"}, []),
        (PRO, {"size": "512"}, ["wrong_size"]),
        (PRO, {"size": "4k"}, ["wrong_size"]),
        (PRO, {"ratio": "1:8"}, ["wrong_ratio"]),
        (NB2, {"size": "512", "ratio": "1:8"}, []),
        (NB2, {"size": "512px"}, ["wrong_size"]),
        (LITE, {"size": "2K"}, ["wrong_size"]),
        (GEN_1, {"ratio": "4:1"}, ["wrong_ratio"]),
        (PRO, {"ratio": FOLLOW_SOURCE}, ["no_source"]),
        (PRO, {"ratio": FOLLOW_SOURCE, "images": pictures(1)}, []),
        (PRO, {"thinking_level": "high"}, ["wrong_thinking"]),
        (NB2, {"thinking_level": "high", "web_search": True}, []),
        (NB2, {"thinking_level": "High"}, ["wrong_thinking"]),
        (LITE, {"web_search": True}, ["no_web_search"]),
        (PRO, {"prompt": ""}, ["prompt_missing"]),
        (PRO, {"prompt": " \n\u200b\u2060\ufeff"}, ["prompt_missing"]),
        (PRO, {"prompt": "x" * 20_001}, ["prompt_too_long"]),
        (PRO, {"system_prompt": "x" * 20_001}, ["prompt_too_long"]),
        (PRO, {"images": pictures(14)}, []),
        (PRO, {"images": pictures(15)}, ["too_many_images"]),
        (PRO, {"images": pictures(1, IMAGE_BYTES_MAX)}, []),
        (PRO, {"images": pictures(1, IMAGE_BYTES_MAX + 1)}, ["image_too_big"]),
        (PRO, {"images": pictures(1, mime_type="image/gif")}, ["wrong_type"]),
        # 14 × 5,300,000 bytes are 98.9 MB as Base64, 14 × 5,400,000 are 100.8 MB.
        (PRO, {"images": pictures(14, 5_300_000)}, []),
        (PRO, {"images": pictures(14, 5_400_000)}, ["images_too_heavy"]),
    ],
)
def test_what_is_wrong_with_some_choices(model: Model, choices: dict[str, object], found: list[str]) -> None:
    assert codes(model, **choices) == found


def test_a_model_without_a_place_for_a_system_prompt_says_so() -> None:
    assert codes(replace(PRO, system_prompt=False), system_prompt="Be terse.") == ["no_system_prompt"]


def test_a_problem_carries_the_facts_for_a_sentence() -> None:
    (problem,) = problems(PRO, Choices(prompt="x", images=pictures(15)))
    assert (problem.field, problem.fact("count"), problem.fact("limit")) == ("inputs", 15, 14)


@pytest.mark.parametrize(("size_bytes", "encoded"), [(0, 0), (1, 4), (3, 4), (4, 8), (7_000_000, 9_333_336)])
def test_base64_takes_a_third_more(size_bytes: int, encoded: int) -> None:
    assert encoded_bytes(size_bytes) == encoded


def test_the_bound_of_a_body_grows_with_text_and_pictures() -> None:
    assert body_bytes([]) < body_bytes([], 1) < body_bytes(pictures(1), 1)


# ── Staying legal ──────────────────────────────────────────────────────────────────────────────────


def test_choices_that_cannot_stay_are_named() -> None:
    asked = Choices(prompt="x", size="512", ratio="8:1", thinking_level="high", web_search=True)
    legal, changes = keep_legal(GEN_1, asked)
    assert legal == Choices(prompt="x")
    assert changes == (
        Change("size", "512", "1K"),
        Change("ratio", "8:1", "1:1"),
        Change("thinking_level", "high", ""),
        Change("web_search", "on", ""),
    )


choices = st.builds(
    Choices,
    prompt=st.just("a fox"),
    size=st.sampled_from(SIZES),
    ratio=st.sampled_from([*RATIOS_FOURTEEN, FOLLOW_SOURCE, "2:1"]),
    images=st.integers(0, 14).map(pictures),
    thinking_level=st.sampled_from(["", "minimal", "medium", "high", "max"]),
    web_search=st.booleans(),
    image_only=st.booleans(),
)


@given(st.sampled_from(MODELS), choices)
def test_what_was_made_legal_has_no_problem_and_stays_as_it_is(model: Model, asked: Choices) -> None:
    legal, changes = keep_legal(model, asked)
    assert problems(model, legal) == ()
    assert keep_legal(model, legal) == (legal, ())
    assert (not changes) == (not problems(model, asked))


# ── A request that exists is valid ─────────────────────────────────────────────────────────────────


def test_a_request_that_breaks_a_rule_cannot_be_made() -> None:
    with pytest.raises(InvalidRequest, match="wrong_size") as refusal:
        GenerationRequest(model_key="lite", prompt="x", size="4K")
    assert refusal.value.problems[0].field == "size"


def test_a_request_to_nobody_cannot_be_made() -> None:
    with pytest.raises(InvalidRequest) as refusal:
        GenerationRequest(model_key="dall-e", prompt="x")
    assert refusal.value.problems == (Problem("model", "unknown_model", (("model", "dall-e"),)),)


def test_expected_pixels_are_unknown_when_the_source_decides() -> None:
    source = InputImage("image/png", 9, open=lambda: io.BytesIO(b"123456789"))
    request = GenerationRequest(model_key="pro", prompt="x", ratio=FOLLOW_SOURCE, images=(source,))
    assert request.expected_pixels is None
    assert GenerationRequest(model_key="pro", prompt="x", size="2K").expected_pixels == (2048, 2048)


@pytest.mark.parametrize(
    ("key", "size", "images", "seconds"),
    [
        ("pro", "1K", 0, 300),
        ("pro", "4K", 0, 600),
        ("nb2", "1K", 5, 360),
        ("nb2", "1K", 6, 600),
        ("lite", "1K", 14, 300),
    ],
)
def test_many_references_take_as_long_as_the_largest_size(key: str, size: str, images: int, seconds: int) -> None:
    source = InputImage("image/png", 1, open=lambda: io.BytesIO(b"x"))
    request = GenerationRequest(model_key=key, prompt="x", size=size, images=(source,) * images)
    assert request.read_timeout_seconds == seconds


@pytest.mark.parametrize(
    ("uri", "may_be"),
    [
        ("https://img.pictures.cn/a.png", True),
        ("https://IMG.PICTURES.CN/a.png", True),
        ("https://i0.hdslb.com/a.png", True),
        ("https://pictures.example/a.cn", False),
        ("https://cn.example/a.png", False),
        ("https://nothdslb.com/a.png", False),
        ("gs://bucket/a.png", False),
    ],
)
def test_a_host_that_serves_china_first_is_worth_a_warning(uri: str, may_be: bool) -> None:
    assert may_be_out_of_reach(uri) is may_be
