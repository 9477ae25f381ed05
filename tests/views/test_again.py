"""The button "Try again" names what it costs today, wherever it stands, and that is what is held then."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.models import Generation, Kind, LedgerEntry, ModelSwitch, Price, Run, User
from studio.money import dollars
from studio.provider.outcome import Outcome
from studio.provider.terms import BY_TOKENS
from tests.people import Cast
from tests.runs import PRICE_MICROS, make_run
from tests.views.booked import end
from tests.views.composing import fields
from tests.views.test_usage import text_of

type SignIn = Callable[[User], Client]


def failed(cast: Cast, **facts: Any) -> Generation:
    """Four were asked for at $0.09 each, and this is the first."""
    generation = make_run(cast.bob, cast.project, variations=4, **facts).generations.get(variation=0)
    end(generation, Outcome.FAILED_BUSY)
    return generation


def price(model_key: str, amount_micros: int, **facts: Any) -> None:
    Price.objects.create(
        model_key=model_key, amount_micros=amount_micros, effective_at=timezone.now() - timedelta(minutes=1), **facts
    )


def shown(bob: Client, generation: Generation) -> set[str]:
    """What the button says, on the frame's own page and in the workspace."""
    pages = (generation.get_absolute_url(), generation.project.get_absolute_url())
    said = [re.findall(r"Try again, [^<]+", bob.get(page).content.decode()) for page in pages]
    return {words.strip() for on_page in said for words in on_page}


def test_it_is_the_price_of_today_and_not_of_then(cast: Cast, signed_in: SignIn) -> None:
    generation = failed(cast)
    bob = signed_in(cast.bob)
    assert shown(bob, generation) == {"Try again, $0.09"}
    price("pro", 126_000)
    assert shown(bob, generation) == {"Try again, $0.126"}


def test_a_price_of_its_size_counts(cast: Cast, signed_in: SignIn) -> None:
    price("pro", 240_000, size="4K")
    assert shown(signed_in(cast.bob), failed(cast)) == {"Try again, $0.09"}
    assert "Try again, $0.24" in shown(signed_in(cast.bob), failed(cast, size="4K"))


def test_what_is_counted_afterwards_is_the_most_it_can_be(cast: Cast, signed_in: SignIn) -> None:
    tokens = BY_TOKENS["nb2"]
    mode = Price.BillingMode.PER_TOKEN
    price("nb2", tokens.input_micros, output_micros=tokens.output_micros, billing_mode=mode)
    generation = failed(cast, model_key="nb2", size="1K")
    assert shown(signed_in(cast.bob), generation) == {"Try again, $0.046412 at most"}  # tests/provider/test_terms.py


def test_a_search_is_in_it(cast: Cast, signed_in: SignIn) -> None:
    generation = failed(cast, web_search=True)
    assert shown(signed_in(cast.bob), generation) == {"Try again, $0.132 at most"}  # 0.09 + 3 × 0.014


def test_of_a_model_that_is_gone_it_is_the_one_the_composer_takes(cast: Cast, signed_in: SignIn) -> None:
    generation = failed(cast, model_key="gen1", size="1K")
    ModelSwitch.objects.create(model_key="gen1", is_enabled=False)
    assert shown(signed_in(cast.bob), generation) == {"Try again, $0.09"}


@pytest.mark.parametrize("amount_micros", [PRICE_MICROS, 126_000, 72_000])
def test_what_it_says_is_what_is_held(cast: Cast, signed_in: SignIn, amount_micros: int) -> None:
    generation = failed(cast)
    price("pro", amount_micros)
    bob = signed_in(cast.bob)
    words = shown(bob, generation).pop()
    composer = bob.get(f"{cast.project.get_absolute_url()}?again={generation.public_id}").content.decode()
    quoted = re.search(r'name="quoted_micros" value="(\d+)"', composer)
    assert quoted
    sent = fields(prompt="A red boat", size="2K", quoted_micros=quoted[1])
    assert bob.post(reverse("runs", args=[cast.project.public_id]), sent).status_code == 302
    made = Run.objects.latest("number").generations.get()
    hold = LedgerEntry.objects.get(generation=made, kind=Kind.HOLD)
    assert (made.price_micros, -hold.amount_micros) == (amount_micros, amount_micros)
    assert words == f"Try again, {dollars(amount_micros)}"


def test_who_may_only_look_is_asked_nothing_for_it(cast: Cast, signed_in: SignIn) -> None:
    assert shown(signed_in(cast.vera), failed(cast)) == set()
    assert "Failed" in text_of(signed_in(cast.vera).get(cast.project.get_absolute_url()).content)
