"""Into the trash and out again: who may, what may, and what is the same afterwards."""

import pytest
from django.forms.models import model_to_dict
from django.utils import timezone

from studio.ledger import decisions
from studio.models import Generation, Kind, LedgerEntry, Membership, Role, User
from studio.provider.outcome import Outcome
from studio.trash.move import Why, bring_back, to_trash
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.stored import delivered, further_picture
from tests.views.booked import end

pytestmark = pytest.mark.usefixtures("books")


def trash(*frames: Generation, by: User) -> list[tuple[str, str]]:
    """What was moved and what was refused, each frame with the word for it."""
    wanted = Generation.objects.filter(pk__in=[frame.pk for frame in frames])
    done = to_trash(wanted, by=by, now=timezone.now())
    moved = [(frame.frame_number, "moved") for frame in done.frames]
    return [*moved, *((frame.frame_number, str(why)) for frame, why in done.refused)]


def back(*frames: Generation, by: User) -> list[str]:
    wanted = Generation.objects.filter(pk__in=[frame.pk for frame in frames])
    return [frame.frame_number for frame in bring_back(wanted, by=by)]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bob", "moved"),  # whose it is
        ("alice", "moved"),  # who owns the project
        ("dana", "moved"),  # an admin
        ("vera", Why.NOT_YOURS),
        ("charlie", Why.NOT_YOURS),
    ],
)
def test_its_maker_the_owners_and_the_admins_may(cast: Cast, name: str, said: str) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    person = getattr(cast, name)
    assert trash(frame, by=person) == [("1A", said)]
    trash(frame, by=cast.dana)
    assert back(frame, by=person) == (["1A"] if said == "moved" else [])


def test_another_maker_may_not(cast: Cast) -> None:
    (frame,) = delivered(cast.alice, cast.project)
    assert trash(frame, by=cast.bob) == [("1A", Why.NOT_YOURS)]


def test_a_maker_who_may_only_look_by_now_may_not(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    Membership.objects.filter(person=cast.bob).update(role=Role.VIEWER)
    assert trash(frame, by=cast.bob) == [("1A", Why.NOT_YOURS)]
    Membership.objects.filter(person=cast.bob).delete()
    assert trash(frame, by=cast.bob) == [("1A", Why.NOT_YOURS)]


def test_it_comes_back_exactly_as_it_was(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    further_picture(frame)
    before = model_to_dict(frame, exclude=["revision"])
    outputs = list(frame.outputs.values())
    trash(frame, by=cast.bob)
    assert back(frame, by=cast.bob) == ["1A"]
    frame.refresh_from_db()
    assert model_to_dict(frame, exclude=["revision"]) == before
    assert list(frame.outputs.values()) == outputs


def test_money_and_facts_stay_where_they_are(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    entries = list(LedgerEntry.objects.values())
    trash(frame, by=cast.bob)
    assert list(LedgerEntry.objects.values()) == entries
    assert Generation.objects.get(pk=frame.pk).charge == "charged"


def test_a_frame_that_runs_or_waits_stays(cast: Cast) -> None:
    waits, runs = make_run(cast.bob, cast.project, variations=2).generations.order_by("variation")
    make_attempt(runs)
    assert trash(waits, runs, by=cast.alice) == [("1A", Why.RUNNING), ("1B", Why.RUNNING)]


def test_a_frame_whose_charge_is_asked_about_stays_until_it_is_answered(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    charge = LedgerEntry.objects.get(generation=frame, kind=Kind.CHARGE)
    question = decisions.ask_about(charge, note="Why?", now=timezone.now())
    assert trash(frame, by=cast.bob) == [("1A", Why.QUESTIONED)]
    decisions.let_stand(question, answer="It was made.", by=cast.dana, now=timezone.now())
    assert trash(frame, by=cast.bob) == [("1A", "moved")]


def test_what_came_to_nothing_may_go_too(cast: Cast) -> None:
    refused = make_run(cast.bob, cast.project).generations.get()
    end(refused, Outcome.REFUSED_PROMPT)
    assert trash(refused, by=cast.bob) == [("1A", "moved")]


def test_the_second_time_nothing_is_said_and_nothing_changes(cast: Cast) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    trash(frame, by=cast.bob)
    first = Generation.objects.get(pk=frame.pk).trashed_at
    assert trash(frame, by=cast.alice) == []
    kept = Generation.objects.get(pk=frame.pk)
    assert (kept.trashed_at, kept.trashed_by) == (first, cast.bob)
    assert back(frame, by=cast.alice) == ["1A"]
    assert back(frame, by=cast.alice) == []


def test_of_many_each_has_its_own_answer(cast: Cast) -> None:
    one, two = delivered(cast.bob, cast.project, variations=2)
    (hers,) = delivered(cast.alice, cast.project)
    waits = make_run(cast.bob, cast.project).generations.get()
    said = trash(one, two, hers, waits, by=cast.bob)
    assert said == [("1A", "moved"), ("1B", "moved"), ("2A", Why.NOT_YOURS), ("3A", Why.RUNNING)]
