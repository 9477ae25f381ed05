"""What the same costs today: the button that asks for it once more says what a new submit would hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ..forms.choices import enabled_models
from ..forms.composition import Composition
from ..models import Run
from ..prices import terms_of_calls
from ..provider.terms import Terms


@dataclass(frozen=True, slots=True)
class Price:
    """Of one picture, in micro-dollars. `is_worst`: it may come out cheaper once its tokens or searches are counted."""

    micros: int
    is_worst: bool


class Again:
    """The prices of some runs at one moment. No query before the first of them is asked for, then three in all."""

    def __init__(self, runs: Iterable[Run], now: datetime) -> None:
        self._runs = {run.pk: run for run in runs}
        self._now = now

    def price(self, run: Run) -> Price:
        return self._prices[run.pk]

    @cached_property
    def _prices(self) -> dict[int, Price]:
        """Each with the model, the size and the choices that the composer would open with."""
        models = enabled_models()
        opened = {pk: Composition.with_settings_of(run, models).legal()[0] for pk, run in self._runs.items()}
        terms = terms_of_calls([(each.model, each.size) for each in opened.values()], self._now)
        return {pk: price_of(each, terms[each.model.key, each.size]) for pk, each in opened.items()}


def price_of(opened: Composition, terms: Terms) -> Price:
    """Of a composition as it would be sent, under these terms."""
    micros = terms.worst(opened.model, opened.size, thinking_level=opened.thinking_level, web_search=opened.web_search)
    return Price(micros, terms.is_by_tokens or opened.web_search)
