"""No state of the form can make a request that the provider refuses: every combination there is, one by one.

What may be asked is written down here once more, from the provider's pages and not from the catalogue, and the
sandbox reads every body as the gateway would. A choice that is new to `GenerationRequest` has to be varied here.
"""

import io
import itertools
import json
import re
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

import pytest

from studio.provider.body import Body
from studio.provider.catalogue import BY_KEY, MODELS, Model
from studio.provider.request import GenerationRequest, InputImage, InputLink, InputPicture, Part, Turn
from studio.provider.rules import FOLLOW_SOURCE, Choices, ImageFacts, keep_legal, problems
from studio.provider.way import Mode, Way, through
from studio.sandbox import checks, signatures
from studio.sandbox.addresses import Reach
from studio.sandbox.dialects import CHAT, NATIVE
from studio.sandbox.question import Question
from tests.storage import samples

pytestmark = pytest.mark.thorough

TEN = {"1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9"}
FOURTEEN = TEN | {"1:4", "4:1", "1:8", "8:1"}


@dataclass(frozen=True)
class Documented:
    """What the provider's pages say of one model. `sent_sizes` may stand in `imageSize`; none: the key is an error."""

    sizes: set[str]
    ratios: set[str]
    levels: set[str]
    searches: bool
    sent_sizes: set[str]


DOCUMENTED = {
    "pro": Documented({"1K", "2K", "4K"}, TEN, set(), True, {"1K", "2K", "4K"}),
    "nb2": Documented({"512", "1K", "2K", "4K"}, FOURTEEN, {"minimal", "high"}, True, {"512", "1K", "2K", "4K"}),
    "nb21": Documented({"1K", "2K", "4K"}, FOURTEEN, {"minimal", "medium", "high"}, True, {"1K", "2K", "4K"}),
    "lite": Documented({"1K"}, FOURTEEN, {"minimal", "high"}, False, {"1K"}),
    "gen1": Documented({"1K"}, TEN, set(), False, set()),
}

SIZES = ("512", "1K", "2K", "4K")
RATIOS = (FOLLOW_SOURCE, *sorted(FOURTEEN))
LEVELS = ("", "minimal", "medium", "high")
SYSTEM_PROMPTS = (("", "model_role"), *(("Be terse.", mode) for mode in ("model_role", "system_instruction", "prefix")))

PICTURE = samples.picture("PNG", (3, 2))
IMAGE = InputImage("image/png", len(PICTURE), open=lambda: io.BytesIO(PICTURE))
LINK = InputLink("image/jpeg", "https://pictures.example/a.jpg")
BUCKET = InputLink("image/webp", "gs://bucket/a.webp")
KEY = "sk-gs-test"


SNAKE_CASE_KEY = re.compile(rb'"\w*_\w*"\s*:')


def signed(model_key: str, *pictures: InputPicture) -> tuple[Turn, ...]:
    """What was said before: a question with pictures, and a picture in answer, signed by this model for this key."""
    signature = signatures.make(signatures.signer(model_key, KEY), 7)
    asked = Turn("user", (Part("a fox"), *map(Part, pictures)))
    return (asked, Turn("model", (Part("Here.", signature), Part(IMAGE, signature))))


@pytest.fixture(autouse=True)
def each_photo_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox decodes every input picture, and here they are all the same one."""
    monkeypatch.setattr(checks, "reduce", cache(checks.reduce))


def read(request: GenerationRequest) -> tuple[dict[str, Any], Question]:
    """The body, and what the sandbox understands. Raises `Refused` where the gateway would."""
    body = b"".join(Body.of(request))
    is_chat = request.way.mode is Mode.CHAT
    assert is_chat or not SNAKE_CASE_KEY.search(body)
    question = (CHAT if is_chat else NATIVE).read(body, False)
    wire_id = question.model or BY_KEY[request.model_key].wire_id
    model = checks.model_named(wire_id, stable_ids=False)
    checks.accept(model, wire_id, question, Reach(KEY, lambda uri: None))
    signer = signatures.signer(model.key, KEY)
    assert not any(signatures.is_broken(each, signer) for each in question.signatures)
    assert question.ignored == []
    return json.loads(body), question


def assert_as_documented(model_key: str, document: dict[str, Any], images: int) -> None:
    """The rules for a body on Gemini's own wire, read from the provider's pages."""
    rules, config = DOCUMENTED[model_key], document["generationConfig"]
    assert document.keys() <= {"contents", "generationConfig", "systemInstruction", "tools"}
    assert config.keys() <= {"responseModalities", "imageConfig", "thinkingConfig"}
    assert config["responseModalities"] in (["IMAGE"], ["TEXT", "IMAGE"])
    image_config = config.get("imageConfig", {})
    assert image_config.keys() <= {"aspectRatio", "imageSize"}
    assert image_config.get("imageSize", "") in (rules.sent_sizes or {""})
    assert image_config.get("aspectRatio", "1:1") in rules.ratios
    assert "aspectRatio" in image_config or images
    assert config.get("thinkingConfig", {}).keys() <= {"thinkingLevel"}
    assert config.get("thinkingConfig", {}).get("thinkingLevel", "") in rules.levels | {""}
    assert document.get("tools", []) in ([], [{"googleSearch": {}}] if rules.searches else [])
    turns = document["contents"]
    assert [turn["role"] for turn in turns][-1] == "user"
    assert {turn["role"] for turn in turns} <= {"user", "model"}
    parts = [part for turn in turns for part in turn["parts"]]
    assert all(len(part.keys() & {"text", "inlineData", "fileData"}) == 1 for part in parts)
    assert all(part.keys() <= {"text", "inlineData", "fileData", "thoughtSignature"} for part in parts)
    assert "text" in turns[-1]["parts"][0]
    assert not any("text" in part for part in turns[-1]["parts"][1:])
    assert sum("text" not in part for part in parts) == images <= 14


def said_beside_the_prompt(document: dict[str, Any]) -> str:
    """The system prompt, in whichever of its three places it stands; there may be but one."""
    instruction = document.get("systemInstruction", {"parts": [{"text": ""}]})["parts"][0]["text"]
    first = document["contents"][0]["parts"][0]["text"] if len(document["contents"]) > 1 else ""
    prefix = document["contents"][-1]["parts"][0]["text"].removesuffix("a fox").rstrip()
    return str(instruction + first + prefix)


# ── Every combination on Gemini's own wire ─────────────────────────────────────────────────────────


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_every_combination_is_refused_by_the_form_or_taken_by_the_provider(model: Model) -> None:
    rules = DOCUMENTED[model.key]
    taken = 0
    for size, ratio, level, search, count in itertools.product(SIZES, RATIOS, LEVELS, (False, True), (0, 1, 14)):
        choices = Choices(
            prompt="a fox",
            size=size,
            ratio=ratio,
            thinking_level=level,
            web_search=search,
            images=(IMAGE.facts,) * count,
        )
        is_documented = (
            size in rules.sizes
            and ratio in (rules.ratios | {FOLLOW_SOURCE} if count else rules.ratios)
            and level in rules.levels | {""}
            and search <= rules.searches
        )
        assert (problems(model, choices) == ()) == is_documented, choices
        for text_answer, (system_prompt, mode) in itertools.product((False, True), SYSTEM_PROMPTS):
            if not is_documented:
                break
            request = GenerationRequest(
                model_key=model.key,
                prompt="a fox",
                size=size,
                ratio=ratio,
                images=(IMAGE,) * count,
                system_prompt=system_prompt,
                thinking_level=level,
                web_search=search,
                text_answer=text_answer,
                way=Way(system_prompt_mode=mode),  # type: ignore[arg-type]
            )
            document, question = read(request)
            assert_as_documented(model.key, document, count)
            assert (question.size or "1K", question.ratio or FOLLOW_SOURCE) == (size, ratio)
            assert (question.thinking_level, question.web_search) == (level, search)
            assert (len(question.images), "TEXT" in question.modalities) == (count, text_answer)
            assert said_beside_the_prompt(document) == system_prompt
            taken += 1
    sizes, levels = len(rules.sizes), len(rules.levels) + 1
    assert taken == sizes * levels * (1 + rules.searches) * (3 * len(rules.ratios) + 2) * 2 * 4


def test_every_choice_of_a_request_is_varied_here() -> None:
    varied = {"model_key", "prompt", "size", "ratio", "images", "history", "system_prompt", "thinking_level"}
    assert {each.name for each in fields(GenerationRequest) if each.init} == varied | {
        "web_search",
        "text_answer",
        "way",
    }
    assert {each.name for each in fields(Way)} == {
        "mode",
        "system_prompt_mode",
        "bucket_addresses",
        "loopback_addresses",
    }
    assert DOCUMENTED.keys() == BY_KEY.keys()


# ── Conversations, addresses, and the other ways to ask ────────────────────────────────────────────

SOURCES: dict[str, tuple[bool, tuple[InputPicture, ...], tuple[InputPicture, ...]]] = {
    # name: whether there is a history, pictures asked with earlier, pictures of the question
    "words alone": (False, (), ()),
    "one address": (False, (), (LINK,)),
    "picture and bucket": (False, (), (IMAGE, BUCKET)),
    "fourteen addresses": (False, (), (LINK,) * 14),
    "a conversation": (True, (), ()),
    "a conversation full of pictures": (True, (IMAGE, LINK), (IMAGE,) * 11),
    "a conversation that is too full": (True, (IMAGE, LINK), (IMAGE,) * 12),
}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
@pytest.mark.parametrize("source", SOURCES)
def test_every_way_to_ask_is_refused_by_the_form_or_taken_by_the_provider(model: Model, source: str) -> None:
    has_history, earlier, images = SOURCES[source]
    history = signed(model.key, *earlier) if has_history else ()
    rules, prompts = DOCUMENTED[model.key], itertools.cycle(SYSTEM_PROMPTS)
    count = len(images) + len(earlier) + has_history
    for mode, with_buckets, size, ratio in itertools.product(Mode, (False, True), sorted(rules.sizes), RATIOS):
        # The four ways of a system prompt take turns: each meets every mode, size and format over all sources.
        system_prompt, place = next(prompts)
        way = Way(mode=mode, bucket_addresses=with_buckets, system_prompt_mode=place)  # type: ignore[arg-type]
        left = through(model, way)
        choices = Choices(
            prompt="a fox",
            size=size,
            ratio=ratio,
            system_prompt=system_prompt,
            images=tuple(each.facts for each in images),
            history_images=tuple(each.facts for turn in history for each in turn.pictures),
            history_characters=sum(turn.characters for turn in history),
        )
        if left is None or problems(left, choices):
            continue
        request = GenerationRequest(
            model_key=model.key,
            prompt="a fox",
            size=size,
            ratio=ratio,
            images=images,
            history=history,
            system_prompt=system_prompt,
            way=way,
        )
        document, question = read(request)
        assert len(question.images) == count <= 14
        if mode is not Mode.CHAT:
            assert_as_documented(model.key, document, count)
            assert question.unsigned == 0
            assert not has_history or mode is Mode.NATIVE
        else:
            assert document.keys() == {"model", "messages", "stream"}
        assert "gs://" not in json.dumps(document) or with_buckets
    assert_possible(model, source)


def assert_possible(model: Model, source: str) -> None:
    """The loop above asked something, but where nothing may be asked."""
    has_history, earlier, images = SOURCES[source]
    history = signed(model.key, *earlier) if has_history else ()
    choices = Choices(
        prompt="a fox",
        images=tuple(each.facts for each in images),
        history_images=tuple(each.facts for turn in history for each in turn.pictures),
    )
    found = [problem.code for problem in problems(through(model, Way(bucket_addresses=True)) or model, choices)]
    assert found == (["too_many_images"] if "too full" in source else [])


# ── Made legal ─────────────────────────────────────────────────────────────────────────────────────


LEFT = {f"{model.key} {mode}": left for model in MODELS for mode in Mode if (left := through(model, Way(mode=mode)))}


@pytest.mark.parametrize("left", LEFT.values(), ids=LEFT)
def test_whatever_was_chosen_for_another_model_can_be_made_legal(left: Model) -> None:
    odd_sizes, odd_ratios, odd_levels = ("4k", "512px", "0.5K", ""), ("9:1", "16x9"), ("High", "max")
    for size, ratio, level, search, count in itertools.product(
        (*SIZES, *odd_sizes), (*RATIOS, *odd_ratios), (*LEVELS, *odd_levels), (False, True), (0, 1)
    ):
        asked = Choices(
            prompt="a fox",
            size=size,
            ratio=ratio,
            thinking_level=level,
            web_search=search,
            image_only=search,
            images=(ImageFacts("image/png", 9),) * count,
        )
        legal, changes = keep_legal(left, asked)
        assert problems(left, legal) == ()
        assert keep_legal(left, legal) == (legal, ())
        assert (legal == asked) == (changes == ()) == (problems(left, asked) == ())
        chosen = {"thinking_level": level, "web_search": search, "image_only": search}
        assert replace(legal, size=size, ratio=ratio, **chosen) == asked
