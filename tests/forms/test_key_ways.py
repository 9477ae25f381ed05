"""What the composer makes of a key that takes less than the model does: every state can be sent as it stands."""

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from studio.forms.choices import enabled_models
from studio.forms.composition import Composition
from studio.forms.generation import GenerationForm
from studio.forms.tray import reference
from studio.forms.words import change_in_words
from studio.models import GatewayKey, Picture
from studio.provider.catalogue import MODELS, RATIOS_FOURTEEN
from studio.provider.rules import Choices, ImageFacts, keep_legal, problems
from studio.provider.way import Mode, Way, through
from tests.people import Cast
from tests.runs import make_run
from tests.views.composing import fields, make_upload

_PICTURE = ImageFacts("image/png", 1_000)


@pytest.fixture
def chat(db: None) -> None:
    GatewayKey.objects.create(name="main", mode=Mode.CHAT)


def reused(cast: Cast, *pictures: Picture, **settings: object) -> tuple[Composition, list[str]]:
    run = make_run(cast.bob, cast.project, **settings)
    legal, changes = Composition.of_run(run, pictures, enabled_models()).legal()
    return legal, [change_in_words(change, legal.model) for change in changes]


def test_a_run_of_another_way_is_made_legal_with_a_sentence_for_each_change(cast: Cast, chat: None) -> None:
    legal, said = reused(cast, model_key="nb2", size="4K", ratio="16:9", thinking_level="high")
    assert (legal.size, legal.ratio, legal.thinking_level) == ("1K", "1:1", "")
    assert said == [
        "Size changed from 4K to 1K: the studio’s key for 2 takes no other.",
        "Aspect ratio changed from 16:9 to 1:1: the studio’s key for 2 takes no other.",
        "Thinking level is gone: the studio’s key for 2 does not take it.",
    ]


def test_with_an_image_the_chat_can_only_follow_it(cast: Cast, chat: None) -> None:
    legal, said = reused(cast, make_upload(cast.project, cast.bob), size="1K", ratio="4:5")
    assert legal.follows_source
    assert said == ["The ratio follows the last image: the studio’s key for Pro takes no other."]


def test_a_stale_page_is_told_of_the_key_and_not_of_the_model(cast: Cast, chat: None) -> None:
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in fields(size="4K", ratio="16:9").items()})
    sent = GenerationForm(query, project=cast.project)
    assert sent.sentences["size"] == ["The studio’s key for Nano Banana Pro does not take 4K."]
    assert sent.sentences["ratio"] == ["The studio’s key for Nano Banana Pro takes no such ratio."]


def test_a_key_for_links_takes_every_size_and_ratio(cast: Cast, settings: Settings) -> None:
    settings.NB_OSS_API_KEY = "sk-oss-test"
    legal, said = reused(cast, size="4K", ratio="16:9")
    assert (legal.size, legal.ratio, said) == ("4K", "16:9", [])
    assert not legal.model.keeps_history


@given(
    model=st.sampled_from(MODELS),
    mode=st.sampled_from(Mode),
    size=st.sampled_from(("512", "1K", "2K", "4K", "8K", "")),
    ratio=st.sampled_from((*RATIOS_FOURTEEN, "", "7:3")),
    level=st.sampled_from(("", "minimal", "medium", "high", "most")),
    images=st.integers(0, 3),
    said=st.integers(0, 3),
)
def test_whatever_was_chosen_ends_in_something_this_way_takes(
    model: object, mode: Mode, size: str, ratio: str, level: str, images: int, said: int
) -> None:
    asked = through(model, Way(mode=mode))  # type: ignore[arg-type]
    if asked is None:
        return
    history = (_PICTURE,) * said if asked.keeps_history else ()
    chosen = Choices(
        prompt="A boat",
        size=size,
        ratio=ratio,
        thinking_level=level,
        images=(_PICTURE,) * images,
        history_images=history,
    )
    legal, changes = keep_legal(asked, chosen)
    assert problems(asked, legal) == ()
    assert all(change_in_words(change, asked) for change in changes)


def test_an_edit_by_chat_can_be_sent(cast: Cast, chat: None) -> None:
    upload = make_upload(cast.project, cast.bob)
    query = QueryDict(mutable=True)
    query.update({name: str(value) for name, value in fields(ratio="source").items()})
    query.setlist("inputs", [reference(upload)])
    assert GenerationForm(query, project=cast.project).is_valid()
