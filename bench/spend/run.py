"""A million ledger entries beside ten thousand, all in one month and over three years, on SQLite and on PostgreSQL."""

import re

from tests import pg

from ..bars import Bar, print_bars
from . import REVIEW
from .studio import Studio, studio

MANY, FEW = 1_000_000, 10_000
SHAPES = {"one month": 1, "three years": 36}
ROUNDS, ROUNDS_QUICK, LIST_ROUNDS = 30, 10, 3
RATIO_MUST, RATIO_REFERENCE = 2, 1.6
LIST_MUST_MS, LIST_REFERENCE_MS = 500, 250

_STEP = re.compile(r"\b(?:SCAN|SEARCH|\w+ Scan)\b.*")
_ALL_OF_IT = re.compile(
    r"(?:SCAN|Seq Scan on) studio_(?:ledgerentry|attempt|generation|run)(?!\w)(?! USING)(?!.*never executed)"
)


def run(quick: bool) -> bool:
    """Print the figures and the plans; True when every bar held. `quick` is a tenth of it, with fewer rounds."""
    many, rounds = (MANY // 10, ROUNDS_QUICK) if quick else (MANY, ROUNDS)
    bars: list[Bar] = []
    for name in ("SQLite", "PostgreSQL"):
        if name == "PostgreSQL" and (reason := pg.missing()):
            print(f"spend: {reason}")
            continue
        for shape, months in SHAPES.items():
            with studio(name, many, months) as large, studio(name, FEW, months) as small:
                # In turns, so that whatever else the machine does slows both.
                for each in ("review",) * rounds + ("lists",) * LIST_ROUNDS:
                    large.ask(each)
                    small.ask(each)
                bars += _compared(f"{name}, {shape}", small, large)
    return print_bars(bars)


def _compared(name: str, few: Studio, many: Studio) -> list[Bar]:
    print(f"\nspend: {name}: {many.filled.entries:,} entries, {many.filled.sums:,} sums of them")
    print(f"       written in {many.filled.filled_seconds:.0f} s, folded in {many.filled.folded_seconds:.0f} s")
    for page, seconds in many.seconds.items():
        beside = few.seconds[page] * 1000
        print(f"       {page}: {seconds * 1000:.0f} ms; with {few.filled.entries:,} entries {beside:.0f} ms")
    print("       how the review finds what it asks for:")
    plans = many.explain()
    for step in plans[REVIEW]:
        if found := _STEP.search(step):
            print(f"         {found[0][:110]}")
    slowest = max(seconds for page, seconds in many.seconds.items() if page != REVIEW) * 1000
    through_all = {page for page, plan in plans.items() if any(map(_ALL_OF_IT.search, plan))}
    if through_all:
        print(f"       looks through a whole table: {', '.join(through_all)}")
    ratio = many.seconds[REVIEW] / few.seconds[REVIEW]
    return [
        Bar(f"{name}: the review beside ten thousand entries", ratio, RATIO_MUST, RATIO_REFERENCE, "x"),
        Bar(f"{name}: the slowest list of charges", slowest, LIST_MUST_MS, LIST_REFERENCE_MS, "ms"),
        Bar(f"{name}: pages that look through a whole table", len(through_all), 0, 0, ""),
    ]
