"""Django's admin: for admins of the studio, and never a hand on the ledger."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.ledger.balance import month_of, month_summary
from studio.models import Account, Attempt, Kind, LedgerEntry, Membership, Price, User
from studio.provider.outcome import Outcome
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

type SignIn = Callable[[User], Client]
LISTS = ["user", "account", "project", "price", "modelswitch", "gatewaykey", "instance", "ledgerentry", "attempt"]


@pytest.fixture
def admin_without_superpowers(cast: Cast) -> User:
    """Staff is all it takes: Django's own permissions are not used."""
    cast.dana.is_superuser = False
    cast.dana.save()
    return cast.dana


@pytest.mark.parametrize("name", LISTS)
def test_an_admin_reads_every_list(admin_without_superpowers: User, signed_in: SignIn, name: str) -> None:
    assert signed_in(admin_without_superpowers).get(f"/admin/studio/{name}/").status_code == 200


def test_everybody_else_is_told_no(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.alice).get("/admin/").status_code in {302, 403}
    assert signed_in(cast.alice).get("/admin/studio/user/").status_code in {302, 403}


def test_there_is_one_door(db: None, client: Client) -> None:
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith("/accounts/login/")


@pytest.mark.parametrize("model", [LedgerEntry, Attempt])
def test_records_are_read_and_never_touched(
    cast: Cast, signed_in: SignIn, model: type[LedgerEntry] | type[Attempt]
) -> None:
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    dana, name, row = signed_in(cast.dana), model._meta.model_name, model.objects.first()
    assert row is not None
    assert dana.get(reverse(f"admin:studio_{name}_change", args=[row.pk])).status_code == 200
    assert dana.post(reverse(f"admin:studio_{name}_change", args=[row.pk]), {}).status_code == 403
    assert dana.get(reverse(f"admin:studio_{name}_add")).status_code == 403
    assert dana.post(reverse(f"admin:studio_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403


def test_an_allowance_is_changed_through_the_ledger(cast: Cast, signed_in: SignIn) -> None:
    account = Account.objects.get(person=cast.bob)
    months = {"months-TOTAL_FORMS": "0", "months-INITIAL_FORMS": "0"}
    address = reverse("admin:studio_account_change", args=[account.pk])
    signed_in(cast.dana).post(address, {"allowance": "$12.50", **months})
    entry = LedgerEntry.objects.filter(account=account, kind=Kind.ALLOWANCE).latest("sequence")
    assert (entry.amount_micros, entry.recorded_by) == (2_500_000, cast.dana)  # from 10.00 to 12.50
    assert month_summary(cast.bob, month_of(timezone.now())).allowance_micros == 12_500_000


@pytest.mark.parametrize("typed", ["-5", "five", "0.0000001"])
def test_an_allowance_is_an_amount(cast: Cast, signed_in: SignIn, typed: str) -> None:
    account = Account.objects.get(person=cast.bob)
    months = {"months-TOTAL_FORMS": "0", "months-INITIAL_FORMS": "0"}
    address = reverse("admin:studio_account_change", args=[account.pk])
    assert signed_in(cast.dana).post(address, {"allowance": typed, **months}).status_code == 200
    assert Account.objects.get(person=cast.bob).monthly_allowance_micros == 10_000_000


def test_a_new_person_comes_with_a_budget(cast: Cast, signed_in: SignIn) -> None:
    typed = {"username": "mei", "email": "mei@example.com", "allowance": "80"}
    passwords = {"password1": "a long enough password", "password2": "a long enough password"}
    signed_in(cast.dana).post("/admin/studio/user/add/", typed | passwords)
    mei = User.objects.get(username="mei")
    assert mei.account.monthly_allowance_micros == 80_000_000
    assert not mei.is_staff


def test_people_are_closed_out_and_never_deleted(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.dana).post(f"/admin/studio/user/{cast.bob.pk}/delete/", {"post": "yes"}).status_code == 403


def test_members_are_added_past_no_page_of_their_own(cast: Cast, signed_in: SignIn) -> None:
    member = {"memberships-0-person": cast.charlie.pk, "memberships-0-role": "maker"}
    form = {"name": "Café launch", "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0"}
    address = f"/admin/studio/project/{cast.project.pk}/change/"
    assert signed_in(cast.dana).get(address).status_code == 200
    assert signed_in(cast.dana).post(address, form | member).status_code == 403
    assert not Membership.objects.filter(person=cast.charlie).exists()


def test_a_price_is_neither_added_nor_rewritten_past_its_own_page(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)
    price = Price.objects.create(model_key="pro", amount_micros=55_000, effective_at=timezone.now())
    assert dana.get("/admin/studio/price/add/").status_code == 403
    assert dana.post(f"/admin/studio/price/{price.pk}/change/", {"amount_micros": "9"}).status_code == 403
    assert dana.post(f"/admin/studio/price/{price.pk}/delete/", {"post": "yes"}).status_code == 403
