"""What a call will cost: the studio's own price row, else the catalogue's. A quote is the worst price."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from django.db.models import Q

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
    row = (
        Price.objects.filter(
            Q(size=size) | Q(size=""),
            model_key=model.key,
            billing_mode=Price.BillingMode.PER_REQUEST,
            effective_at__lte=at,
        )
        .order_by("-size", "-effective_at")
        .first()
    )
    if row is None:
        return Micros(model.price_micros)
    # Rounded up: what is held must never be less than what will be charged.
    return Micros(-(-row.amount_micros * row.multiplier_thousandths // 1000))
