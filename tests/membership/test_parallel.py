"""Two at the same moment: one project keeps one owner, one invitation lets one person in."""

from collections import Counter

import pytest
from django.utils import timezone

from studio.membership.invitations import NotAccepted, accept, invite
from studio.membership.members import LastOwner, remove, set_role
from studio.models import Invitation, Membership, Role
from tests import people
from tests.people import Cast
from tests.together import crowd

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.thorough]
ROUNDS = 20


@pytest.fixture
def cast(transactional_db: None) -> Cast:
    return people.cast()


def owners(cast: Cast) -> list[Membership]:
    """Alice and Bob, both owners again."""
    for person in (cast.alice, cast.bob):
        Membership.objects.update_or_create(project=cast.project, person=person, defaults={"role": Role.OWNER})
    both = Membership.objects.filter(person__in=[cast.alice, cast.bob])
    return list(both.select_related("project", "person").order_by("person"))


@pytest.mark.parametrize("way", ["demote", "leave"])
def test_of_two_owners_who_go_at_once_one_stays(cast: Cast, way: str) -> None:
    with crowd(2) as at_once:
        for _round in range(ROUNDS):
            both = owners(cast)

            def go(number: int, both: list[Membership] = both) -> None:
                mine, other = both[number], both[1 - number]
                if way == "demote":
                    set_role(other, Role.VIEWER, by=mine.person)
                else:
                    remove(mine, by=mine.person)

            results = at_once(go)
            assert Counter(type(result) for result in results) == {type(None): 1, LastOwner: 1}, results
            assert Membership.objects.filter(project=cast.project, role=Role.OWNER).count() == 1


@pytest.mark.parametrize("into", ["project", "studio"])
def test_B170_of_twenty_with_one_link_one_gets_in(cast: Cast, into: str) -> None:
    crowd_of = [people.person(f"guest{number}") for number in range(20)]
    project = cast.project if into == "project" else None
    role = Invitation.Role.MAKER if project else Invitation.Role.ADMIN
    with crowd(20) as at_once:
        for _round in range(ROUNDS):
            fresh = invite(project, role, by=cast.dana, now=timezone.now())
            results = at_once(lambda number, fresh=fresh: accept(fresh.invitation, crowd_of[number]))  # type: ignore[misc]
            reasons = Counter(getattr(result, "reason", type(result).__name__) for result in results)
            assert reasons == {"NoneType": 1, "used": 19}, results
            assert all(result is None or isinstance(result, NotAccepted) for result in results)
            Membership.objects.filter(person__in=crowd_of).delete()


def test_one_person_with_two_links_is_in_once(cast: Cast) -> None:
    with crowd(2) as at_once:
        for _round in range(ROUNDS):
            both = [invite(cast.project, Invitation.Role.MAKER, by=cast.alice, now=timezone.now()) for _ in range(2)]
            results = at_once(lambda number, both=both: accept(both[number].invitation, cast.charlie))  # type: ignore[misc]
            reasons = Counter(getattr(result, "reason", type(result).__name__) for result in results)
            assert reasons == {"NoneType": 1, "member_already": 1}, results
            Membership.objects.filter(person=cast.charlie).delete()
