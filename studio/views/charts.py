"""Charts and bars as plain rectangles: geometry here, drawing in a template, colour and pattern in CSS.

A strict content security policy allows no style attributes, so every size is an SVG attribute.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..ledger.balance import MonthSummary
from ..money import MICROS_PER_DOLLAR, dollars
from .months import Month

BUDGET_BAR_WIDTH = 760
_THINNEST = 8  # a part that is there is seen, however small
_GAP = 1.5
_GRID_LINES_MAX = 4


@dataclass(frozen=True, slots=True)
class Rect:
    """`style` is a class of charts.css: what the part means."""

    style: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A grid line with its label, or a day under the axis."""

    at: str
    label: str
    is_today: bool = False


@dataclass(frozen=True, slots=True)
class DayChart:
    """Stacked bars, one a day."""

    width: int
    height: int
    left: int
    floor: str
    rects: Sequence[Rect]
    grid: Sequence[Mark]
    days: Sequence[Mark]

    @property
    def days_y(self) -> str:
        return _n(self.height - 4)

    @property
    def labels_x(self) -> int:
        return self.left - 8


type Series = Sequence[tuple[str, Mapping[date, int]]]
"""Layers from the floor up: the class of each, and its micro-dollars by day."""


def day_chart(month: Month, series: Series, *, width: int, height: int) -> DayChart:
    """The month's bars in a box of that size, which is in user units: the page scales it."""
    left, top, floor = 44, 12, height - 26
    step = _step(max(_totals(series).values(), default=0))
    lines = max(1, -(-max(_totals(series).values(), default=0) // step))
    scale = (floor - top) / (lines * step)
    slot = (width - left) / month.days
    rects = []
    for day in range(1, month.days + 1):
        rects += _stack(
            month.first.replace(day=day), series, x=left + (day - 0.84) * slot, slot=slot, floor=floor, scale=scale
        )
    if month.is_current:
        x = left + (month.today.day - 0.84) * slot
        rects.append(Rect("c-today", _n(x), _n(floor + 1), _n(slot * 0.68), "4"))
    return DayChart(
        width=width,
        height=height,
        left=left,
        floor=_n(floor),
        rects=rects,
        grid=[Mark(_n(floor - line * step * scale), _axis_dollars(line * step)) for line in range(lines + 1)],
        days=[_day_mark(month, day, left + (day - 0.5) * slot) for day in _labelled_days(month)],
    )


def budget_parts(summary: MonthSummary) -> list[Rect]:
    """The parts of the budget bar: charged, presumed, held. What is left is the empty rest."""
    whole = max(summary.allowance_micros, summary.used_micros, 1)
    parts = [
        ("c1", summary.charged_micros),
        ("c-pre", summary.presumed_micros),
        ("c-held", summary.held_micros),
    ]
    rects, x = [], 0.0
    for style, amount_micros in parts:
        if amount_micros <= 0:
            continue
        width = min(max(BUDGET_BAR_WIDTH * amount_micros / whole, _THINNEST), BUDGET_BAR_WIDTH - x)
        rects.append(Rect(style, _n(x), "0", _n(width), "20"))
        x += width + _GAP
    return rects


def filled(amount_micros: int, whole_micros: int, width: int) -> str:
    """How far a bar of that width is full."""
    part = min(max(amount_micros, 0), whole_micros)
    return _n(width * part / whole_micros) if whole_micros > 0 else "0"


def _totals(series: Series) -> dict[date, int]:
    totals: dict[date, int] = {}
    for _style, by_day in series:
        for day, amount_micros in by_day.items():
            totals[day] = totals.get(day, 0) + amount_micros
    return totals


def _stack(day: date, series: Series, *, x: float, slot: float, floor: float, scale: float) -> list[Rect]:
    rects, y = [], float(floor)
    for style, by_day in series:
        height = by_day.get(day, 0) * scale
        if height > 0:
            y -= height
            rects.append(Rect(style, _n(x), _n(y), _n(slot * 0.68), _n(max(height, 0.6))))
    return rects


def _step(highest_micros: int) -> int:
    """A round distance between grid lines (1, 2 or 5 of some power of ten) that needs at most four of them."""
    step = MICROS_PER_DOLLAR // 100
    while True:
        for factor in (1, 2, 5):
            if highest_micros <= step * factor * _GRID_LINES_MAX:
                return step * factor
        step *= 10


def _axis_dollars(amount_micros: int) -> str:
    return dollars(amount_micros).removesuffix(".00")


def _labelled_days(month: Month) -> list[int]:
    """1, 5, 10 … 30, and today; a label that would touch today's gives way."""
    regular = {day for day in (1, 5, 10, 15, 20, 25, 30) if day <= month.days}
    if not month.is_current:
        return sorted(regular)
    return sorted({day for day in regular if abs(day - month.today.day) > 2} | {month.today.day})


def _day_mark(month: Month, day: int, x: float) -> Mark:
    return Mark(_n(x), str(day), is_today=month.is_current and day == month.today.day)


def _n(number: float) -> str:
    """A coordinate: one decimal at most, and never a comma, whatever the language."""
    return f"{Decimal(number).quantize(Decimal('0.1')).normalize():f}"
