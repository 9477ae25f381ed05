"""A second factor: asked for at the door, good once, needed by admins, and never got round."""

import json
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import Settings as PytestSettings

from studio import sealing
from studio.accounts import post
from studio.accounts.second_factor import has_second_factor
from studio.models import AuditEntry, User
from tests import people
from tests.people import PASSWORD, Cast

LOGIN = "/accounts/login/"


def at_the_second_step(login: str = "dana") -> Client:
    client = Client()
    response = client.post(LOGIN, {"login": login, "password": PASSWORD})
    assert response["Location"] == reverse("mfa_authenticate")
    return client


def is_in(client: Client) -> bool:
    return client.get("/usage/").status_code == 200


def test_a_password_alone_is_not_enough(cast: Cast) -> None:
    dana = at_the_second_step()
    assert not is_in(dana)
    assert "One more step" in dana.get(reverse("mfa_authenticate")).text
    dana.post(reverse("mfa_authenticate"), {"code": people.code_of_app()})
    assert is_in(dana)


@pytest.mark.parametrize("code", ["", "000000", "\x00", "x" * 5_000, "１２３４５６"])
def test_a_wrong_code_is_told(cast: Cast, code: str) -> None:
    dana = at_the_second_step()
    assert "err" in dana.post(reverse("mfa_authenticate"), {"code": code}).text
    assert not is_in(dana)


def test_a_telephone_may_be_half_a_minute_late(cast: Cast) -> None:
    dana = at_the_second_step()
    dana.post(reverse("mfa_authenticate"), {"code": people.code_of_app(periods_ago=1)})
    assert is_in(dana)


@pytest.mark.parametrize("again", [str, lambda code: f" {code[:3]} {code[3:]} ", lambda code: f"{code[:3]}-{code[3:]}"])
def test_a_code_is_good_once_however_it_is_written(cast: Cast, again: object) -> None:
    code = people.code_of_app()
    at_the_second_step().post(reverse("mfa_authenticate"), {"code": code})
    thief = at_the_second_step()
    thief.post(reverse("mfa_authenticate"), {"code": again(code)})  # type: ignore[operator]
    assert not is_in(thief)


def test_codes_are_guessed_five_times(cast: Cast) -> None:
    dana = at_the_second_step()
    for number in range(6):
        page = dana.post(reverse("mfa_authenticate"), {"code": f"{number:06}"}).text
    assert "Too many tries" in page
    dana.post(reverse("mfa_authenticate"), {"code": people.code_of_app()})
    assert not is_in(dana)


def test_an_app_is_set_up_with_recovery_codes_and_each_works_once(cast: Cast) -> None:
    bob = Client()
    people.come_in(bob, cast.bob)
    form = bob.get(reverse("mfa_activate_totp"))
    assert "<svg" in form.text
    secret = form.context["form"].secret
    response = bob.post(reverse("mfa_activate_totp"), {"code": people.code_of_app(secret=secret)})
    page = bob.get(response["Location"])
    codes = page.context["unused_codes"]
    assert len(codes) == 10
    assert codes[0] in page.text
    for expected in (True, False):
        browser = at_the_second_step("bob")
        browser.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert is_in(browser) is expected


def test_no_secret_stands_open_in_the_database(cast: Cast) -> None:
    bob = Client()
    people.come_in(bob, cast.bob)
    secret = bob.get(reverse("mfa_activate_totp")).context["form"].secret
    bob.post(reverse("mfa_activate_totp"), {"code": people.code_of_app(secret=secret)})
    kept = json.dumps(list(Authenticator.objects.filter(user=cast.bob).values_list("data", flat=True)))
    assert secret not in kept
    assert sealing.unseal(Authenticator.objects.get(user=cast.bob, type="totp").data["secret"]) == secret


def test_a_secret_outlives_a_change_of_the_key_that_is_told(settings: PytestSettings) -> None:
    closed = sealing.seal("JBSWY3DP")
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another key"
    assert sealing.unseal(closed) == "JBSWY3DP"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(sealing.CannotOpen, match="SECRET_KEY_FALLBACKS"):
        sealing.unseal(closed)


# ── Admins ─────────────────────────────────────────────────────────────────────────────────────────


def routes(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, prefix + str(each.pattern))
        else:
            yield prefix + str(each.pattern), each


PAGES = [
    "/admin/",
    "/admin/studio/user/",
    "/admin/studio/gatewaykey/",
    "/admin/studio/user/add/",
    *sorted(
        f"/{route}"
        for route, _ in routes(get_resolver().url_patterns)
        if route.startswith("admin-review/") and "<" not in route
    ),
]


@pytest.mark.parametrize("address", PAGES)
def test_an_admin_without_one_is_led_to_set_it_up(cast: Cast, address: str) -> None:
    Authenticator.objects.all().delete()
    dana = Client()
    people.come_in(dana, cast.dana)
    for method in (dana.get, dana.post):
        assert method(address)["Location"] == f"{reverse('mfa_index')}?for=admin"
    assert "Admins need a second factor" in dana.get(reverse("mfa_index")).text


def test_the_studios_other_pages_stay_open_to_them(cast: Cast) -> None:
    Authenticator.objects.all().delete()
    dana = Client()
    people.come_in(dana, cast.dana)
    assert dana.get("/usage/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(cast: Cast) -> None:
    Authenticator.objects.all().delete()
    codes = {"seed": sealing.seal("00"), "used_mask": 0}
    Authenticator.objects.create(user=cast.dana, type="recovery_codes", data=codes)
    assert not has_second_factor(cast.dana)


def test_only_the_demo_does_without(cast: Cast, settings: PytestSettings) -> None:
    Authenticator.objects.all().delete()
    settings.NB_SECOND_FACTOR = False  # what NB_DEMO=1 comes to
    dana = Client()
    people.come_in(dana, cast.dana)
    assert dana.get("/admin-review/spend/").status_code == 200


def test_a_new_password_does_not_get_round_it(cast: Cast, with_mail: None) -> None:
    client = Client()
    client.post("/accounts/password/reset/", {"email": "dana@example.com"})
    post.wait()
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True)
    new = "a wholly different sentence"
    client.post(form.redirect_chain[-1][0], {"password1": new, "password2": new})
    response = client.post(LOGIN, {"login": "dana", "password": new})
    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)
    again = Client().get(link, follow=True)
    assert "This link is used up" in again.text


def test_a_lost_telephone_is_an_act_of_an_admin_with_its_line_in_the_log(cast: Cast) -> None:
    people.give_app(cast.bob)
    dana, bob = Client(), Client()
    people.come_in(dana, cast.dana)
    form = {"action": "remove_second_factors", "_selected_action": [cast.bob.pk]}
    dana.post(reverse("admin:studio_user_changelist"), form)
    assert not has_second_factor(cast.bob)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.by, entry.target_name) == ("factors_removed", cast.dana, "bob")
    bob.post(LOGIN, {"login": "bob", "password": PASSWORD})
    assert is_in(bob)


def test_nobody_touches_the_factors_of_somebody_else(cast: Cast) -> None:
    key = Authenticator.objects.create(user=cast.bob, type="webauthn", data={"name": "Key", "credential": {}})
    vera = Client()
    people.come_in(vera, cast.vera)
    for name in ("mfa_remove_webauthn", "mfa_edit_webauthn"):
        assert vera.post(reverse(name, args=[key.pk]), {"name": "mine"}).status_code == 404
    assert User.objects.get(pk=cast.bob.pk).authenticator_set.count() == 1
