"""A million generations and prompts on PostgreSQL, two hundred thousand on SQLite, each beside ten thousand."""

from tests import pg

from ..bars import Bar, print_bars
from ..twins import Twin, ratios, twin
from . import COMMON, DEEP, FIRST, OTHERS, RARE

MANY = {"SQLite": 200_000, "PostgreSQL": 1_000_000}
DEPTH = {"SQLite": 150_000, "PostgreSQL": 300_000}
FEW, FEW_DEPTH = 10_000, 5_000
ROUNDS, ROUNDS_QUICK = 8, 3
CHILD = "bench.history.child"
RATIO_MUST, RATIO_REFERENCE = 2, 1.3
WORD_MUST, WORD_REFERENCE = 10, 3
OTHER_MUST = 3
"""They show a month, or what lies in the trash for one: ten thousand generations here are those of a week."""


def run(quick: bool) -> bool:
    """Print the figures and the plans; True when every bar held. `quick` is a tenth of it, with fewer rounds."""
    share, rounds = (10, ROUNDS_QUICK) if quick else (1, ROUNDS)
    bars: list[Bar] = []
    for name in ("SQLite", "PostgreSQL"):
        if name == "PostgreSQL" and (reason := pg.missing()):
            print(f"history: {reason}")
            continue
        many, depth = MANY[name] // share, DEPTH[name] // share
        with twin(name, CHILD, FEW, FEW_DEPTH) as small, twin(name, CHILD, many, depth) as large:
            for _round in range(rounds):  # in turns, so that whatever else the machine does slows both
                large.ask()
                small.ask()
            bars += _compared(name, small, large)
    return print_bars(bars)


def _compared(name: str, few: Twin, many: Twin) -> list[Bar]:
    found = ratios(f"history: {name}", few, many)
    worst, worst_other = (max(pages, key=lambda page: found[page]) for pages in (set(found) - OTHERS, OTHERS))
    return [
        Bar(f"{name}: the first page, p95 beside ten thousand", found[FIRST], RATIO_MUST, RATIO_REFERENCE, "x"),
        Bar(f"{name}: a common word, p95 beside ten thousand", found[COMMON], RATIO_MUST, RATIO_REFERENCE, "x"),
        Bar(f"{name}: a rare word, p95 beside ten thousand", found[RARE], RATIO_MUST, RATIO_REFERENCE, "x"),
        Bar(f"{name}: the worst of them ({worst})", found[worst], RATIO_MUST, RATIO_REFERENCE, "x"),
        Bar(f"{name}: the worst other ({worst_other})", found[worst_other], OTHER_MUST, RATIO_REFERENCE, "x"),
        Bar(
            f"{name}: a page deep down beside the first",
            many.p95(DEEP) / many.p95(FIRST),
            RATIO_MUST,
            RATIO_REFERENCE,
            "x",
        ),
        Bar(
            f"{name}: a common word beside a rare one",
            many.p95(COMMON) / many.p95(RARE),
            WORD_MUST,
            WORD_REFERENCE,
            "x",
        ),
    ]
