"""Who is next: fair between people, in order within one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from studio.jobs.claim import claim
from studio.jobs.line import next_in_line, whole_line
from studio.models import GatewayKey, Generation, Status, User
from tests.people import Cast
from tests.runs import make_run

pytestmark = pytest.mark.django_db


def queue(cast: Cast, *asked: tuple[User, int]) -> None:
    """Runs in this order, each of a person and so many variations; a key that takes them all."""
    GatewayKey.objects.update_or_create(name="main", defaults={"calls_max": 30})
    for person, variations in asked:
        make_run(person, cast.project, variations=variations)


def names(ids: list[int]) -> str:
    """Whose they are, by first letter."""
    whose = dict(Generation.objects.values_list("pk", "person__username"))
    return "".join(whose[pk][0] for pk in ids)


def test_people_take_turns_whatever_one_of_them_has_piled_up(cast: Cast) -> None:
    queue(cast, (cast.alice, 5), (cast.bob, 2), (cast.dana, 1))
    assert names(next_in_line(timezone.now(), 8)) == "abdabaaa"


def test_what_one_person_asked_for_first_comes_first(cast: Cast) -> None:
    queue(cast, (cast.alice, 2), (cast.alice, 2))
    line = next_in_line(timezone.now(), 4)
    assert line == sorted(line)


def test_what_is_under_way_counts_as_a_turn_taken(cast: Cast) -> None:
    queue(cast, (cast.alice, 5), (cast.bob, 5))
    for generation in Generation.objects.filter(person=cast.alice).order_by("pk")[:2]:
        Generation.objects.filter(pk=generation.pk).update(status=Status.SENDING)
    assert names(next_in_line(timezone.now(), 5)) == "bbaba"


def test_what_a_worker_has_just_claimed_counts_too_and_is_not_offered_again(cast: Cast) -> None:
    queue(cast, (cast.alice, 2), (cast.bob, 2))
    first = next_in_line(timezone.now(), 1)[0]
    claim(first, worker_id=cast.project.public_id, now=timezone.now())
    line = next_in_line(timezone.now(), 4)
    assert first not in line
    assert names(line) == "bab"


def test_what_must_wait_holds_up_nobody(cast: Cast) -> None:
    queue(cast, (cast.alice, 2), (cast.bob, 1))
    later = timezone.now() + timedelta(minutes=1)
    Generation.objects.filter(person=cast.alice).update(not_before=later)
    assert names(next_in_line(timezone.now(), 3)) == "b"
    assert names(whole_line(3)) == "aba"


def test_what_is_in_hand_is_left_out(cast: Cast) -> None:
    queue(cast, (cast.bob, 3))
    first, *others = next_in_line(timezone.now(), 3)
    assert next_in_line(timezone.now(), 3, but_not=[first]) == others


def test_four_people_with_50_each_over_8_slots_wait_no_longer_than_twice_their_share(cast: Cast) -> None:
    """Sent eight at a time, all calls equally long: after each round every person has had the same number."""
    people = (cast.alice, cast.bob, cast.vera, cast.charlie)
    for person in people:
        queue(cast, *[(person, 8)] * 6, (person, 2))
    done = dict.fromkeys((person.username for person in people), 0)
    for round_number in range(1, 26):
        sent = next_in_line(timezone.now(), 8)
        for pk in sent:
            done[Generation.objects.get(pk=pk).person.username] += 1
        Generation.objects.filter(pk__in=sent).update(status=Status.SUCCEEDED)
        assert set(done.values()) == {2 * round_number}
    assert next_in_line(timezone.now(), 8) == []


@pytest.mark.sqlite
@pytest.mark.parametrize("name", ["unfinished", "queued", "in_flight"])
def test_what_is_under_way_is_found_without_reading_the_history(db: None, name: str) -> None:
    """PostgreSQL sees by itself that a status is one of those in the index."""
    plan = getattr(Generation.objects, name)().values("pk").explain()
    assert "INDEX generation_unfinished" in plan, plan
