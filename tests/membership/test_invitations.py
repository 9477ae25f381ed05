"""B170: an invitation lets one person in, once, while it holds, and while whoever wrote it may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from studio.membership import invitations
from studio.membership.invitations import Fresh, NotAccepted, accept, find, hash_of, invite, renew, revoke, why_not
from studio.models import Account, AuditEntry, Invitation, Membership, Role, User
from tests import people
from tests.people import Cast

MAKER = Invitation.Role.MAKER


def of_the_project(cast: Cast, *, email: str = "", role: Invitation.Role = MAKER) -> Fresh:
    return invite(cast.project, role, email=email, by=cast.alice, now=timezone.now())


def refusal(invitation: Invitation, person: User) -> str:
    with pytest.raises(NotAccepted) as refused:
        accept(invitation, person)
    return refused.value.reason


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MAKER, Role.OWNER])
def test_who_accepts_becomes_what_it_says(cast: Cast, role: Role) -> None:
    fresh = of_the_project(cast, role=Invitation.Role(role.value))
    accept(fresh.invitation, cast.charlie)
    assert Membership.objects.get(project=cast.project, person=cast.charlie).role == role
    assert AuditEntry.objects.first().by == cast.charlie  # type: ignore[union-attr]


def test_an_admin_invites_admins(cast: Cast) -> None:
    fresh = invite(None, Invitation.Role.ADMIN, by=cast.dana, now=timezone.now())
    accept(fresh.invitation, cast.charlie)
    assert User.objects.get(pk=cast.charlie.pk).is_studio_admin
    assert not Membership.objects.filter(person=cast.charlie).exists()


def test_a_member_of_the_studio_is_in_no_project(cast: Cast) -> None:
    accept(invite(None, Invitation.Role.MEMBER, by=cast.dana, now=timezone.now()).invitation, cast.charlie)
    assert not User.objects.get(pk=cast.charlie.pk).is_studio_admin


def test_the_secret_is_long_random_and_kept_as_a_hash(cast: Cast) -> None:
    """C40: 256 bits, of `secrets`; the database could not open the link."""
    fresh, other = of_the_project(cast), of_the_project(cast)
    assert len(fresh.token) == 43  # 32 bytes, 6 bits a character
    assert fresh.token != other.token
    row = Invitation.objects.filter(pk=fresh.invitation.pk).values().get()
    assert fresh.token not in str(row)
    assert row["token_hash"] == hash_of(fresh.token)
    assert find(hash_of(fresh.token)) == fresh.invitation
    assert fresh.token not in str(list(AuditEntry.objects.values()))


def test_it_is_used_once(cast: Cast) -> None:
    fresh = of_the_project(cast)
    accept(fresh.invitation, cast.charlie)
    eve = people.person("eve")
    assert refusal(fresh.invitation, eve) == invitations.USED
    assert not Membership.objects.filter(person=eve).exists()


def test_it_is_not_used_up_by_somebody_who_is_in_already(cast: Cast) -> None:
    fresh = of_the_project(cast, role=Invitation.Role.OWNER)
    assert refusal(fresh.invitation, cast.vera) == invitations.MEMBER_ALREADY
    assert Membership.objects.get(person=cast.vera).role == Role.VIEWER
    accept(fresh.invitation, cast.charlie)


def test_it_expires_after_seven_days(cast: Cast) -> None:
    fresh = of_the_project(cast)
    last_moment = fresh.invitation.created_at + timedelta(days=7)
    assert why_not(fresh.invitation, cast.charlie, last_moment - timedelta(seconds=1)) == ""
    assert why_not(fresh.invitation, cast.charlie, last_moment) == invitations.EXPIRED
    with pytest.raises(NotAccepted):
        accept(fresh.invitation, cast.charlie, now=last_moment)


def test_revoked_it_lets_nobody_in(cast: Cast) -> None:
    fresh = of_the_project(cast)
    assert revoke(fresh.invitation, by=cast.alice, now=timezone.now())
    assert refusal(fresh.invitation, cast.charlie) == invitations.REVOKED
    assert not revoke(fresh.invitation, by=cast.alice, now=timezone.now())


def test_a_new_link_ends_the_one_before(cast: Cast) -> None:
    fresh = of_the_project(cast)
    newer = renew(fresh.invitation, by=cast.alice, now=timezone.now())
    assert newer is not None
    assert find(hash_of(fresh.token)) is None
    old = Invitation(token_hash=hash_of(fresh.token), project=cast.project)
    assert refusal(old, cast.charlie) == invitations.REVOKED
    accept(newer.invitation, cast.charlie)
    assert renew(newer.invitation, by=cast.alice, now=timezone.now()) is None


@pytest.mark.parametrize(("email", "opens"), [("Charlie@Example.com", True), ("eve@example.com", False)])
def test_with_an_address_it_is_for_that_person(cast: Cast, email: str, opens: bool) -> None:
    fresh = of_the_project(cast, email=email)
    if opens:
        accept(fresh.invitation, cast.charlie)
    else:
        assert refusal(fresh.invitation, cast.charlie) == invitations.ANOTHER_ADDRESS
    assert Membership.objects.filter(person=cast.charlie).exists() is opens


@pytest.mark.parametrize("loss", [{"role": "maker"}, None], ids=["demoted", "removed"])
def test_it_does_not_outlive_the_right_of_whoever_wrote_it(cast: Cast, loss: dict[str, str] | None) -> None:
    fresh = of_the_project(cast)
    Membership.objects.filter(person=cast.bob).update(role=Role.OWNER)
    own = Membership.objects.filter(person=cast.alice)
    own.update(**loss) if loss else own.delete()
    assert refusal(fresh.invitation, cast.charlie) == invitations.UNFOUNDED


def test_neither_does_one_of_an_admin_who_is_none_any_more(cast: Cast) -> None:
    fresh = invite(None, Invitation.Role.ADMIN, by=cast.dana, now=timezone.now())
    User.objects.filter(pk=cast.dana.pk).update(is_staff=False)
    assert refusal(fresh.invitation, cast.charlie) == invitations.UNFOUNDED


@pytest.mark.parametrize(("is_new", "budget_micros"), [(True, 50_000_000), (False, 10_000_000)])
def test_the_budget_is_for_who_comes_new(cast: Cast, is_new: bool, budget_micros: int) -> None:
    budget = 50_000_000
    fresh = invite(cast.project, MAKER, budget_micros=budget, by=cast.dana, now=timezone.now())
    accept(fresh.invitation, cast.charlie, is_new=is_new)
    assert Account.objects.get(person=cast.charlie).monthly_allowance_micros == budget_micros


def test_an_owner_has_no_budget_to_give(cast: Cast) -> None:
    with pytest.raises(AssertionError):
        invite(cast.project, MAKER, budget_micros=1, by=cast.alice, now=timezone.now())
    with pytest.raises(AssertionError):
        invite(None, Invitation.Role.MEMBER, by=cast.alice, now=timezone.now())
