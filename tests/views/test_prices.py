"""The price list: looked at before it is recorded, refused in words, never changed."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.models import AuditEntry, Instance, Price, User
from studio.price_list import add_price, price_list
from studio.prices import terms_of_call
from studio.provider.catalogue import BY_KEY, MODELS
from studio.provider.outcome import Outcome
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

type SignIn = Callable[[User], Client]

ADDRESS = reverse("prices")


def typed(**changed: str) -> dict[str, str]:
    """Pro at eight cents a call, from now on."""
    return {"model": "pro", "size": "", "mode": "per_request", "amount": "0.08", "search": "0.014"} | {
        "multiplier": "1",
        "output": "",
        "effective": "",
        "note": "",
        **changed,
    }


def preview(client: Client, **changed: str) -> str:
    response = client.post(ADDRESS, typed(**changed))
    assert response.status_code == 200
    return response.content.decode()


def save(client: Client, *, sure: bool = False, **changed: str) -> int:
    """As somebody who looked at it first."""
    seen = re.search('name="seen" value="([^"]+)"', preview(client, **changed))
    assert seen
    sent = typed(**changed) | {"step": "save", "seen": seen[1]} | ({"sure": "on"} if sure else {})
    return client.post(ADDRESS, sent).status_code


def test_the_list_says_what_holds_and_what_is_to_come(cast: Cast, signed_in: SignIn) -> None:
    now = timezone.now()
    for facts in (
        {"amount_micros": 80_000, "effective_at": now - timedelta(days=2)},
        {"amount_micros": 85_000, "effective_at": now - timedelta(days=1), "note": "As of their mail"},
        {"amount_micros": 120_000, "effective_at": now - timedelta(days=1), "size": "4K"},
        {"amount_micros": 70_000, "effective_at": now + timedelta(days=1), "multiplier_thousandths": 1400},
    ):
        Price.objects.create(model_key="pro", recorded_by=cast.dana, **facts)
    listed = [(line.size, line.terms.call_micros, line.is_in_force) for line in price_list(now)]
    assert listed[:3] == [("", 85_000, True), ("4K", 120_000, True), ("", 70_000, False)]
    assert listed[3:] == [("", model.price_micros, True) for model in MODELS[1:]]
    text = signed_in(cast.dana).get(ADDRESS).content.decode()
    for words in (
        "$0.085 a call",
        "$0.12 a call",
        "$0.07 a call × 1.4",
        "to come",
        "As of their mail",
        "as shipped",
        "Dana",
    ):
        assert words in text
    assert "$0.08 a call" not in text


def test_a_preview_says_what_changes_and_writes_nothing(cast: Cast, signed_in: SignIn) -> None:
    text = preview(signed_in(cast.dana), amount="0.126")
    assert "$0.09 a call" in text
    assert "$0.126 a call" in text
    assert "+40 %" in text
    assert "$0.36 → $0.504" in text  # 4 x 0.09, 4 x 0.126
    assert not Price.objects.exists()


def test_by_tokens_it_compares_typical_calls(cast: Cast, signed_in: SignIn) -> None:
    text = preview(signed_in(cast.dana), model="nb2", size="1K", mode="per_token", amount="0.18", output="21.6")
    assert "$0.18 in, $21.60 out per million tokens" in text
    assert "−40.3 %" in text  # 1,520 tokens x 21.6 = 32,832 of 55,000
    assert "$0.22 → $0.131328" in text


def test_what_was_looked_at_is_recorded_with_a_name(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)
    assert save(dana, amount="0.126", note="Their mail of today") == 302
    price = Price.objects.get()
    assert (price.amount_micros, price.recorded_by, price.output_micros) == (126_000, cast.dana, None)
    assert terms_of_call(BY_KEY["pro"], "4K", timezone.now()).price() == 126_000
    line = AuditEntry.objects.get()
    assert (line.by, line.action, line.note) == (cast.dana, "added", "Their mail of today")
    assert line.changes == {"price": ["$0.09 a call, × 1, $0.014 a search", "$0.126 a call, × 1, $0.014 a search"]}


def test_a_price_by_tokens_with_its_group_from_a_later_moment(cast: Cast, signed_in: SignIn) -> None:
    tomorrow = timezone.localtime() + timedelta(days=1)
    facts = {"model": "nb2", "mode": "per_token", "amount": "0.18", "output": "21.60", "multiplier": "1.4"}
    assert save(signed_in(cast.dana), **facts, effective=f"{tomorrow:%Y-%m-%dT%H:%M}") == 302
    price = Price.objects.get()
    terms = price.terms
    assert (terms.input_micros, terms.output_micros, terms.multiplier_thousandths) == (180_000, 21_600_000, 1400)
    assert price.effective_at == tomorrow.replace(second=0, microsecond=0)
    assert terms_of_call(BY_KEY["nb2"], "1K", timezone.now()).price() == 55_000


def test_what_was_changed_after_the_look_is_looked_at_again(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)
    seen = re.search('name="seen" value="([^"]+)"', preview(dana))
    assert seen
    for sent in (typed(amount="0.07") | {"seen": seen[1]}, typed()):
        response = dana.post(ADDRESS, sent | {"step": "save"})
        assert "What this changes" in response.content.decode()
    assert not Price.objects.exists()


@pytest.mark.parametrize("amount", ["9", "0.46", "0.017", "0.0009"])
def test_another_unit_is_asked_about_once_more(cast: Cast, signed_in: SignIn, amount: str) -> None:
    """0.09 times 5 is 0.45, a fifth of it 0.018."""
    dana = signed_in(cast.dana)
    assert "more than five times the present price" in preview(dana, amount=amount)
    assert save(dana, amount=amount) == 422
    assert not Price.objects.exists()
    assert save(dana, amount=amount, sure=True) == 302


@pytest.mark.parametrize("amount", ["0.45", "0.018"])
def test_five_times_is_not_yet_too_much(cast: Cast, signed_in: SignIn, amount: str) -> None:
    assert save(signed_in(cast.dana), amount=amount) == 302


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"amount": "0"}, "A price is above zero."),
        ({"amount": "-0.09"}, "Type an amount that is not negative."),
        ({"amount": "cheap"}, "Type an amount in dollars, such as 12.50."),
        ({"amount": "0.0000001"}, "Type an amount in dollars, such as 12.50."),
        ({"amount": ""}, "This field is required."),
        ({"search": "0"}, "A price is above zero."),
        ({"multiplier": "0"}, "A multiplier is between 0.1 and 10"),
        ({"multiplier": "-1"}, "A multiplier is between 0.1 and 10"),
        ({"multiplier": "1.40001"}, "Type a number such as 1.4."),
        ({"multiplier": "NaN"}, "Type a number such as 1.4."),
        ({"effective": "2020-01-01T00:00"}, "This moment has passed."),
        ({"model": "lite", "size": "4K"}, "Nano Banana 2 Lite does not make 4K images."),
        ({"model": "king"}, "Select a valid choice."),
        ({"mode": "per_token"}, "By tokens, what comes out has a price too."),
        ({"mode": "per_token", "output": "0"}, "By tokens, what comes out has a price too."),
        ({"output": "21.6"}, "A call has one price."),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(
    cast: Cast, signed_in: SignIn, changed: dict[str, str], sentence: str
) -> None:
    for step in ("preview", "save"):
        response = signed_in(cast.dana).post(ADDRESS, typed(**changed) | {"step": step})
        assert response.status_code == 422
        assert sentence in response.content.decode()
    assert not Price.objects.exists()


def test_a_moment_that_is_taken_is_said(cast: Cast, signed_in: SignIn) -> None:
    tomorrow = f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}"
    dana = signed_in(cast.dana)
    assert save(dana, effective=tomorrow) == 302
    response = dana.post(ADDRESS, typed(effective=tomorrow))
    assert "There is a price from this very moment." in response.content.decode()


def test_a_size_with_its_own_price_is_left_alone(cast: Cast, signed_in: SignIn) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    for size in ("1K", "2K", "4K"):
        Price.objects.create(model_key="pro", size=size, amount_micros=1, effective_at=yesterday)
    assert "every size has a price of its own" in preview(signed_in(cast.dana))


def test_nothing_is_recorded_for_a_moment_that_has_passed(cast: Cast) -> None:
    now = timezone.now()
    price = Price(model_key="pro", amount_micros=1, effective_at=now - timedelta(seconds=1))
    with pytest.raises(ValueError, match="now or later"):
        add_price(price, by=cast.dana, now=now)


def test_the_bonus_is_said_beside_what_was_charged(cast: Cast, signed_in: SignIn) -> None:
    for _ in range(3):
        end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    dana = signed_in(cast.dana)
    assert "real cost" not in dana.get(reverse("spend")).content.decode()
    assert dana.post(reverse("price-bonus"), {"bonus": "12.5"}).status_code == 302
    assert Instance.current().bonus_thousandths == 125
    assert AuditEntry.objects.get().changes == {"top-up bonus": ["0 %", "12.5 %"]}
    text = dana.get(reverse("spend")).content.decode()
    assert "real cost about $0.24, with a bonus of 12.5 %" in text  # 0.27 / 1.125


@pytest.mark.parametrize("bonus", ["-1", "20.1", "much", "", "1.05"])
def test_a_bonus_that_is_none_stays_in_its_field(cast: Cast, signed_in: SignIn, bonus: str) -> None:
    assert signed_in(cast.dana).post(reverse("price-bonus"), {"bonus": bonus}).status_code == 422
    assert Instance.current().bonus_thousandths == 0


@pytest.mark.parametrize("name", ["bob", "alice", "charlie"])
def test_only_admins_see_and_set_prices(cast: Cast, signed_in: SignIn, name: str) -> None:
    client = signed_in(getattr(cast, name))
    assert client.get(ADDRESS).status_code == 403
    assert client.post(ADDRESS, typed() | {"step": "save"}).status_code == 403
    assert client.post(reverse("price-bonus"), {"bonus": "10"}).status_code == 403
    assert not Price.objects.exists()


def test_wrong_methods(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)
    assert dana.delete(ADDRESS).status_code == 405
    assert dana.get(reverse("price-bonus")).status_code == 405
