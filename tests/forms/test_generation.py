"""The strict reader: what it passes may be paid for, and it mends nothing."""

from uuid import uuid4

import pytest
from django.http import QueryDict

from studio.forms.generation import GenerationForm, with_fewer
from studio.forms.tray import reference
from studio.models import ModelSwitch, Project
from studio.provider.catalogue import MODELS, RATIOS_FOURTEEN
from studio.provider.rules import FOLLOW_SOURCE
from tests.people import Cast
from tests.views.composing import fields, make_upload


def form(cast: Cast, *references: str, **changed: object) -> GenerationForm:
    data = QueryDict(mutable=True)
    for name, value in fields(**changed).items():
        if value is not None:
            data[name] = str(value)
    data.setlist("inputs", list(references))
    return GenerationForm(data, project=cast.project)


def test_a_valid_form_becomes_a_request(cast: Cast) -> None:
    upload = make_upload(cast.project, cast.bob)
    sent = form(cast, reference(upload), model="nb2", size="512", ratio="source", thinking_level="high")
    assert sent.is_valid(), sent.errors
    request = sent.to_request()
    assert (request.model_key, request.size, request.ratio) == ("nb2", "512", FOLLOW_SOURCE)
    assert request.thinking_level == "high"
    assert [image.size_bytes for image in request.images] == [upload.size_bytes]


def test_every_choice_the_page_can_offer_is_valid(cast: Cast) -> None:
    for model in MODELS:
        for size in model.sizes:
            for ratio in model.ratios:
                chosen = form(cast, model=model.key, size=size, ratio=ratio)
                assert chosen.is_valid(), (model.key, size, ratio, chosen.errors)


@pytest.mark.thorough
def test_no_choice_the_page_cannot_offer_is_valid(cast: Cast) -> None:
    for model in MODELS:
        for size in ("512", "1K", "2K", "4K", "8K", "1k"):
            for ratio in (*RATIOS_FOURTEEN, "source", "7:5"):
                may = size in model.sizes and ratio in model.ratios
                assert form(cast, model=model.key, size=size, ratio=ratio).is_valid() == may, (model.key, size, ratio)


def test_a_model_of_one_size_needs_none(cast: Cast) -> None:
    sent = form(cast, model="gen1", size=None)
    assert sent.is_valid()
    assert sent.to_request().size == "1K"


@pytest.mark.parametrize("prompt", ["", "   ", "\n\t", "\u200b\u200d", "\u2060"])
def test_a_prompt_of_nothing_is_no_prompt(cast: Cast, prompt: str) -> None:
    assert form(cast, prompt=prompt).sentences == {"prompt": ["Write a prompt first."]}


@pytest.mark.parametrize("prompt", ["<script>alert(1)</script>", "{{ 7 }}", "🦝" * 300, "x\u202e", "安静的湖"])
def test_a_prompt_is_kept_as_it_was_written(cast: Cast, prompt: str) -> None:
    sent = form(cast, prompt=prompt)
    assert sent.is_valid()
    assert sent.to_request().prompt == prompt


def test_a_prompt_too_long_says_how_long_it_may_be(cast: Cast) -> None:
    [sentence] = form(cast, prompt="a" * 20_001).sentences["prompt"]
    assert sentence == "20,001 characters are too many. At most 20,000 fit."


def test_a_null_character_is_no_text(cast: Cast) -> None:
    assert "prompt" in form(cast, prompt="a\x00b").errors


@pytest.mark.parametrize("variations", ["0", "9", "-1", "1.5", "1e0", "٣", "", "four"])
def test_one_to_eight_and_nothing_else(cast: Cast, variations: str) -> None:
    assert form(cast, variations=variations).sentences["variations"] == ["Choose 1 to 8 variations."]


def test_a_model_that_was_switched_off_meanwhile_is_refused(cast: Cast) -> None:
    ModelSwitch.objects.create(model_key="pro", is_enabled=False)
    assert form(cast).sentences == {"model": ["This model is not offered. Choose another one."]}


def test_a_fifteenth_image_is_one_too_many(cast: Cast) -> None:
    references = [reference(make_upload(cast.project, cast.bob, size_bytes=1000)) for _ in range(15)]
    assert form(cast, *references).sentences == {"inputs": ["That makes 15 images. The model takes at most 14."]}


def test_images_are_weighed_as_they_are_sent(cast: Cast) -> None:
    # 14 × 6 MB are 84 MB on disk, and 112 MB as Base64.
    references = [reference(make_upload(cast.project, cast.bob, size_bytes=6_000_000)) for _ in range(14)]
    [sentence] = form(cast, *references).sentences["inputs"]
    assert sentence == "Together they are 112.1 MB as sent; the limit for one request is 100 MB."


def test_an_image_that_went_away_is_said_and_not_skipped(cast: Cast) -> None:
    gone = f"upload:{uuid4()}"
    elsewhere = reference(make_upload(Project.objects.create(name="Elsewhere"), cast.charlie))
    [sentence] = form(cast, gone, elsewhere).sentences["inputs"]
    assert sentence.startswith("2 images are no longer here.")


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"model": "gen1", "size": "2K"}, "size", "Gen 1 makes 1K images only."),
        ({"model": "pro", "size": "512"}, "size", "Nano Banana Pro does not make 512 images."),
        ({"ratio": "8:1"}, "ratio", "Nano Banana Pro does not make 8:1 images."),
        ({"ratio": "source"}, "ratio", "There is no image to follow. Add one, or choose a ratio."),
        ({"thinking_level": "high"}, "thinking_level", "Nano Banana Pro does not take this thinking level."),
        ({"model": "lite", "web_search": "on"}, "web_search", "Nano Banana 2 Lite cannot search the web."),
    ],
)
def test_a_broken_rule_is_said_at_its_field(cast: Cast, changed: dict[str, object], field: str, sentence: str) -> None:
    assert form(cast, **changed).sentences == {field: [sentence]}


@pytest.mark.parametrize("name", ["form_token", "quoted_micros"])
def test_a_form_that_was_not_shown_cannot_be_sent(cast: Cast, name: str) -> None:
    assert not form(cast, **{name: None}).is_valid()
    assert not form(cast, **{name: "x"}).is_valid()


def test_fewer_take_the_place_of_what_was_chosen() -> None:
    data = QueryDict("variations=8&quoted_micros=720000&instead=4-360000")
    changed = with_fewer(data)
    assert (changed["variations"], changed["quoted_micros"]) == ("4", "360000")
    assert with_fewer(QueryDict("variations=8")) == QueryDict("variations=8")
