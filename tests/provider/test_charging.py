"""The page about money says what the rules do, and why."""

from pathlib import Path

from studio.provider.charging import WHY, charges
from studio.provider.outcome import RULES, Charge
from studio.provider.tables import filled

PAGE = Path(__file__).parents[2] / "docs" / "money.md"


def test_the_table_of_the_page_is_current() -> None:
    page = PAGE.read_text("utf-8")
    assert filled(page, {"charges": charges}) == page, "run `python -m studio.provider.charging docs/money.md`"
    assert page.count("<!-- table: charges -->") == 1


def test_every_outcome_is_explained_once() -> None:
    assert list(WHY) == list(RULES)
    assert all(charges().count(f"| `{outcome}` |") == 1 for outcome in RULES)


def test_what_is_presumed_names_a_source() -> None:
    """It costs people money on somebody's word: they may ask whose."""
    presumed = [outcome for outcome, rule in RULES.items() if rule.charge is Charge.PRESUMED]
    assert all("[" in WHY[outcome][1] for outcome in presumed)
