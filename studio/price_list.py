"""The price list as those who run the studio keep it: what is in force, what is to come, and what a new row changes.

A price is never changed, only taken over by a later one, and none is recorded for a moment that has passed: what was
quoted then stays explained.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from django.db import transaction

from .audit_log import record
from .models import AuditEntry, Instance, Price, User
from .money import MINUS, dollars
from .prices import terms_of_call, terms_of_calls
from .provider.catalogue import BY_KEY, MODELS, Model
from .provider.terms import Terms, by_the_call

RUN_COMPARED: Final = 4
"""Calls of the run that a preview compares."""
FARTHEST: Final = 5
"""A price that is so many times the present one, or so small a part of it, is mostly in another unit."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of the price list. Without a row it is the catalogue's price. `size` is empty for every size."""

    model: Model
    size: str
    terms: Terms
    row: Price | None
    is_in_force: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What one size costs before and after, in micro-dollars of one typical call: a picture, no search."""

    size: str
    before: Terms
    after: Terms
    model: Model

    @property
    def before_micros(self) -> int:
        return self.before.typical(self.model, self.size)

    @property
    def after_micros(self) -> int:
        return self.after.typical(self.model, self.size)

    @property
    def run_before_micros(self) -> int:
        return RUN_COMPARED * self.before_micros

    @property
    def run_after_micros(self) -> int:
        return RUN_COMPARED * self.after_micros

    @property
    def percent(self) -> str:
        """From old to new: `+40`, `−12.5`, `0`."""
        change = Decimal(100 * (self.after_micros - self.before_micros)) / self.before_micros
        rounded = change.quantize(Decimal("0.1")).normalize()
        return f"{'+' if rounded > 0 else ''}{rounded:f}".replace("-", MINUS)

    @property
    def is_far_off(self) -> bool:
        """Whether somebody should look twice: a wrong unit makes it ten or a hundred times as much."""
        low, high = sorted((self.before_micros, self.after_micros))
        return high > FARTHEST * low


def price_list(at: datetime) -> list[Listed]:
    """All that is in force at that moment, then what is to come, by model in the order of the catalogue."""
    rows = list(Price.objects.select_related("recorded_by").order_by("effective_at", "pk"))
    newest = {(row.model_key, row.size): row for row in rows if row.effective_at <= at}
    listed: list[Listed] = []
    for model in MODELS:
        general = newest.get((model.key, ""))
        listed.append(Listed(model, "", general.terms if general else by_the_call(model), general, True))
        sized = [(size, newest[model.key, size]) for size in model.sizes if (model.key, size) in newest]
        listed += [Listed(model, size, row.terms, row, True) for size, row in sized]
        coming = [row for row in rows if row.model_key == model.key and row.effective_at > at]
        listed += [Listed(model, row.size, row.terms, row, False) for row in coming]
    return listed


def changes(model: Model, price: Price) -> list[Change]:
    """What the new row would change, size by size, at the moment it takes effect.

    A price for every size leaves those alone that have one of their own: a size's own price outweighs it.
    """
    sizes = [price.size] if price.size else list(model.sizes)
    before = terms_of_calls([(model, size) for size in sizes], price.effective_at)
    if not price.size:
        own = Price.objects.filter(model_key=model.key, size__in=sizes, effective_at__lte=price.effective_at)
        sized = set(own.values_list("size", flat=True))
        sizes = [size for size in sizes if size not in sized]
    return [Change(size, before[model.key, size], price.terms, model) for size in sizes]


def is_far_off(found: Sequence[Change]) -> bool:
    return any(change.is_far_off for change in found)


@transaction.atomic
def add_price(price: Price, *, by: User, now: datetime) -> None:
    """Record a price that takes effect now or later, with a line in the audit log.

    Raises ValueError for a moment that has passed.
    """
    if price.effective_at < now:
        raise ValueError("A price takes effect now or later.")
    model = BY_KEY[price.model_key]
    before = terms_of_call(model, price.size or model.size_default, price.effective_at)
    price.recorded_by = by
    price.save(force_insert=True)
    words = (_in_words(before), _in_words(price.terms))
    record(by, AuditEntry.Action.ADDED, price, changes={"price": words}, note=price.note)


def _in_words(terms: Terms) -> str:
    """As it is kept in the audit log, in English."""
    price = f"{dollars(terms.call_micros)} a call"
    if terms.is_by_tokens:
        price = f"{dollars(terms.input_micros)} in, {dollars(terms.output_micros)} out per million tokens"
    return f"{price}, × {terms.multiplier}, {dollars(terms.search_micros)} a search"


@transaction.atomic
def set_bonus(bonus_thousandths: int, *, by: User) -> None:
    """The gateway's bonus on what is topped up. It changes no price and no entry, only what real cost is said to be."""
    studio = Instance.objects.select_for_update().get(pk=Instance.current().pk)
    before = studio.bonus_thousandths
    if before == bonus_thousandths:
        return
    Instance.objects.filter(pk=studio.pk).update(bonus_thousandths=bonus_thousandths)
    words = (f"{before / 10:g} %", f"{bonus_thousandths / 10:g} %")
    record(by, AuditEntry.Action.CHANGED, studio, changes={"top-up bonus": words})
