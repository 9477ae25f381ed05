"""What a call will cost: the studio's own price row, else the catalogue's. A quote is the worst price."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from .models import Price
from .money import Micros
from .provider.catalogue import Model
from .provider.terms import Terms, by_the_call


@dataclass(frozen=True, slots=True)
class Quote:
    """The most that one call and a whole run can cost, in micro-dollars."""

    per_call_micros: Micros
    variations: int

    @property
    def total_micros(self) -> Micros:
        return Micros(self.per_call_micros * self.variations)

    @classmethod
    def of(
        cls,
        model: Model,
        size: str,
        variations: int,
        at: datetime,
        *,
        thinking_level: str = "",
        web_search: bool = False,
    ) -> Self:
        terms = terms_of_call(model, size, at)
        worst_micros = terms.worst(model, size, thinking_level=thinking_level, web_search=web_search)
        return cls(Micros(worst_micros), variations)


def terms_of_call(model: Model, size: str, at: datetime) -> Terms:
    """What a call is paid by at that moment: the newest effective row for the size, else for the model."""
    return terms_of_calls([(model, size)], at)[model.key, size]


def terms_of_calls(wanted: Sequence[tuple[Model, str]], at: datetime) -> dict[tuple[str, str], Terms]:
    """As `terms_of_call`, for several models and sizes with one question, by model key and size."""
    keys = {model.key for model, _size in wanted}
    # Of two rows of the same moment, one by the call and one by tokens, the one that was recorded later holds.
    rows = Price.objects.filter(model_key__in=keys, effective_at__lte=at).order_by("effective_at", "pk")
    newest = {(row.model_key, row.size): row for row in rows}
    found = {}
    for model, size in wanted:
        row = newest.get((model.key, size)) or newest.get((model.key, ""))
        found[model.key, size] = row.terms if row else by_the_call(model)
    return found
