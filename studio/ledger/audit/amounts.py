"""Every amount is a whole number of micro-dollars, the studio's only currency, with the sign of its kind."""

from collections.abc import Iterator
from functools import reduce
from operator import or_

from django.apps import apps
from django.db import connection
from django.db.models import CharField, F, Func, Q
from django.utils.translation import gettext_noop

from ...models import Kind
from ...money import dollars
from .finding import Finding
from .scope import Scope

_WHOLE = ["integer", "null"]
_SIGN_FITS = (
    Q(kind__in=[Kind.HOLD, Kind.CHARGE], amount_micros__lt=0)
    | Q(kind__in=[Kind.RELEASE, Kind.REIMBURSEMENT], amount_micros__gt=0)
    | Q(kind__in=[Kind.ALLOWANCE, Kind.CORRECTION]) & ~Q(amount_micros=0)
)


def find(scope: Scope) -> Iterator[Finding]:
    for entry in scope.entries().exclude(_SIGN_FITS).iterator():
        yield Finding(
            "amount",
            str(entry),
            gettext_noop("An entry of this kind cannot be of %(amount)s."),
            {"amount": dollars(entry.amount_micros)},
        )
    # PostgreSQL takes nothing but whole numbers into such a column. SQLite takes what it is given.
    if connection.vendor == "sqlite" and not scope.person:
        yield from _fractions()


def _fractions() -> Iterator[Finding]:
    for model in apps.get_app_config("studio").get_models():
        names = [field.name for field in model._meta.concrete_fields if field.name.endswith("_micros")]
        if not names:
            continue
        stored = {f"stored_{name}": Func(F(name), function="TYPEOF", output_field=CharField()) for name in names}
        is_odd = reduce(or_, (~Q(**{f"{kind}__in": _WHOLE}) for kind in stored))
        # One look at each table, however many amounts it has.
        rows = model._base_manager.annotate(**stored).filter(is_odd)
        for row in rows.values("pk", *names, *stored).iterator():
            for name in names:
                if row[f"stored_{name}"] not in _WHOLE:
                    yield Finding(
                        "amount",
                        f"{model._meta.db_table} {row['pk']}",
                        gettext_noop("%(field)s is %(value)s, which is no whole number."),
                        {"field": name, "value": str(row[name])},
                    )
