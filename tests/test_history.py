"""How long a picture takes here, and whether this looks like a second click."""

from datetime import timedelta

import pytest
from django.utils import timezone

from studio.history import TypicalTimes, twin_of
from studio.models import Generation, Run, Status
from studio.provider.catalogue import BY_KEY
from studio.provider.request import GenerationRequest
from tests import people
from tests.people import Cast
from tests.runs import make_run
from tests.views.composing import make_upload


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


def finish(run: Run, *seconds: int) -> None:
    now = timezone.now()
    for generation, taken in zip(run.generations.all(), seconds, strict=True):
        Generation.objects.filter(pk=generation.pk).update(
            status=Status.SUCCEEDED, sent_at=now, finished_at=now + timedelta(seconds=taken)
        )


def test_until_there_are_five_the_shipped_table_speaks(cast: Cast) -> None:
    finish(make_run(cast.bob, cast.project, variations=4), 60, 60, 60, 60)
    typical = TypicalTimes().of(BY_KEY["pro"], "2K")
    assert (typical.seconds, typical.is_measured) == (25, False)


def test_with_five_it_is_the_middle_one(cast: Cast) -> None:
    finish(make_run(cast.bob, cast.project, variations=5), 30, 38, 36, 300, 40)
    typical = TypicalTimes().of(BY_KEY["pro"], "2K")
    assert (typical.seconds, typical.is_measured) == (38, True)


def test_another_size_is_another_time(cast: Cast) -> None:
    finish(make_run(cast.bob, cast.project, variations=5), 30, 30, 30, 30, 30)
    assert not TypicalTimes().of(BY_KEY["pro"], "4K").is_measured


def looks_twice(run: Run, *, seconds_later: int = 1, continues: Generation | None = None, **changed: object) -> bool:
    request = GenerationRequest(
        **{"model_key": run.model_key, "prompt": run.prompt, "size": run.size, "ratio": run.ratio} | changed  # type: ignore[arg-type]
    )
    later = run.created_at + timedelta(seconds=seconds_later)
    found = twin_of(
        request,
        project=run.project,
        person=run.person,
        variations=run.variations,
        inputs=[],
        continues=continues,
        now=later,
    )
    return found == run


def test_the_same_run_a_moment_later_is_a_second_click(cast: Cast) -> None:
    assert looks_twice(make_run(cast.bob, cast.project))


def test_after_a_while_it_is_meant(cast: Cast) -> None:
    assert not looks_twice(make_run(cast.bob, cast.project), seconds_later=6)


def test_other_words_are_another_run(cast: Cast) -> None:
    assert not looks_twice(make_run(cast.bob, cast.project), prompt="A blue boat")


def test_a_run_that_has_ended_is_no_reason_to_ask(cast: Cast) -> None:
    run = make_run(cast.bob, cast.project)
    finish(run, 1)
    assert not looks_twice(run)


def test_other_images_are_another_run(cast: Cast) -> None:
    run = make_run(cast.bob, cast.project)
    run.inputs.create(position=1, upload=make_upload(cast.project, cast.bob))
    assert not looks_twice(run)


def test_another_conversation_is_another_run(cast: Cast) -> None:
    earlier = make_run(cast.bob, cast.project).generations.get()
    run = make_run(cast.bob, cast.project, continues=earlier)
    assert looks_twice(run, continues=earlier)
    assert not looks_twice(run)
    assert not looks_twice(make_run(cast.bob, cast.project), continues=earlier)
