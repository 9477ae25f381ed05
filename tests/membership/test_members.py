"""People of a project come and go; their work stays, and somebody who can sign in always owns it."""

from collections.abc import Callable

import pytest

from studio import access
from studio.jobs import clock
from studio.membership.members import LastOwner, NoMember, hand_over, remove, set_role
from studio.membership.projects import archive, begin, describe, unarchive
from studio.models import AuditEntry, Generation, Membership, Project, Role, Status, User
from tests.ledger.test_post import left
from tests.people import MONEY_MICROS, Cast
from tests.runs import make_run

type Act = Callable[[Membership], object]


def membership(person: User, project: Project) -> Membership:
    return Membership.objects.get(person=person, project=project)


def role_of(person: User, project: Project) -> str:
    return membership(person, project).role


def test_a_role_is_set_and_the_audit_log_says_what_stood_there(cast: Cast) -> None:
    assert set_role(membership(cast.vera, cast.project), Role.MAKER, by=cast.alice) == Role.VIEWER
    assert role_of(cast.vera, cast.project) == Role.MAKER
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.by, entry.action, entry.changes) == (cast.alice, "role_set", {"role": ["viewer", "maker"]})


def test_the_same_role_again_is_no_change(cast: Cast) -> None:
    assert set_role(membership(cast.bob, cast.project), Role.MAKER, by=cast.alice) == Role.MAKER
    assert not AuditEntry.objects.exists()


LAST_OWNERS_WAYS = pytest.mark.parametrize(
    "act",
    [
        lambda one: set_role(one, Role.MAKER, by=one.person),
        lambda one: set_role(one, Role.VIEWER, by=one.person),
        lambda one: remove(one, by=one.person),
    ],
    ids=["maker", "viewer", "leaves"],
)


@LAST_OWNERS_WAYS
def test_the_last_owner_stays_one(cast: Cast, act: Act) -> None:
    with pytest.raises(LastOwner):
        act(membership(cast.alice, cast.project))
    assert role_of(cast.alice, cast.project) == Role.OWNER
    assert not AuditEntry.objects.exists()


@LAST_OWNERS_WAYS
def test_an_owner_whose_account_is_closed_does_not_count(cast: Cast, act: Act) -> None:
    set_role(membership(cast.bob, cast.project), Role.OWNER, by=cast.alice)
    User.objects.filter(pk=cast.bob.pk).update(is_active=False)
    with pytest.raises(LastOwner):
        act(membership(cast.alice, cast.project))


@LAST_OWNERS_WAYS
def test_one_of_two_owners_may_go(cast: Cast, act: Act) -> None:
    set_role(membership(cast.bob, cast.project), Role.OWNER, by=cast.alice)
    act(membership(cast.alice, cast.project))
    assert access.role_in(cast.alice, cast.project) != Role.OWNER


def test_an_admin_of_the_studio_does_not_stand_in_for_an_owner(cast: Cast) -> None:
    with pytest.raises(LastOwner):
        remove(membership(cast.alice, cast.project), by=cast.dana)


def test_a_project_is_handed_over(cast: Cast) -> None:
    hand_over(membership(cast.vera, cast.project), by=cast.alice)
    assert (role_of(cast.vera, cast.project), role_of(cast.alice, cast.project)) == (Role.OWNER, Role.MAKER)


def test_an_admin_hands_over_without_becoming_a_member(cast: Cast) -> None:
    hand_over(membership(cast.bob, cast.project), by=cast.dana)
    assert role_of(cast.bob, cast.project) == Role.OWNER
    assert role_of(cast.alice, cast.project) == Role.OWNER
    assert access.role_in(cast.charlie, cast.project) is None


def test_to_hand_a_project_to_oneself_changes_nothing(cast: Cast) -> None:
    hand_over(membership(cast.alice, cast.project), by=cast.alice)
    assert role_of(cast.alice, cast.project) == Role.OWNER


@pytest.mark.parametrize("act", [lambda one, by: remove(one, by=by), lambda one, by: set_role(one, Role.OWNER, by=by)])
def test_who_is_gone_cannot_be_changed(cast: Cast, act: Callable[[Membership, User], object]) -> None:
    bob = membership(cast.bob, cast.project)
    Membership.objects.filter(pk=bob.pk).delete()
    with pytest.raises(NoMember):
        act(bob, cast.alice)


def test_whoever_leaves_keeps_nothing_and_loses_nothing(cast: Cast) -> None:
    """T6: the work stays, with its author; what waited is cancelled, and its hold is back."""
    run = make_run(cast.bob, cast.project)
    remove(membership(cast.bob, cast.project), by=cast.bob)
    generation = run.generations.get()
    assert (generation.person, generation.status, generation.reason) == (cast.bob, "cancelled", "no_longer_a_maker")
    assert left(cast.bob) == MONEY_MICROS
    assert not Generation.objects.visible_to(cast.bob).exists()
    assert Generation.objects.visible_to(cast.alice).get() == generation


def test_a_new_project_is_its_owners_alone(cast: Cast) -> None:
    project = begin("Café launch", by=cast.charlie)
    assert list(project.members.all()) == [cast.charlie]
    assert role_of(cast.charlie, project) == Role.OWNER


def test_a_description_is_set_and_only_what_changed_is_logged(cast: Cast) -> None:
    facts = {"name": "Autumn catalogue", "description": "Cups", "default_model": "nb2", "default_size": "2K"}
    describe(cast.project, facts | {"default_ratio": ""}, by=cast.alice)
    cast.project.refresh_from_db()
    assert (cast.project.description, cast.project.default_model, cast.project.default_size) == ("Cups", "nb2", "2K")
    assert set(AuditEntry.objects.get().changes) == {"description", "default_model", "default_size"}


def test_in_an_archived_project_nobody_makes_and_what_waits_is_cancelled(cast: Cast) -> None:
    run = make_run(cast.bob, cast.project)
    archive(cast.project, by=cast.alice, now=clock.now())
    cast.project.refresh_from_db()
    assert run.generations.get().status == Status.CANCELLED
    assert run.generations.get().reason == "project_archived"
    assert left(cast.bob) == MONEY_MICROS
    for person in (cast.alice, cast.bob, cast.dana):
        assert not access.can_make(person, cast.project)
        assert access.visible_project(person, cast.project.public_id) == cast.project
        with pytest.raises(access.MayOnlyLook):
            access.editable_project(person, cast.project.public_id)
    unarchive(cast.project, by=cast.alice)
    assert access.can_make(cast.bob, Project.objects.get())
    assert [entry.action for entry in AuditEntry.objects.all()] == ["unarchived", "archived"]
