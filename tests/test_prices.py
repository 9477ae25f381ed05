"""What a call costs: the newest row in force for its size, else for its model, else the catalogue's price."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from studio.models import Price
from studio.money import Micros
from studio.prices import Quote, terms_of_call, terms_of_calls
from studio.provider.catalogue import BY_KEY, MODELS, Model
from studio.provider.terms import BY_TOKENS

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NB2 = BY_KEY["nb2"]
PRO = BY_KEY["pro"]  # 90,000 in the catalogue, whatever the size


def price_of_call(model: Model, size: str, at: datetime) -> int:
    return Quote.of(model, size, 1, at).total_micros


def price(amount_micros: int, *, size: str = "", days_ago: int = 1, thousandths: int = 1000, **facts: object) -> None:
    chosen = {"model_key": "pro"} | facts
    Price.objects.create(
        size=size,
        amount_micros=amount_micros,
        effective_at=NOW - timedelta(days=days_ago),
        multiplier_thousandths=thousandths,
        **chosen,
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_without_a_row_the_catalogue_s_price_holds(model: Model) -> None:
    assert [price_of_call(model, size, NOW) for size in model.sizes] == [model.price_micros] * len(model.sizes)


def test_a_row_for_the_model_holds_for_every_size() -> None:
    price(70_000)
    assert {price_of_call(PRO, size, NOW) for size in PRO.sizes} == {70_000}


def test_a_row_for_the_size_outweighs_a_newer_one_for_the_model() -> None:
    price(120_000, size="4K", days_ago=9)
    price(70_000, days_ago=1)
    assert (price_of_call(PRO, "4K", NOW), price_of_call(PRO, "1K", NOW)) == (120_000, 70_000)


def test_the_newest_row_in_force_holds_and_a_coming_one_does_not_yet() -> None:
    price(80_000, days_ago=9)
    price(70_000, days_ago=2)
    price(60_000, days_ago=-1)
    assert price_of_call(PRO, "1K", NOW) == 70_000
    assert price_of_call(PRO, "1K", NOW - timedelta(days=5)) == 80_000
    assert price_of_call(PRO, "1K", NOW + timedelta(days=1)) == 60_000


def test_a_price_is_in_force_from_its_very_moment() -> None:
    price(70_000, days_ago=0)
    assert price_of_call(PRO, "1K", NOW) == 70_000
    assert price_of_call(PRO, "1K", NOW - timedelta(microseconds=1)) == 90_000


def test_rows_of_other_models_are_not_asked() -> None:
    price(1, model_key="nb2")
    assert price_of_call(PRO, "1K", NOW) == 90_000


def test_a_price_by_tokens_takes_over_and_is_taken_over() -> None:
    by_tokens = {"billing_mode": Price.BillingMode.PER_TOKEN, "output_micros": 52_800_000}
    price(880_000, days_ago=5, **by_tokens)
    price(70_000, days_ago=1)
    three_days_ago = NOW - timedelta(days=3)
    terms = terms_of_call(PRO, "1K", three_days_ago)
    assert terms == BY_TOKENS["pro"]
    assert price_of_call(PRO, "1K", three_days_ago) == terms.worst(PRO, "1K")
    assert price_of_call(PRO, "1K", NOW) == 70_000


def test_a_price_by_tokens_holds_more_for_thinking_and_for_searches() -> None:
    price(180_000, model_key="nb2", billing_mode=Price.BillingMode.PER_TOKEN, output_micros=21_600_000)
    plain = Quote.of(NB2, "1K", 2, NOW)
    dear = Quote.of(NB2, "1K", 2, NOW, thinking_level="high", web_search=True)
    assert (plain.total_micros, dear.total_micros) == (2 * 46_412, 2 * 105_692)  # worked out in test_terms.py


def test_a_search_is_held_three_times_at_the_row_s_own_price() -> None:
    assert Quote.of(PRO, "1K", 1, NOW, web_search=True).total_micros == 132_000  # 0.09 + 3 x 0.014
    price(50_000, search_micros=20_000, thousandths=1400)
    assert Quote.of(PRO, "1K", 1, NOW, web_search=True).total_micros == 154_000  # (0.05 + 3 x 0.02) x 1.4


@pytest.mark.parametrize(
    ("amount", "thousandths", "micros"),
    [
        (50_000, 1000, 50_000),
        (50_000, 1400, 70_000),  # 50,000 x 1.4
        (50_000, 880, 44_000),  # 50,000 x 0.88
        (1, 1, 1),  # 0.001, rounded up
        (33_333, 1001, 33_367),  # 33,366.333
        (3, 500, 2),  # 1.5
    ],
)
def test_the_multiplier_of_the_key_s_group_is_rounded_up(amount: int, thousandths: int, micros: int) -> None:
    price(amount, thousandths=thousandths)
    assert price_of_call(PRO, "1K", NOW) == micros


@given(amount=st.integers(1, 10**9), thousandths=st.integers(1, 10**5))
def test_what_is_held_is_never_less_than_what_is_charged_and_less_than_one_more(amount: int, thousandths: int) -> None:
    with transaction.atomic():
        price(amount, thousandths=thousandths)
        held = price_of_call(PRO, "1K", NOW)
        transaction.set_rollback(True)
    assert 0 <= held * 1000 - amount * thousandths < 1000


def test_a_run_costs_its_calls() -> None:
    quote = Quote.of(PRO, "2K", 8, NOW)
    assert (quote.per_call_micros, quote.total_micros) == (90_000, 720_000)  # 8 x 0.09 = 0.72


def test_the_price_list_is_one_question(django_assert_num_queries: object) -> None:
    wanted = [(model, size) for model in MODELS for size in model.sizes]
    price(70_000)
    with django_assert_num_queries(1):  # type: ignore[operator]
        terms = terms_of_calls(wanted, NOW)
    assert terms == {(model.key, size): terms_of_call(model, size, NOW) for model, size in wanted}


@pytest.mark.parametrize(("amount", "thousandths"), [(0, 1000), (-1, 1000), (1, 0)])
def test_F73_a_price_that_is_none_is_refused_by_the_database(amount: int, thousandths: int) -> None:
    """A negative price once raised a balance."""
    with pytest.raises(IntegrityError), transaction.atomic():
        price(amount, thousandths=thousandths)


@pytest.mark.parametrize(
    "facts",
    [
        {"billing_mode": "per_token"},  # tokens out cost something too
        {"billing_mode": "per_token", "output_micros": 0},
        {"billing_mode": "per_token", "output_micros": -1},
        {"output_micros": 1},  # and a call has no tokens
        {"search_micros": 0},
    ],
)
def test_a_price_that_does_not_fit_its_mode_is_refused_by_the_database(facts: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        price(1, **facts)


def test_a_moment_has_one_price() -> None:
    price(1)
    with pytest.raises(IntegrityError), transaction.atomic():
        price(2)


def test_a_quote_is_plain_numbers() -> None:
    assert Quote(Micros(5), 3) == Quote(Micros(5), 3)
