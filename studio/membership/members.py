"""The people of a project: another role, leaving, removal. A project always keeps an owner who can sign in."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from ..audit_log import record
from ..jobs.withdraw import withdraw
from ..models import AuditEntry, Membership, Project, Role, User


class LastOwner(Exception):
    """The project would be left without an owner. Nothing was changed."""


class NoMember(Exception):
    """That person is not in the project any more. Nothing was changed."""


def set_role(membership: Membership, role: Role, *, by: User) -> Role:
    """Give a member another role; the role they had. Raises `LastOwner`, `NoMember`."""
    with locked(membership.project):
        now_there = _present(membership)
        before = Role(now_there.role)
        if before == role:
            return before
        if before == Role.OWNER:
            _require_another_owner(now_there)
        Membership.objects.filter(pk=now_there.pk).update(role=role)
        _note(by, AuditEntry.Action.ROLE_SET, now_there, {"role": (before.value, role.value)})
    withdraw(now=timezone.now())
    return before


def hand_over(membership: Membership, *, by: User) -> None:
    """Make a member owner; whoever says so is a maker from then on, if they were an owner. Raises `NoMember`."""
    with locked(membership.project):
        heir = _present(membership)
        if heir.person_id == by.pk:
            return
        Membership.objects.filter(pk=heir.pk).update(role=Role.OWNER)
        _note(by, AuditEntry.Action.ROLE_SET, heir, {"role": (heir.role, Role.OWNER.value)})
        own = Membership.objects.select_related("project", "person").filter(
            project=heir.project, person=by, role=Role.OWNER
        )
        for mine in own:
            Membership.objects.filter(pk=mine.pk).update(role=Role.MAKER)
            _note(by, AuditEntry.Action.ROLE_SET, mine, {"role": (Role.OWNER.value, Role.MAKER.value)})


def remove(membership: Membership, *, by: User) -> None:
    """Take a member out, or leave oneself. Their work stays. Raises `LastOwner`, `NoMember`."""
    with locked(membership.project):
        now_there = _present(membership)
        if now_there.role == Role.OWNER:
            _require_another_owner(now_there)
        Membership.objects.filter(pk=now_there.pk).delete()
        action = AuditEntry.Action.LEFT if now_there.person_id == by.pk else AuditEntry.Action.REMOVED
        _note(by, action, now_there, {"role": (now_there.role, "")})
    withdraw(now=timezone.now())


@contextmanager
def locked(project: Project) -> Iterator[None]:
    """A transaction in which nobody else changes who is in the project."""
    with transaction.atomic():
        Project.objects.select_for_update().get(pk=project.pk)
        yield


def _present(membership: Membership) -> Membership:
    """The membership as it is by now."""
    found = Membership.objects.select_related("project", "person").filter(pk=membership.pk).first()
    if found is None:
        raise NoMember
    return found


def _require_another_owner(membership: Membership) -> None:
    others = Membership.objects.filter(project=membership.project, role=Role.OWNER, person__is_active=True)
    if not others.exclude(pk=membership.pk).exists():
        raise LastOwner


def _note(by: User, action: AuditEntry.Action, membership: Membership, changes: dict[str, tuple[str, str]]) -> None:
    record(by, action, membership, changes=changes)
