"""The people of the studio: who is an admin, whose account is open. Somebody who can sign in always runs the studio."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.utils import timezone

from ..access_tokens import revoke_all
from ..audit_log import record
from ..jobs.withdraw import withdraw
from ..models import AuditEntry, Instance, User


class LastAdmin(Exception):
    """The studio would be left without an admin. Nothing was changed."""


def set_admin(person: User, *, is_admin: bool, by: User) -> bool:
    """Make somebody an admin, or no admin any more; what they were. Raises `LastAdmin`."""
    with _locked_studio():
        there = User.objects.get(pk=person.pk)
        if there.is_staff == is_admin:
            return is_admin
        if not is_admin:
            _require_another_admin(there)
        # Django's superuser goes along: its permissions are not used, and must not outlive the role.
        User.objects.filter(pk=there.pk).update(is_staff=is_admin, is_superuser=is_admin)
        words = ("member", "admin") if is_admin else ("admin", "member")
        record(by, AuditEntry.Action.ROLE_SET, there, changes={"role": words})
    withdraw(now=timezone.now())
    return not is_admin


def close_account(person: User, *, by: User) -> None:
    """Nobody signs in with it any more, and whoever is signed in is out at their next request. Raises `LastAdmin`.

    What they made stays, what they have waiting is cancelled at no charge, and their tokens are revoked.
    """
    with _locked_studio():
        there = User.objects.get(pk=person.pk)
        _require_another_admin(there)
        if User.objects.filter(pk=there.pk, is_active=True).update(is_active=False):
            record(by, AuditEntry.Action.CLOSED, there)
            revoke_all(there, by=by, now=timezone.now())
    withdraw(now=timezone.now())


def reopen_account(person: User, *, by: User) -> None:
    with _locked_studio():
        if User.objects.filter(pk=person.pk, is_active=False).update(is_active=True):
            record(by, AuditEntry.Action.REOPENED, person)


@contextmanager
def _locked_studio() -> Iterator[None]:
    """A transaction in which nobody else changes who runs the studio."""
    Instance.current()
    with transaction.atomic():
        Instance.objects.select_for_update().get(pk=1)
        yield


def _require_another_admin(person: User) -> None:
    if not person.is_studio_admin:
        return
    if not User.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk).exists():
        raise LastAdmin
