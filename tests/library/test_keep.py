"""Versions of a prompt: never changed, one on top of the other, and nobody's work lost."""

from dataclasses import replace

import pytest
from django.utils import timezone

from studio.library.figures import figures_of, uses_of
from studio.library.keep import Draft, Overtaken, archive, draft_of, keep, restore, rewrite, unarchive
from studio.library.wording import Wording
from studio.models import Attempt, Generation, Prompt, PromptVersion, Status
from studio.provider.outcome import Charge
from tests import people
from tests.library.kept import STILL_LIFE, make_prompt
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.views.composing import make_upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


def draft(prompt: Prompt, text: str) -> Draft:
    return replace(draft_of(current(prompt), title=prompt.title), wording=Wording(text))


def current(prompt: Prompt) -> PromptVersion:
    prompt.refresh_from_db()
    assert prompt.current
    return prompt.current


def test_a_prompt_begins_with_its_first_version(cast: Cast) -> None:
    upload = make_upload(cast.project, cast.bob)
    prompt = make_prompt(cast.bob, cast.project, model_key="pro", size="2K", pictures=[upload])
    version = current(prompt)
    assert (version.number, version.text, version.model_key, version.size) == (1, STILL_LIFE.text, "pro", "2K")
    assert draft_of(version, title=prompt.title).wording.blanks == STILL_LIFE.blanks
    assert [reference.picture for reference in version.references.all()] == [upload]


def test_an_edit_is_the_next_version_and_leaves_the_first_as_it_was(cast: Cast) -> None:
    prompt = make_prompt(cast.bob, cast.project)
    rewrite(prompt, draft(prompt, "Glossy"), base=1, person=cast.alice, now=timezone.now())
    assert list(prompt.versions.values_list("number", "text")) == [(2, "Glossy"), (1, STILL_LIFE.text)]
    assert current(prompt).person == cast.alice


def test_saving_what_is_there_already_makes_no_version(cast: Cast) -> None:
    prompt = make_prompt(cast.bob, cast.project)
    same = draft_of(current(prompt), title="Another title")
    assert rewrite(prompt, same, base=1, person=cast.bob, now=timezone.now()).number == 1
    prompt.refresh_from_db()
    assert (prompt.title, prompt.versions.count()) == ("Another title", 1)


def test_whoever_saves_second_is_told_of_the_first(cast: Cast) -> None:
    prompt = make_prompt(cast.bob, cast.project)
    seen_by_bob = Prompt.objects.select_related("current").get(pk=prompt.pk)
    rewrite(prompt, draft(prompt, "Alice's"), base=1, person=cast.alice, now=timezone.now())
    for stale in (seen_by_bob, Prompt.objects.get(pk=prompt.pk)):  # at the same moment, and a while later
        with pytest.raises(Overtaken) as overtaken:
            rewrite(stale, draft(prompt, "Bob's"), base=1, person=cast.bob, now=timezone.now())
        assert overtaken.value.version.text == "Alice's"
    assert prompt.versions.count() == 2


def test_restoring_copies_an_old_version_to_the_top(cast: Cast) -> None:
    upload = make_upload(cast.project, cast.bob)
    prompt = make_prompt(cast.bob, cast.project, pictures=[upload], ratio="source")
    first = current(prompt)
    rewrite(prompt, draft(prompt, "Glossy"), base=1, person=cast.bob, now=timezone.now())
    prompt = Prompt.objects.get(pk=prompt.pk)
    again = restore(prompt, first, person=cast.alice, now=timezone.now())
    assert (again.number, again.text, again.ratio, again.restores) == (3, STILL_LIFE.text, "source", first)
    assert [reference.picture for reference in again.references.all()] == [upload]
    assert current(prompt) == again


def test_archiving_is_undone_without_a_trace(cast: Cast) -> None:
    prompt = make_prompt(cast.bob, cast.project)
    archive(prompt, person=cast.alice, now=timezone.now())
    prompt.refresh_from_db()
    assert (prompt.is_archived, prompt.archived_by) == (True, cast.alice)
    unarchive(prompt)
    prompt.refresh_from_db()
    assert (prompt.is_archived, prompt.archived_by) == (False, None)


def end(generation: Generation, status: Status, charge: Charge, cost_micros: int) -> None:
    attempt = make_attempt(generation)
    Attempt.objects.filter(pk=attempt.pk).update(charge=charge, price_micros=cost_micros)
    Generation.objects.filter(pk=generation.pk).update(status=status, charge=charge)


def test_figures_count_uses_pictures_and_all_that_was_charged_for_them(cast: Cast) -> None:
    prompt = make_prompt(cast.bob, cast.project)
    make_run(cast.bob, cast.project)  # of somebody who wrote freely
    run = make_run(cast.bob, cast.project, variations=4, prompt_version=current(prompt))
    waiting = make_run(cast.bob, cast.project, prompt_version=current(prompt))
    one, two, three, four = run.generations.all()
    end(one, Status.SUCCEEDED, Charge.CHARGED, 90_000)
    end(two, Status.SUCCEEDED, Charge.CHARGED, 90_000)
    end(two, Status.SUCCEEDED, Charge.PRESUMED, 90_000)  # a second call of the same frame
    end(three, Status.REFUSED, Charge.CHARGED, 90_000)
    end(four, Status.FAILED, Charge.RELEASED, 90_000)
    Generation.objects.filter(run=waiting).update(status=Status.CANCELLED)
    figures = figures_of(prompt)
    # Four calls of $0.09 were charged, for two pictures: $0.18 each. Two of four frames that ended have one.
    assert (figures.uses, figures.ended, figures.pictures, figures.charged_micros) == (2, 4, 2, 360_000)
    assert (figures.success_percent, figures.cost_per_picture_micros) == (50, 180_000)
    assert uses_of([prompt]) == {prompt.pk: 2}


def test_a_prompt_that_was_never_used_has_no_rate_and_no_price(cast: Cast) -> None:
    figures = figures_of(make_prompt(cast.bob, cast.project))
    assert (figures.uses, figures.success_percent, figures.cost_per_picture_micros) == (0, None, None)


def test_a_project_that_is_deleted_takes_its_library_along(cast: Cast) -> None:
    prompt = make_prompt(cast.bob, cast.project)
    rewrite(prompt, draft(prompt, "Glossy"), base=1, person=cast.bob, now=timezone.now())
    cast.project.delete()
    assert not PromptVersion.objects.exists()


def test_keeping_writes_nothing_when_it_fails(cast: Cast) -> None:
    with pytest.raises(AttributeError):
        keep(None, project=cast.project, person=cast.bob, now=timezone.now())  # type: ignore[arg-type]
    assert not Prompt.objects.exists()
