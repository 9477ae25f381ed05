"""The geometry of charts and bars, by hand."""

from datetime import date

import pytest

from studio.ledger.balance import MonthSummary
from studio.views.charts import budget_parts, day_chart, filled
from studio.views.months import Month

NOVEMBER = Month(date(2026, 11, 1), today=date(2026, 11, 23))


def test_a_bar_is_as_high_as_its_share_of_the_scale() -> None:
    series = [("c1", {date(2026, 11, 1): 2_000_000}), ("c2", {date(2026, 11, 1): 1_000_000})]
    chart = day_chart(NOVEMBER, series, width=344, height=138)
    # grid to $3: 100 units for 3 dollars
    low, high, _today = chart.rects
    assert (low.style, low.y, low.height) == ("c1", "45.3", "66.7")
    assert (high.style, high.y, high.height) == ("c2", "12", "33.3")
    assert [mark.label for mark in chart.grid] == ["$0", "$1", "$2", "$3"]


@pytest.mark.parametrize(
    ("highest_micros", "labels"),
    [
        (0, ["$0", "$0.01"]),
        (90_000, ["$0", "$0.05", "$0.10"]),
        (3_840_000, ["$0", "$1", "$2", "$3", "$4"]),
        (4_000_001, ["$0", "$2", "$4", "$6"]),
        (27_460_000, ["$0", "$10", "$20", "$30"]),
    ],
)
def test_grid_lines_are_round_and_few(highest_micros: int, labels: list[str]) -> None:
    chart = day_chart(NOVEMBER, [("c1", {date(2026, 11, 5): highest_micros})], width=760, height=180)
    assert [mark.label for mark in chart.grid] == labels


def test_today_is_labelled_and_its_neighbours_give_way() -> None:
    chart = day_chart(NOVEMBER, [], width=760, height=180)
    assert [mark.label for mark in chart.days] == ["1", "5", "10", "15", "20", "23", "30"]
    assert [mark.label for mark in chart.days if mark.is_today] == ["23"]


def test_a_past_month_has_no_today() -> None:
    october = Month(date(2026, 10, 1), today=date(2026, 11, 23))
    chart = day_chart(october, [], width=760, height=180)
    assert [mark.label for mark in chart.days] == ["1", "5", "10", "15", "20", "25", "30"]
    assert chart.rects == []


def test_the_budget_bar_shows_every_part_however_small() -> None:
    summary = MonthSummary(
        allowance_micros=50_000_000,
        left_micros=12_400_000,
        charged_micros=37_150_000,
        presumed_micros=180_000,
        held_micros=270_000,
    )
    # 760 × 37.15 / 50 = 564.7; the small ones are 8 wide, 1.5 apart
    assert [(part.style, part.x, part.width) for part in budget_parts(summary)] == [
        ("c1", "0", "564.7"),
        ("c-pre", "566.2", "8"),
        ("c-held", "575.7", "8"),
    ]


def test_a_budget_that_is_overdrawn_fills_the_bar_and_no_more() -> None:
    summary = MonthSummary(allowance_micros=1_000_000, left_micros=-500_000, charged_micros=1_500_000)
    (part,) = budget_parts(summary)
    assert part.width == "760"


def test_a_budget_of_nothing_is_an_empty_bar() -> None:
    assert budget_parts(MonthSummary()) == []
    assert filled(0, 0, 88) == "0"


@pytest.mark.parametrize(("part", "width"), [(0, "0"), (25, "22"), (100, "88"), (400, "88"), (-3, "0")])
def test_a_bar_is_filled_by_its_share(part: int, width: str) -> None:
    assert filled(part, 100, 88) == width
