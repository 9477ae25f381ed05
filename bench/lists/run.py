"""A million rows of each list on PostgreSQL and on SQLite, each beside ten thousand."""

from tests import pg

from ..bars import Bar, print_bars
from ..twins import ratios, twin

MANY, FEW = 1_000_000, 10_000
ROUNDS, ROUNDS_QUICK = 6, 3
CHILD = "bench.lists.child"
MUST, REFERENCE = 2, 1.3


def run(quick: bool) -> bool:
    """Print the figures and the plans; True when every bar held. `quick` is a tenth of it, with fewer rounds."""
    many, rounds = (MANY // 10, ROUNDS_QUICK) if quick else (MANY, ROUNDS)
    bars: list[Bar] = []
    for name in ("SQLite", "PostgreSQL"):
        if name == "PostgreSQL" and (reason := pg.missing()):
            print(f"lists: {reason}")
            continue
        with twin(name, CHILD, FEW) as small, twin(name, CHILD, many) as large:
            for _round in range(rounds):  # in turns, so that whatever else the machine does slows both
                large.ask()
                small.ask()
            found = ratios(f"lists: {name}", small, large)
        bars += [Bar(f"{name}: {page}", ratio, MUST, REFERENCE, "x") for page, ratio in found.items()]
    return print_bars(bars)
