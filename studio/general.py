"""What an admin sets of the studio as a whole: its name, what a new person begins with, how long a trash is kept."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import transaction

from .audit_log import record
from .models import AuditEntry, Instance, User

GENERAL: Final = ("name", "language", "theme")


@transaction.atomic
def set_general(values: Mapping[str, str], *, by: User) -> None:
    """`values` by the names of `GENERAL`. What is already so leaves no line in the audit log."""
    _set({name: values[name] for name in GENERAL}, by=by)


@transaction.atomic
def set_trash_days(days: int, *, by: User) -> None:
    """How many days a trashed picture can be brought back, from now on; also those that lie there. 0: for ever."""
    _set({"trash_days": days}, by=by)


def _set(values: Mapping[str, Any], *, by: User) -> None:
    Instance.current()
    studio = Instance.objects.select_for_update().get(pk=1)
    changes = {
        name: (str(before), str(after)) for name, after in values.items() if (before := getattr(studio, name)) != after
    }
    if not changes:
        return
    Instance.objects.filter(pk=1).update(**values)
    record(by, AuditEntry.Action.CHANGED, studio, changes=changes)
