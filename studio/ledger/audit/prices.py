"""A hold is of the price that was quoted, a charge of the price that was agreed to when the call was made."""

from collections.abc import Iterator

from django.db.models import F
from django.utils.translation import gettext_noop

from ...models import Kind
from .finding import Finding
from .scope import Scope


def find(scope: Scope) -> Iterator[Finding]:
    charged = scope.entries().filter(kind=Kind.CHARGE).exclude(amount_micros=-F("attempt__price_micros"))
    for entry in charged.iterator():
        yield Finding("price", str(entry), gettext_noop("It differs from the price that was agreed to."))
    held = scope.entries().filter(kind=Kind.HOLD).exclude(amount_micros=-F("generation__price_micros"))
    for entry in held.iterator():
        yield Finding("price", str(entry), gettext_noop("It differs from the price that was quoted."))
