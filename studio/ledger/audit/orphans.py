"""No row names one that is gone, and an entry speaks of the person, generation and attempt that belong together."""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import Any

from django.apps import apps
from django.db.models import Exists, F, ForeignKey, Model, OuterRef, Q
from django.utils.translation import gettext_noop

from ...models import Kind
from .finding import Finding
from .scope import Scope

_HAS_ALL = (
    Q(kind__in=[Kind.ALLOWANCE, Kind.CORRECTION])
    | Q(kind=Kind.HOLD, generation__isnull=False)
    | Q(kind=Kind.RELEASE, generation__isnull=False, closes__isnull=False)
    | Q(kind=Kind.CHARGE, generation__isnull=False, attempt__isnull=False)
    | Q(kind=Kind.REIMBURSEMENT, generation__isnull=False, attempt__isnull=False, closes__isnull=False)
)
_STRANGE = (
    Q(generation__isnull=False) & ~Q(generation__person=F("account__person"))
    | Q(attempt__isnull=False) & ~Q(attempt__generation=F("generation"))
    | Q(closes__isnull=False, generation__isnull=False) & ~Q(closes__generation=F("generation"))
)


def find(scope: Scope) -> Iterator[Finding]:
    entries = scope.entries()
    for entry in entries.exclude(_HAS_ALL).iterator():
        yield Finding("orphan", str(entry), gettext_noop("It does not say what it is for."))
    for entry in entries.filter(_STRANGE).iterator():
        yield Finding("orphan", str(entry), gettext_noop("It mixes what belongs to different generations or people."))
    if not scope.person:
        yield from _dangling()


def _dangling() -> Iterator[Finding]:
    """Rows of any table whose foreign key leads nowhere: the database allows none, unless somebody told it to."""
    for model in apps.get_app_config("studio").get_models():
        keys = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
        if not keys:
            continue
        # One look at each table, however many keys it has.
        rows = model._base_manager.filter(reduce(or_, map(_leads_nowhere, keys))).order_by("pk")
        for row in rows.iterator():
            for field in keys:
                if _is_gone(row, field):
                    yield Finding(
                        "orphan",
                        f"{model._meta.db_table} {row.pk}",
                        gettext_noop("Its %(field)s %(missing)s is not there."),
                        {"field": field.name, "missing": str(getattr(row, field.attname))},
                    )


def _leads_nowhere(field: ForeignKey[Any]) -> Q:
    there = field.remote_field.model._base_manager.filter(pk=OuterRef(field.attname))
    return Q(~Exists(there), **{f"{field.attname}__isnull": False})


def _is_gone(row: Model, field: ForeignKey[Any]) -> bool:
    key = getattr(row, field.attname)
    return key is not None and not field.remote_field.model._base_manager.filter(pk=key).exists()
