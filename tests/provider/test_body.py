"""What goes over the wire."""

import base64
import io
import json
from collections.abc import Iterator
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.provider.body import PIECE_BYTES, Body, InputChanged, without_pictures
from studio.provider.catalogue import IMAGE_TYPES, MODELS, Model
from studio.provider.request import GenerationRequest, InputImage, InputLink, Part, Turn
from studio.provider.rules import FOLLOW_SOURCE, body_bytes
from studio.provider.way import SystemPromptMode, Way

THINKING = {"minimal", "medium", "high"}


def image(data: bytes, mime_type: str = "image/png") -> InputImage:
    return InputImage(mime_type, len(data), open=lambda: io.BytesIO(data))


def sent(request: GenerationRequest) -> Any:
    return json.loads(b"".join(Body.of(request)))


def keys_of(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys_of(inner)


def test_the_plain_question() -> None:
    assert sent(GenerationRequest(model_key="pro", prompt="a fox", size="2K", ratio="16:9")) == {
        "contents": [{"role": "user", "parts": [{"text": "a fox"}]}],
        "generationConfig": {
            "responseModalities": ["TEXT", "IMAGE"],
            "imageConfig": {"aspectRatio": "16:9", "imageSize": "2K"},
        },
    }


def test_pictures_follow_the_text_in_the_order_of_the_person() -> None:
    one, two = b"1" * 10, b"2" * (PIECE_BYTES * 2 + 1)
    request = GenerationRequest(model_key="pro", prompt="mix", images=(image(one), image(two, "image/webp")))
    assert sent(request)["contents"][0]["parts"] == [
        {"text": "mix"},
        {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(one).decode()}},
        {"inlineData": {"mimeType": "image/webp", "data": base64.b64encode(two).decode()}},
    ]


def test_an_address_goes_along_as_it_is_and_no_byte_of_its_picture() -> None:
    link = InputLink("image/jpeg", "https://pictures.example/a.jpg?x=1&y=2")
    request = GenerationRequest(model_key="pro", prompt="mix", images=(image(b"1" * 10), link), ratio=FOLLOW_SOURCE)
    assert sent(request)["contents"][0]["parts"][2] == {
        "fileData": {"mimeType": "image/jpeg", "fileUri": "https://pictures.example/a.jpg?x=1&y=2"}
    }


EARLIER = (
    Turn("user", (Part("A fox"), Part(image(b"source")))),
    Turn("model", (Part("Here it is.", "U0lHMQ=="), Part(image(b"made", "image/jpeg"), "U0lHMg=="))),
)


def test_earlier_turns_go_along_with_their_signatures_and_the_system_prompt_stays_first() -> None:
    request = GenerationRequest(
        model_key="pro", prompt="Now at night", history=EARLIER, system_prompt="Be terse.", ratio=""
    )
    assert sent(request)["contents"] == [
        {"role": "model", "parts": [{"text": "Be terse."}]},
        {
            "role": "user",
            "parts": [{"text": "A fox"}, {"inlineData": {"mimeType": "image/png", "data": "c291cmNl"}}],
        },
        {
            "role": "model",
            "parts": [
                {"text": "Here it is.", "thoughtSignature": "U0lHMQ=="},
                {"inlineData": {"mimeType": "image/jpeg", "data": "bWFkZQ=="}, "thoughtSignature": "U0lHMg=="},
            ],
        },
        {"role": "user", "parts": [{"text": "Now at night"}]},
    ]


def test_a_prefix_stands_before_the_first_words_of_the_whole_conversation() -> None:
    way = Way(system_prompt_mode="prefix")
    request = GenerationRequest(
        model_key="pro", prompt="Night", history=EARLIER, system_prompt="Terse.", ratio="", way=way
    )
    contents = sent(request)["contents"]
    assert contents[0]["parts"][0] == {"text": "Terse.\n\nA fox"}
    assert contents[-1]["parts"] == [{"text": "Night"}]


def test_without_signatures_nothing_else_is_missing() -> None:
    request = GenerationRequest(model_key="pro", prompt="Now at night", history=EARLIER, ratio="")
    bare = sent(request.without_signatures())
    assert "thoughtSignature" not in set(keys_of(bare))
    assert len(bare["contents"]) == 3


def test_refed_the_last_picture_is_an_ordinary_input_and_comes_last() -> None:
    request = GenerationRequest(model_key="pro", prompt="Night", images=(image(b"other"),), history=EARLIER, ratio="")
    assert sent(request.refed())["contents"] == [
        {
            "role": "user",
            "parts": [
                {"text": "Night"},
                {"inlineData": {"mimeType": "image/png", "data": "b3RoZXI="}},
                {"inlineData": {"mimeType": "image/jpeg", "data": "bWFkZQ=="}},
            ],
        }
    ]


def test_gen_1_is_not_told_a_size() -> None:
    config = sent(GenerationRequest(model_key="gen1", prompt="a fox", ratio="4:3"))["generationConfig"]
    assert config["imageConfig"] == {"aspectRatio": "4:3"}


def test_follow_source_sends_no_ratio() -> None:
    request = GenerationRequest(model_key="pro", prompt="brighter", ratio=FOLLOW_SOURCE, images=(image(b"x"),))
    assert sent(request)["generationConfig"]["imageConfig"] == {"imageSize": "1K"}


def test_an_empty_image_config_is_left_out() -> None:
    request = GenerationRequest(model_key="gen1", prompt="brighter", ratio=FOLLOW_SOURCE, images=(image(b"x"),))
    assert sent(request)["generationConfig"] == {"responseModalities": ["TEXT", "IMAGE"]}


def test_the_512_tier_is_a_word_without_a_unit() -> None:
    config = sent(GenerationRequest(model_key="nb2", prompt="a fox", size="512"))["generationConfig"]
    assert config["imageConfig"]["imageSize"] == "512"


def test_pictures_alone_are_asked_for_when_no_words_are_wanted() -> None:
    config = sent(GenerationRequest(model_key="nb2", prompt="a fox", text_answer=False))["generationConfig"]
    assert config["responseModalities"] == ["IMAGE"]


def test_thinking_and_web_search() -> None:
    body = sent(GenerationRequest(model_key="nb2", prompt="the news", thinking_level="high", web_search=True))
    assert body["generationConfig"]["thinkingConfig"] == {"thinkingLevel": "high"}
    assert body["tools"] == [{"googleSearch": {}}]


@pytest.mark.parametrize(
    ("mode", "contents", "instruction"),
    [
        (
            "model_role",
            [
                {"role": "model", "parts": [{"text": "Be terse."}]},
                {"role": "user", "parts": [{"text": "a fox"}]},
            ],
            None,
        ),
        (
            "system_instruction",
            [{"role": "user", "parts": [{"text": "a fox"}]}],
            {"parts": [{"text": "Be terse."}]},
        ),
        ("prefix", [{"role": "user", "parts": [{"text": "Be terse.\n\na fox"}]}], None),
    ],
)
def test_the_three_places_of_a_system_prompt(mode: SystemPromptMode, contents: object, instruction: object) -> None:
    way = Way(system_prompt_mode=mode)
    body = sent(GenerationRequest(model_key="pro", prompt="a fox", system_prompt="Be terse.", way=way))
    assert body["contents"] == contents
    assert body.get("systemInstruction") == instruction


def test_a_body_can_be_read_again_and_again() -> None:
    body = Body.of(GenerationRequest(model_key="pro", prompt="x", images=(image(bytes(100_000)),)))
    assert b"".join(body) == b"".join(body)


def test_no_piece_is_larger_than_64_kib() -> None:
    body = Body.of(GenerationRequest(model_key="pro", prompt="x", images=(image(bytes(1_000_000)),)))
    assert max(map(len, body)) == PIECE_BYTES // 3 * 4


class Dribble(io.BytesIO):
    """A reader that gives less than it is asked for, as one over a network may."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(min(size, 1_000) if size and size > 0 else size)


def test_a_reader_that_gives_little_at_a_time_changes_nothing() -> None:
    data = bytes(range(256)) * 400
    slow = InputImage("image/png", len(data), open=lambda: Dribble(data))
    parts = sent(GenerationRequest(model_key="pro", prompt="x", images=(slow,)))["contents"][0]["parts"]
    assert base64.b64decode(parts[1]["inlineData"]["data"]) == data


@pytest.mark.parametrize("size_bytes", [99, 101, 200_000])
def test_a_picture_that_changed_its_size_stops_the_body(size_bytes: int) -> None:
    def opened() -> BinaryIO:
        return io.BytesIO(bytes(size_bytes))

    body = Body.of(GenerationRequest(model_key="pro", prompt="x", images=(InputImage("image/png", 100, opened),)))
    with pytest.raises(InputChanged):
        list(body)


def test_a_picture_is_closed_after_it_was_sent_and_when_the_sending_stops() -> None:
    opened: list[BinaryIO] = []

    def reader() -> BinaryIO:
        opened.append(io.BytesIO(bytes(500_000)))
        return opened[-1]

    body = Body.of(GenerationRequest(model_key="pro", prompt="x", images=(InputImage("image/png", 500_000, reader),)))
    list(body)
    pieces = iter(body)
    for _ in range(3):
        next(pieces)
    pieces.close()  # type: ignore[attr-defined]
    assert [each.closed for each in opened] == [True, True]


def test_the_view_for_people_holds_no_picture() -> None:
    request = GenerationRequest(model_key="pro", prompt="x", images=(image(bytes(3_000)),))
    shown = without_pictures(request)
    assert json.dumps(shown).count("(3000 bytes)") == 1
    assert len(json.dumps(shown)) < 500


def test_a_lonely_half_of_a_surrogate_pair_cannot_stop_a_request() -> None:
    assert sent(GenerationRequest(model_key="pro", prompt="a \ud800 b \ud83e\udd8a"))["contents"][0]["parts"] == [
        {"text": "a \N{REPLACEMENT CHARACTER} b \N{FOX FACE}"}
    ]


def pictures_up_to(count: int) -> st.SearchStrategy[list[InputImage | InputLink]]:
    inline = st.builds(image, st.integers(1, 4_000).map(bytes), st.sampled_from(IMAGE_TYPES))
    links = st.builds(InputLink, st.sampled_from(IMAGE_TYPES), st.just("https://pictures.example/a.png"))
    return st.lists(inline | links, max_size=count)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Turn, ...]:
    signed = st.sampled_from(["", "U0lHMQ=="])
    turns = []
    for _ in range(draw(st.integers(0, 2))):
        turns.append(Turn("user", (Part(draw(st.text(min_size=1))),)))
        parts = draw(
            st.lists(
                st.builds(Part, pictures_up_to(1).map(lambda one: one[0] if one else "Done."), signed),
                min_size=1,
                max_size=3,
            )
        )
        turns.append(Turn("model", tuple(parts)))
    return tuple(turns)


@st.composite
def requests(draw: st.DrawFn) -> GenerationRequest:
    """Every combination that the catalogue allows, on Gemini's own wire."""
    model: Model = draw(st.sampled_from(MODELS))
    history = draw(histories())
    pictures = draw(pictures_up_to(model.images_max - 6))
    has_source = pictures or any(list(turn.pictures) for turn in history)
    ratios = [*model.ratios, FOLLOW_SOURCE] if has_source else list(model.ratios)
    return GenerationRequest(
        model_key=model.key,
        prompt=draw(st.text(min_size=1).map(lambda text: f"x{text}")),
        size=draw(st.sampled_from(model.sizes)),
        ratio=draw(st.sampled_from(ratios)),
        images=tuple(pictures),
        history=history,
        system_prompt=draw(st.text()),
        way=Way(system_prompt_mode=draw(st.sampled_from(["model_role", "system_instruction", "prefix"]))),
        thinking_level=draw(st.sampled_from(["", *model.thinking_levels])),
        web_search=draw(st.booleans()) if model.web_search else False,
        text_answer=draw(st.booleans()),
    )


@pytest.mark.thorough
@given(requests())
def test_every_legal_request_is_well_written(request: GenerationRequest) -> None:
    """In legal words, as long as was known beforehand, and for people the same but for the pictures."""
    document = sent(request)
    check_words(request, document)
    check_length(request)
    for content in document["contents"]:
        for part in content["parts"]:
            if "inlineData" in part:
                size = len(base64.b64decode(part["inlineData"]["data"]))
                part["inlineData"]["data"] = f"({size} bytes)"
    assert without_pictures(request) == document


def check_words(request: GenerationRequest, document: dict[str, Any]) -> None:
    config = document["generationConfig"]
    image_config = config.get("imageConfig", {})
    assert not [key for key in keys_of(document) if "_" in key]
    assert image_config.get("imageSize", "1K") in {"512", "1K", "2K", "4K"} & set(request.model.sizes)
    assert ("imageSize" in image_config) == (request.model_key != "gen1")
    assert image_config.get("aspectRatio", "1:1") in request.model.ratios
    assert ("thinkingConfig" in config) <= (config.get("thinkingConfig", {}).get("thinkingLevel") in THINKING)
    assert config["responseModalities"] in (["IMAGE"], ["TEXT", "IMAGE"])
    assert "candidateCount" not in config
    for content in document["contents"]:
        for part in content["parts"]:
            assert len(part.keys() & {"text", "inlineData", "fileData"}) == 1
            assert "thoughtSignature" not in part or content["role"] == "model"


def check_length(request: GenerationRequest) -> None:
    body = Body.of(request)
    assert body.size_bytes == sum(map(len, body))
    characters = len(request.prompt) + len(request.system_prompt) + request.choices.history_characters
    assert body.size_bytes <= body_bytes([each.facts for each in request.pictures], characters)


def test_what_is_kept_of_an_address_ends_before_its_query() -> None:
    """It may be signed, and a signature is as good as a key; admins read these documents."""
    link = InputLink("image/png", "https://pictures.example/boat.png?Expires=1&Signature=secret")
    history = (Turn("user", (Part("A boat"), Part(link))), Turn("model", (Part("Here"),)))
    request = GenerationRequest(model_key="pro", prompt="Paint it red", images=(link,), history=history)
    kept = json.dumps(without_pictures(request), ensure_ascii=False)
    assert kept.count("https://pictures.example/boat.png?…") == 2
    assert "secret" not in kept
    assert b"".join(Body.of(request)).count(b"Signature=secret") == 2
