"""Who of those who run the studio did what, to what, and what stood there before."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Model

from .models import AuditEntry, User
from .telemetry.events import Event, tell


def record(
    by: User,
    action: AuditEntry.Action,
    target: Model,
    *,
    changes: Mapping[str, tuple[str, str]] | None = None,
    note: str = "",
) -> None:
    """Add a line. Refuses to run outside a transaction: what was rolled back was not done."""
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("An act and its line in the audit log stand or fall together.")
    entry = AuditEntry.objects.create(
        by=by,
        action=action,
        target_kind=str(target._meta.verbose_name)[:60],
        target_name=str(target)[:200],
        changes={name: list(change) for name, change in (changes or {}).items()},
        note=note.strip()[:500],
    )
    transaction.on_commit(
        lambda: tell(Event.AUDIT, "person %s: %s of %s %s", by.pk, entry.action, entry.target_kind, target.pk)
    )
