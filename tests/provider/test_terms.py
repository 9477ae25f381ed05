"""What a call costs: every price of the gateway's list worked by hand, and its formula against what was measured."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.provider.catalogue import BY_KEY, MODELS
from studio.provider.terms import (
    BY_TOKENS,
    GROUPS,
    OVERHEAD_TOKENS_MAX,
    Terms,
    by_the_call,
    real_cost,
)

OVERHEAD_TOKENS_MIN = 88  # the least that was measured


@pytest.mark.parametrize(
    ("key", "group", "micros"),
    [
        ("pro", "default", 90_000),  # 0.09
        ("pro", "NanoBananaEnterprise", 126_000),  # 0.09 x 1.4
        ("pro", "NanoBananaReverse", 72_000),  # 0.09 x 0.8
        ("nb2", "default", 55_000),  # 0.055
        ("nb2", "NanoBananaEnterprise", 77_000),  # 0.055 x 1.4
        ("nb2", "NanoBananaReverse", 44_000),  # 0.055 x 0.8
        ("lite", "default", 25_000),  # 0.025
        ("lite", "NanoBananaEnterprise", 35_000),  # 0.025 x 1.4
        ("lite", "NanoBananaReverse", 20_000),  # 0.025 x 0.8
        ("gen1", "default", 20_000),  # 0.02
        ("gen1", "NanoBananaEnterprise", 28_000),  # 0.02 x 1.4
        ("gen1", "NanoBananaReverse", 16_000),  # 0.02 x 0.8
        ("nb21", "default", 50_000),  # 0.05
        ("nb21", "NanoBananaEnterprise", 70_000),  # 0.05 x 1.4
        ("nb21", "NanoBananaReverse", 40_000),  # 0.05 x 0.8
    ],
)
def test_a_call_by_the_list(key: str, group: str, micros: int) -> None:
    terms = Terms(call_micros=by_the_call(BY_KEY[key]).call_micros, multiplier_thousandths=GROUPS[group])
    assert terms.price() == micros
    assert terms.price(prompt_tokens=9_999, output_tokens=12_870) == micros  # ten pictures or none: one call, one price
    assert {terms.worst(BY_KEY[key], size) for size in BY_KEY[key].sizes} == {micros}  # any resolution


@pytest.mark.parametrize(
    ("key", "prompt", "output", "searches", "thousandths", "micros"),
    [
        ("pro", 1_000_000, 0, 0, 1000, 880_000),  # in: 0.88
        ("pro", 0, 1_000_000, 0, 1000, 52_800_000),  # out: 52.80
        ("nb2", 1_000_000, 0, 0, 1000, 180_000),  # in: 0.18
        ("nb2", 0, 1_000_000, 0, 1000, 21_600_000),  # out: 21.60
        ("lite", 1_000_000, 0, 0, 1000, 100_000),  # in: 0.10
        ("lite", 0, 1_000_000, 0, 1000, 12_000_000),  # out: 12.00
        ("nb21", 1_000_000, 0, 0, 1000, 660_000),  # in: 0.66
        ("nb21", 0, 1_000_000, 0, 1000, 13_200_000),  # out: 13.20
        ("nb2", 0, 0, 0, 1000, 0),  # nothing counted, nothing charged
        ("nb2", 0, 1, 0, 1000, 22),  # 21.6, rounded up
        ("nb2", 99, 1_548, 0, 1000, 33_455),  # 17.82 + 33,436.8 = 33,454.62
        ("nb2", 99, 1_548, 2, 1000, 61_455),  # + 2 x 14,000
        ("nb2", 99, 1_548, 2, 1400, 86_037),  # 61,454.62 x 1.4 = 86,036.468: rounded once, at the end
        ("nb2", 99, 1_548, 2, 800, 49_164),  # 61,454.62 x 0.8 = 49,163.696
    ],
)
def test_tokens_by_the_formula(
    key: str, prompt: int, output: int, searches: int, thousandths: int, micros: int
) -> None:
    kept = BY_TOKENS[key].to_json() | {"multiplier_thousandths": thousandths}
    terms = Terms.from_json(kept)
    assert terms.price(prompt_tokens=prompt, output_tokens=output, searches=searches) == micros


@pytest.mark.parametrize(
    ("searches", "thousandths", "micros"),
    [
        (1, 1000, 104_000),  # 0.09 + 0.014
        (3, 1000, 132_000),  # 0.09 + 0.042
        (3, 1400, 184_800),  # x 1.4
    ],
)
def test_searches_come_on_top_of_a_call(searches: int, thousandths: int, micros: int) -> None:
    assert Terms(call_micros=90_000, multiplier_thousandths=thousandths).price(searches=searches) == micros


def test_the_mean_that_was_measured_comes_out_as_measured() -> None:
    """1548.7 output tokens cost 0.0335, four digits printed: ten calls of it, so that no token is halved."""
    assert BY_TOKENS["nb2"].price(output_tokens=15_487) / 10 == pytest.approx(33_500, abs=50)


@pytest.mark.parametrize(
    ("key", "size", "pictures", "thoughts", "dollars"),
    [
        ("nb2", "1K", 1, 0, (0.033, 0.036)),
        ("nb2", "1K", 1, 750, (0.052, 0.052)),  # thinking "high": 700 to 800 more
        ("nb2", "4K", 1, 0, (0.064, 0.064)),
        ("nb2", "1K", 3, 0, (0.090, 0.090)),
        ("nb2", "1K", 6, 0, (0.173, 0.173)),
        ("nb2", "1K", 10, 0, (0.278, 0.278)),
        ("nb2", "4K", 3, 0, (0.18, 0.18)),
        ("lite", "1K", 1, 0, (0.016, 0.019)),
        ("pro", "1K", 1, 0, (0.075, 0.075)),
        ("pro", "4K", 1, 0, (0.11, 0.11)),
    ],
)
def test_what_was_measured_lies_between_the_least_and_the_most_overhead(
    key: str, size: str, pictures: int, thoughts: int, dollars: tuple[float, float]
) -> None:
    """No token counts were printed with these charges, only that 88 to 630 tokens come on top of a picture's own.

    So each figure has to lie between the two, to half of its last printed digit; the single figures of one picture
    too, where the guide's own "+400" would hit them within 16 %.
    """
    tokens = BY_KEY[key].image_tokens[size] + thoughts // pictures
    least = BY_TOKENS[key].price(output_tokens=pictures * (tokens + OVERHEAD_TOKENS_MIN)) / 1e6
    most = BY_TOKENS[key].price(output_tokens=pictures * (tokens + OVERHEAD_TOKENS_MAX)) / 1e6
    half_a_digit = 0.0005
    assert least - half_a_digit <= dollars[0] <= dollars[1] <= most + half_a_digit


@pytest.mark.parametrize(
    ("key", "size", "pictures", "dollars", "tolerance"),
    [
        ("nb2", "1K", 1, 0.0335, 0.02),  # 1,520 tokens: 0.03283
        ("nb2", "4K", 1, 0.064, 0.02),  # 2,920: 0.06307
        ("lite", "1K", 1, 0.0175, 0.09),  # 1,520: 0.01824, the middle of 0.016 and 0.019
        ("nb2", "1K", 3, 0.090, 0.12),  # 3,760: 0.08122; overhead grows with the pictures, the guide's 400 do not
        ("nb2", "1K", 6, 0.173, 0.12),  # 7,120: 0.15379
        ("nb2", "1K", 10, 0.278, 0.12),  # 11,600: 0.25056
        ("nb2", "4K", 3, 0.18, 0.05),  # 7,960: 0.17194
        ("pro", "1K", 1, 0.075, 0.08),  # 1,520: 0.08026; the guide calls its own figure an estimate
        ("pro", "4K", 1, 0.11, 0.16),  # 2,400: 0.12672; the same
    ],
)
def test_the_guide_s_estimate_reproduces_what_was_measured(
    key: str, size: str, pictures: int, dollars: float, tolerance: float
) -> None:
    """Pictures and 400 tokens a call: near enough to compare prices by, and too little for several pictures."""
    typical = BY_TOKENS[key].typical(BY_KEY[key], size, pictures=pictures)
    assert typical / 1e6 == pytest.approx(dollars, rel=tolerance)


def test_the_picture_s_own_tokens_alone_are_about_28_percent_too_low() -> None:
    assert 1 - BY_TOKENS["nb2"].price(output_tokens=1_120) / 33_500 == pytest.approx(0.28, abs=0.005)


@pytest.mark.parametrize(
    ("key", "size", "level", "search", "micros"),
    [
        # in: 2 x 20,000 characters + 14 x 560 = 47,840 tokens
        ("nb2", "1K", "", False, 46_412),  # 8,611.2 + (1120 + 630) x 21.6 = 37,800
        ("nb2", "1K", "high", False, 63_692),  # + 800 x 21.6 = 17,280
        ("nb2", "1K", "high", True, 105_692),  # + 3 x 14,000
        ("nb2", "4K", "", False, 76_652),  # 8,611.2 + 3150 x 21.6 = 68,040
        ("pro", "4K", "", False, 199_444),  # 42,099.2 + (2000 + 630 + 350) x 52.8 = 157,344; 199,443.2
        ("lite", "1K", "", False, 25_784),  # 4,784 + 1750 x 12 = 21,000
        ("nb21", "1K", "", False, 65_235),  # 31,574.4 + (1120 + 630 + 800) x 13.2 = 33,660; 65,234.4
    ],
)
def test_the_worst_that_is_held(key: str, size: str, level: str, search: bool, micros: int) -> None:
    assert BY_TOKENS[key].worst(BY_KEY[key], size, thinking_level=level, web_search=search) == micros


def test_every_single_picture_that_was_measured_fits_into_its_hold() -> None:
    nb2, lite = BY_TOKENS["nb2"], BY_TOKENS["lite"]
    assert nb2.worst(BY_KEY["nb2"], "1K") >= 36_000
    assert nb2.worst(BY_KEY["nb2"], "1K", thinking_level="high") >= 52_000
    assert nb2.worst(BY_KEY["nb2"], "4K") >= 64_000
    assert lite.worst(BY_KEY["lite"], "1K") >= 19_000


def test_every_model_says_how_much_it_may_think() -> None:
    for model in MODELS:
        assert set(model.thought_tokens_max) == set(model.thinking_levels or ("",)), model.key


@pytest.mark.parametrize(
    ("logged", "bonus", "real"),
    [
        (115_000_000, 150, 100_000_000),  # 115 / 1.15
        (120_000_000, 200, 100_000_000),  # 120 / 1.2
        (90_000, 100, 80_000),  # 0.0818 / to the cent
        (94_000, 100, 90_000),  # 0.0854
        (12_340_000, 0, 12_340_000),  # no bonus, no difference
        (0, 200, 0),
    ],
)
def test_real_cost_is_what_is_logged_without_the_bonus(logged: int, bonus: int, real: int) -> None:
    assert real_cost(logged, bonus) == real


terms = st.builds(
    Terms,
    call_micros=st.integers(0, 10**6),
    input_micros=st.integers(0, 10**9),
    output_micros=st.integers(0, 10**9),
    search_micros=st.integers(0, 10**6),
    multiplier_thousandths=st.integers(1, 10**5),
)
counts = st.integers(0, 10**6)


@given(terms, counts, counts, st.integers(0, 9))
def test_rounded_up_once_and_by_less_than_one(terms: Terms, prompt: int, output: int, searches: int) -> None:
    exact = terms.call_micros * 10**6 + prompt * terms.input_micros + output * terms.output_micros
    exact = (exact + searches * terms.search_micros * 10**6) * terms.multiplier_thousandths
    price = terms.price(prompt_tokens=prompt, output_tokens=output, searches=searches)
    assert 0 <= price * 10**9 - exact < 10**9


@given(terms)
def test_what_a_run_keeps_is_all_of_it(terms: Terms) -> None:
    assert Terms.from_json(terms.to_json()) == terms
