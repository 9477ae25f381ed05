"""What moves money, keys or rights asks again who somebody is, once that is longer ago than a setting says."""

import time
import uuid
from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.converters import IntConverter, StringConverter, UUIDConverter

from studio.accounts.sensitive import confirmed
from studio.models import Account, AuditEntry, Instance, Membership, User
from tests import people
from tests.people import PASSWORD, Cast

# Every page of the studio's own that takes a form, of admins and of a project's people and budget. A new one is entered
# here, on one side or the other.
ASKS_AGAIN = {
    "studio-role",
    "person-budget",
    "person-account",
    "studio-invitations",
    "studio-invitation-renewal",
    "studio-invitation-revocation",
    "key-ways",
    "key-secret",
    "key-sending",
    "key-pictures",
    "model-switch",
    "project-budget",
    "member",
    "member-removal",
    "ownership",
    "invitations",
    "invitation-renewal",
    "invitation-revocation",
    "budgets",
    "budget-decision",
    "charge-decision",
    "presumed-decision",
    "prices",
    "price-bonus",
    "row-decision",
    "missing-row-decision",
    "reimbursement-sheets",
    "sheet-dispatch",
    "sheet-removal",
    "sheet-credit",
    "system-adoption",
    "settings-retention",
    "trash-deletions",
    "exports",
}
# They read, or begin what only reads; nobody's money, key or right is changed by the form itself. An emergency stop
# waits for nobody; that sending goes on is asked about (below).
ASKS_NOT = {
    *("reconciliation-runs", "reconciliation-files", "system-verification"),
    *("provider-check", "storage-check", "pause", "settings-general", "settings-mail"),
}
OF_PROJECTS = ("budget/", "members/", "invitations/", "trash/deletions/", "export/")


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, prefix + str(each.pattern))
        else:
            yield prefix + str(each.pattern), each


def guarded_pages() -> list[URLPattern]:
    """Of admins, and of the people and the budget of a project."""
    of_projects = tuple(f"projects/<uuid:public_id>/{each}" for each in OF_PROJECTS)
    return [
        each for route, each in routes(get_resolver().url_patterns) if route.startswith(("admin-review/", *of_projects))
    ]


def address_of(pattern: URLPattern, cast: Cast | None = None) -> str:
    """With a key in every place that nothing has: nobody who is asked comes as far as looking for it."""
    keys = {IntConverter: 1, StringConverter: "main", UUIDConverter: uuid.uuid4()}
    kwargs = {name: keys[type(each)] for name, each in pattern.pattern.converters.items()}
    if cast and "public_id" in kwargs:
        kwargs["public_id"] = cast.project.public_id
    return reverse(str(pattern.name), kwargs=kwargs)


def takes_a_form(pattern: URLPattern) -> bool:
    """Whether the view lets POST through, by what its own decorators answer to a stranger's."""
    return Client().post(address_of(pattern)).status_code != 405


def test_every_such_form_is_on_one_list(db: None) -> None:
    with_form = {each.name for each in guarded_pages() if each.name and takes_a_form(each)}
    assert with_form == ASKS_AGAIN | ASKS_NOT


@pytest.mark.parametrize("name", sorted(ASKS_AGAIN))
def test_each_of_them_asks_who_it_is(cast: Cast, name: str) -> None:
    client = Client()
    client.force_login(cast.dana)  # some time ago
    address = address_of(next(each for each in guarded_pages() if each.name == name), cast)
    assert client.post(address)["Location"].startswith(reverse("account_reauthenticate"))
    assert not AuditEntry.objects.exists()


def test_a_form_goes_on_by_itself_once_it_is_known_who_it_is(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dana)
    form = {"of": f"person {cast.bob.pk}", "budget": "33"}
    question = client.post(reverse("budgets"), form)["Location"]
    assert "Is it still you?" in client.get(question).text
    response = client.post(question, {"password": PASSWORD, "next": reverse("budgets")})
    assert response["Location"] == reverse("budgets")
    assert Account.objects.get(person=cast.bob).monthly_allowance_micros == 33_000_000


def test_a_wrong_password_changes_nothing(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dana)
    question = client.post(reverse("budgets"), {"of": f"person {cast.bob.pk}", "budget": "33"})["Location"]
    assert client.post(question, {"password": "wrong"}).status_code == 200
    assert Account.objects.get(person=cast.bob).monthly_allowance_micros == people.MONEY_MICROS


def test_a_proof_wears_off(cast: Cast) -> None:
    client = Client()
    people.come_in(client, cast.dana)
    form = {"of": f"person {cast.bob.pk}", "budget": "33"}
    assert client.post(reverse("budgets"), form)["Location"] == reverse("budgets")
    session = client.session
    session["account_authentication_methods"][0]["at"] = time.time() - 16 * 60
    session.save()
    assert client.post(reverse("budgets"), form)["Location"].startswith(reverse("account_reauthenticate"))


def test_a_hash_of_an_older_django_ends_no_session(cast: Cast) -> None:
    cast.dana.password = PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1_000)
    cast.dana.save()
    client = Client()
    client.force_login(cast.dana)
    question = client.post(reverse("budgets"), {"of": f"person {cast.bob.pk}", "budget": "33"})["Location"]
    client.post(question, {"password": PASSWORD, "next": reverse("budgets")})
    assert client.get(reverse("budgets")).status_code == 200


def test_an_app_or_a_password_will_do(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dana)
    client.post(reverse("budgets"), {"of": f"person {cast.bob.pk}", "budget": "33"})
    answer = {"code": people.code_of_app(), "next": reverse("budgets")}
    assert client.post(reverse("mfa_reauthenticate"), answer)["Location"] == reverse("budgets")
    assert Account.objects.get(person=cast.bob).monthly_allowance_micros == 33_000_000


def test_signing_in_is_proof_enough(cast: Cast, client: Client) -> None:
    client.post("/accounts/login/", {"login": "dana", "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": people.code_of_app()})
    response = client.post(reverse("budgets"), {"of": f"person {cast.bob.pk}", "budget": "33"})
    assert response["Location"] == reverse("budgets")


def test_a_part_of_a_page_sends_the_whole_page(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dana)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/admin-review/budgets/"}
    response = client.post(reverse("budgets"), {}, headers=headers)
    assert (response.status_code, response.content) == (204, b"")
    assert response["HX-Redirect"].startswith(f"{reverse('account_reauthenticate')}?next=")


def test_the_address_after_the_question_is_always_ours(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dana)
    headers = {"HX-Request": "true", "HX-Current-URL": "https://elsewhere.example/"}
    assert "elsewhere" not in client.post(reverse("budgets"), {}, headers=headers)["HX-Redirect"]


def test_djangos_admin_asks_as_well(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dana)
    address = reverse("admin:studio_user_change", args=[cast.bob.pk])
    assert client.get(address).status_code == 200
    form = {"username": "bob", "email": "bob@example.com", "first_name": "Robert"}
    question = client.post(address, form)["Location"]
    assert question.startswith(reverse("account_reauthenticate"))
    assert User.objects.get(username="bob").first_name == "Bob"
    client.post(question, {"password": PASSWORD, "next": address})
    assert User.objects.get(username="bob").first_name == "Robert"


def test_an_emergency_stop_waits_for_no_password_and_its_end_does(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dana)
    client.post(reverse("pause"), {"reason": "Something is spending"})
    assert Instance.current().paused_reason == "Something is spending"
    question = client.post(reverse("pause"), {"resume": "1"})["Location"]
    assert Instance.current().paused_reason
    client.post(question, {"password": PASSWORD, "next": reverse("pause")})
    assert not Instance.current().paused_reason


def test_a_members_role_is_set_once_it_is_known_who_asks(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.alice)
    vera = Membership.objects.get(person=cast.vera)
    address = reverse("member", args=[cast.project.public_id, vera.public_id])
    question = client.post(address, {"role": "maker"})["Location"]
    client.post(question, {"password": PASSWORD, "next": address})
    vera.refresh_from_db()
    assert vera.role == "maker"


def test_a_key_is_not_kept_anywhere(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dana)
    address, page = reverse("key-secret", args=["main"]), "http://testserver/admin-review/provider/"
    response = client.post(address, {"secret": "sk-of-the-studio"}, headers={"Referer": page})
    assert client.post(response["Location"], {"password": PASSWORD, "next": page})["Location"] == page
    assert "sk-of-the-studio" not in str(dict(client.session))


def test_an_export_asks_and_leads_back_to_its_page(cast: Cast) -> None:
    """It is a file: sent in place of the question's answer, it would leave the question on the screen."""
    client = Client()
    client.force_login(cast.alice)
    address, page = reverse("exports", args=[cast.project.public_id]), "http://testserver/projects/"
    question = client.post(address, headers={"Referer": page})["Location"]
    assert client.post(question, {"password": PASSWORD, "next": page})["Location"] == page
    assert client.post(address)["Content-Type"] == "application/zip"


def test_a_form_with_a_password_is_not_kept_anywhere(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dana)
    client.post(reverse("admin:auth_user_password_change", args=[cast.bob.pk]), {"password1": "a secret of Bob's"})
    assert "secret" not in str(dict(client.session))


def test_reading_asks_nothing(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.dana)
    assert client.get(reverse("budgets")).status_code == 200


def test_the_mark_is_on_the_view_itself() -> None:
    @confirmed
    def view(request: object) -> None:
        """A view."""

    assert view.is_confirmed is True
    assert view.__doc__ == "A view."
