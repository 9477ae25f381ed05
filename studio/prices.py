"""What a call will cost: the studio's own price row, else the catalogue's. A quote is the worst price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from .models import Price
from .money import Micros
from .provider.catalogue import Model


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one call and of a whole run, in micro-dollars."""

    per_call_micros: Micros
    variations: int

    @property
    def total_micros(self) -> Micros:
        return Micros(self.per_call_micros * self.variations)

    @classmethod
    def of(cls, model: Model, size: str, variations: int, at: datetime) -> Self:
        return cls(price_of_call(model, size, at), variations)


def price_of_call(model: Model, size: str, at: datetime) -> Micros:
    """Micro-dollars per HTTP call at that moment: the newest effective row for the size, else for the model."""
    return prices_of_calls([(model, size)], at)[model.key, size]


def prices_of_calls(wanted: Sequence[tuple[Model, str]], at: datetime) -> dict[tuple[str, str], Micros]:
    """As `price_of_call`, for several models and sizes with one question, by model key and size."""
    rows = Price.objects.filter(
        model_key__in={model.key for model, _size in wanted},
        billing_mode=Price.BillingMode.PER_REQUEST,
        effective_at__lte=at,
    ).order_by("effective_at")
    newest = {(row.model_key, row.size): row for row in rows}
    return {
        (model.key, size): _price(newest.get((model.key, size)) or newest.get((model.key, "")), model)
        for model, size in wanted
    }


def _price(row: Price | None, model: Model) -> Micros:
    if row is None:
        return Micros(model.price_micros)
    # Rounded up: what is held must never be less than what will be charged.
    return Micros(-(-row.amount_micros * row.multiplier_thousandths // 1000))
