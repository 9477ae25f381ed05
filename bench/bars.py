"""A bar is a figure that has to hold; a bench prints them as one table and says whether all of them did."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bar:
    """`must` is what may never be missed, `reference` what the design can reach. `at_least` turns both round."""

    name: str
    measured: float
    must: float
    reference: float
    unit: str
    at_least: bool = False

    @property
    def is_held(self) -> bool:
        return self._reaches(self.must)

    @property
    def word(self) -> str:
        if not self.is_held:
            return "MISSED"
        return "ok" if self._reaches(self.reference) else "ok, below the reference"

    def _reaches(self, limit: float) -> bool:
        # As printed: nobody can see a miss by the third decimal.
        shown = round(self.measured, 2)
        return shown >= limit if self.at_least else shown <= limit


def print_bars(bars: list[Bar]) -> bool:
    """Print them, and say whether every one held."""
    width = max(len(bar.name) for bar in bars)
    print(f"\n{'bar':{width}}  {'measured':>14}  {'must':>14}  {'reference':>14}")
    for bar in bars:
        sign = "≥" if bar.at_least else "≤"
        limits = "  ".join(f"{f'{sign} {limit:g} {bar.unit}':>14}" for limit in (bar.must, bar.reference))
        print(f"{bar.name:{width}}  {f'{bar.measured:.2f} {bar.unit}':>14}  {limits}  {bar.word}")
    missed = [bar for bar in bars if not bar.is_held]
    print(f"\n{len(bars) - len(missed)} of {len(bars)} bars hold")
    return not missed
