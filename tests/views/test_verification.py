"""What the System page and the strip for admins say of the nightly look through books and pictures."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from studio.jobs import nightly
from studio.models import User, Verification
from tests.people import Cast
from tests.views.test_spend import text_of

type SignIn = Callable[[User], Client]
ADDRESS = "/admin-review/system/"
ASKING = "/admin-review/system/verification/"
WRONG = {
    "number": 4,
    "kind": "balance",
    "row": "bob 2026-11",
    "template": "The month says %(said)s are left, its entries come to %(summed)s.",
    "facts": {"said": "$10.00", "summed": "$9.82"},
}


@pytest.fixture(autouse=True)
def at_three(settings: Settings) -> None:
    settings.NB_VERIFY_AT = time(3, 0)


def looked(*, ago: timedelta = timedelta(0), **facts: object) -> Verification:
    then = timezone.now() - ago
    return Verification.objects.create(
        **{"asked_at": then, "started_at": then, "finished_at": then, "seconds": 12.3, "checks": 12, **facts}
    )


def found(**facts: object) -> Verification:
    return looked(**{"findings_count": 1, "findings": [WRONG], "is_grave": True, **facts})


def said(client: Client, address: str = ADDRESS) -> str:
    return text_of(client.get(address).content)


def test_only_admins_ask_for_it(cast: Cast, signed_in: SignIn) -> None:
    for person in (cast.alice, cast.bob, cast.charlie):
        assert signed_in(person).post(ASKING).status_code == 403
    assert signed_in(cast.dana).get(ASKING).status_code == 405
    assert not Verification.objects.exists()


def test_before_the_first_look_it_says_when(cast: Cast, signed_in: SignIn) -> None:
    assert "Nobody has looked yet. A worker does every day at 03:00." in said(signed_in(cast.dana))


def test_it_says_that_nobody_ever_will(cast: Cast, signed_in: SignIn, settings: Settings) -> None:
    settings.NB_VERIFY_AT = None
    assert "NB_VERIFY_AT says never" in said(signed_in(cast.dana))


def test_all_is_well_in_one_sentence(cast: Cast, signed_in: SignIn) -> None:
    looked()
    words = said(signed_in(cast.dana))
    assert "12 checks in 12.3 seconds. Nothing is wrong." in words
    assert "is wrong." not in said(signed_in(cast.dana), "/usage/")


def test_a_finding_is_said_with_its_row_and_what_to_do(cast: Cast, signed_in: SignIn) -> None:
    found(findings_count=31)
    words = said(signed_in(cast.dana))
    assert "31 things are wrong." in words
    assert "bob 2026-11 The month says $10.00 are left, its entries come to $9.82." in words
    assert "docs/operations.md#balance" in words
    assert "And 30 more." in words


def test_a_finding_is_on_every_page_of_an_admin_and_of_nobody_else(cast: Cast, signed_in: SignIn) -> None:
    found()
    dana = signed_in(cast.dana)
    assert "1 thing is wrong. bob 2026-11: The month says" in said(dana, "/usage/")
    assert f'href="{ADDRESS}#verification"' in dana.get("/usage/").content.decode()
    assert "thing is wrong" not in said(signed_in(cast.bob), "/usage/")


@pytest.mark.parametrize(("is_grave", "look"), [(True, "alerts-bad"), (False, "alerts-warn")])
def test_wrong_books_look_worse_than_a_stray_file(cast: Cast, signed_in: SignIn, is_grave: bool, look: str) -> None:
    found(is_grave=is_grave)
    assert look in signed_in(cast.dana).get("/usage/").content.decode()


def test_a_finding_is_read_in_the_language_of_the_reader(cast: Cast, signed_in: SignIn) -> None:
    found()
    dana = signed_in(cast.dana)
    dana.cookies["django_language"] = "zh-hans"
    with translation.override("zh-hans"):
        assert "该月记的余额是 $10.00，条目合计为 $9.82。" in said(dana)


def test_a_check_that_could_not_run_is_said(cast: Cast, signed_in: SignIn) -> None:
    looked(errors=[{"number": 9, "error": "OSError: the disk is away"}])
    dana = signed_in(cast.dana)
    assert "Every picture is there and unchanged: OSError: the disk is away" in said(dana)
    assert "Books and pictures could not be checked" in said(dana, "/usage/")


def test_the_last_look_counts(cast: Cast, signed_in: SignIn) -> None:
    found(ago=timedelta(hours=3))
    looked()
    assert "thing is wrong" not in said(signed_in(cast.dana), "/usage/")


def test_a_night_left_out_is_said(cast: Cast, signed_in: SignIn, settings: Settings) -> None:
    looked(ago=timedelta(hours=27))
    dana = signed_in(cast.dana)
    assert "Books and pictures were not checked. The last time was" in said(dana, "/usage/")
    settings.NB_VERIFY_AT = None
    assert "were not checked" not in said(dana, "/usage/")


def test_an_admin_asks_for_a_look_and_gets_one(cast: Cast, signed_in: SignIn, settings: Settings) -> None:
    settings.NB_VERIFY_AT = None
    dana = signed_in(cast.dana)
    assert dana.post(ASKING)["Location"] == f"{ADDRESS}#verification"
    dana.post(ASKING)
    assert Verification.objects.count() == 1
    assert "Another look is asked for." in said(dana)
    nightly.look_through(lambda: False)
    assert "Look now" in said(dana)
