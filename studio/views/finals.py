"""Draft, then final: the same once more in a larger size, each with the price it would have now."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final as Constant

from ..forms.choices import enabled_models, offered
from ..forms.composition import Composition
from ..models import Generation, Run, Status
from ..prices import terms_of_calls
from ..provider.catalogue import Model
from .again import Price, price_of

_DRAFTS: Constant = ("512", "1K")
"""Sizes that people try things out in."""


@dataclass(frozen=True, slots=True)
class Final:
    """One larger size, and what a picture of it would cost."""

    size: str
    price: Price


def finals_of(generation: Generation, now: datetime) -> list[Final]:
    """Smallest first; none for what is no draft, or whose model is not offered any more. One query for its prices."""
    run = generation.run
    if generation.status != Status.SUCCEEDED or run.size not in _DRAFTS:
        return []
    models = enabled_models()
    model = offered(run.model, models)
    sizes = [size for size in model.sizes if size not in _DRAFTS] if model else []
    if model is None or not sizes:
        return []
    terms = terms_of_calls([(model, size) for size in sizes], now)
    return [Final(size, price_of(_composition(run, models, size), terms[model.key, size])) for size in sizes]


def _composition(run: Run, models: tuple[Model, ...], size: str) -> Composition:
    """What decides its price. The pictures that go along do not."""
    return replace(Composition.with_settings_of(run, models), size=size)
