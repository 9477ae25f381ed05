"""What stands in the composer is read kindly, and made legal for the chosen model."""

import pytest
from django.http import QueryDict

from studio.forms.choices import enabled_models, first_choice
from studio.forms.composition import Composition
from studio.forms.tray import reference
from studio.models import ModelSwitch
from studio.provider.catalogue import BY_KEY, MODELS
from studio.provider.outcome import Outcome
from studio.provider.rules import FOLLOW_SOURCE
from studio.provider.way import Way, through
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end
from tests.views.composing import make_upload


def posted(cast: Cast, query: str, *references: str) -> Composition:
    data = QueryDict(query, mutable=True)
    data.setlist("inputs", list(references))
    return Composition.posted(data, cast.project, MODELS)


def test_a_switched_off_model_is_not_offered(db: None) -> None:
    ModelSwitch.objects.create(model_key="pro", is_enabled=False)
    assert "pro" not in {model.key for model in enabled_models()}
    assert first_choice(enabled_models()).key == "nb2"


def test_the_catalogue_decides_where_no_admin_did(db: None) -> None:
    in_practice = Way(loopback_addresses=True)
    assert enabled_models() == tuple(through(model, in_practice) for model in MODELS if model.enabled)


def test_an_empty_form_is_what_the_composer_begins_with(cast: Cast) -> None:
    assert posted(cast, "") == Composition(model=BY_KEY["pro"])


@pytest.mark.parametrize("variations", ["", "x", "-3", "1e3", "9999999999", "４", "2.5"])
def test_a_number_that_is_none_becomes_one(cast: Cast, variations: str) -> None:
    assert posted(cast, f"variations={variations}").variations == 1


def test_too_many_variations_become_the_most_there_are(cast: Cast) -> None:
    assert posted(cast, "variations=99").legal()[0].variations == 8


def test_line_ends_are_those_the_person_saw(cast: Cast) -> None:
    assert posted(cast, "prompt=one%0D%0Atwo%0Dthree").prompt == "one\ntwo\nthree"


def test_the_first_image_makes_the_ratio_follow_it(cast: Cast) -> None:
    upload = reference(make_upload(cast.project, cast.bob))
    assert posted(cast, "ratio=1:1&had_inputs=0", upload).follows_source
    assert not posted(cast, "ratio=1:1&had_inputs=1", upload).follows_source
    assert not posted(cast, "ratio=16:9&had_inputs=0", upload).follows_source
    assert not posted(cast, "ratio=1:1&had_inputs=0").follows_source


def test_switching_the_model_keeps_what_it_takes_and_says_what_it_does_not(cast: Cast) -> None:
    legal, changes = posted(cast, "model=gen1&size=4K&ratio=16:9&prompt=A boat&variations=3").legal()
    assert (legal.size, legal.ratio, legal.prompt, legal.variations) == ("1K", "16:9", "A boat", 3)
    assert [(change.field, change.before, change.after) for change in changes] == [("size", "4K", "1K")]


def test_an_extreme_ratio_goes_with_the_model_that_made_it(cast: Cast) -> None:
    legal, changes = posted(cast, "model=pro&ratio=8:1").legal()
    assert legal.ratio == "1:1"
    assert changes


def test_following_needs_something_to_follow(cast: Cast) -> None:
    legal, [change] = posted(cast, "ratio=source").legal()
    assert (legal.ratio, change.field) == ("1:1", "ratio")


def test_a_move_of_the_tray_comes_with_the_form(cast: Cast) -> None:
    first, second = (make_upload(cast.project, cast.bob) for _ in range(2))
    moved = posted(cast, f"tray=last {reference(first)}", reference(first), reference(second))
    assert moved.pictures == (second, first)


def test_reusing_a_run_brings_all_of_it(cast: Cast) -> None:
    upload = make_upload(cast.project, cast.bob)
    run = make_run(
        cast.bob, cast.project, variations=3, model_key="nb2", size="512", ratio="8:1", thinking_level="high"
    )
    same = Composition.of_run(run, [upload], MODELS)
    assert (same.model.key, same.size, same.ratio, same.variations) == ("nb2", "512", "8:1", 3)
    assert (same.thinking_level, same.pictures) == ("high", (upload,))
    assert same.once().variations == 1


def test_editing_takes_the_picture_and_follows_it_without_a_word(cast: Cast) -> None:
    run = make_run(cast.bob, cast.project, variations=2, ratio="4:5")
    output = end(run.generations.first(), Outcome.DELIVERED).outputs.get()  # type: ignore[arg-type]
    edit = Composition.editing(output, run, MODELS)
    assert (edit.pictures, edit.ratio, edit.prompt, edit.variations) == ((output,), FOLLOW_SOURCE, "", 1)


def test_a_run_of_a_model_no_longer_offered_takes_the_first_that_is(cast: Cast) -> None:
    run = make_run(cast.bob, cast.project, model_key="gen1", size="1K")
    assert Composition.of_run(run, [], (BY_KEY["nb2"],)).model.key == "nb2"
