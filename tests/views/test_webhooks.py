"""Webhooks as their person sees them: the secret once, bad addresses refused, deliveries with what came back."""

import re
from collections.abc import Callable

from django.test import Client
from django.utils import timezone

from studio.models import AuditEntry, User, Webhook, WebhookDelivery
from studio.webhooks import announce
from studio.webhooks.deliver import deliver_due
from tests.badinputs.addresses import SECRET, TYPED
from tests.people import Cast
from tests.runs import make_run

type SignIn = Callable[[User], Client]
ADDRESS = "/accounts/webhooks/"


def test_it_is_made_tried_out_switched_and_removed(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in(cast.bob)
    made = browser.post(ADDRESS, {"url": "https://receiver.example/hook#part", "about": ""}).content.decode()
    secret = re.search(r"whsec_[A-Za-z0-9+/]{43}=", made)
    assert secret
    assert secret[0] not in browser.get(ADDRESS).content.decode()
    webhook = Webhook.objects.get()
    assert (webhook.url, webhook.person, webhook.origin) == (
        "https://receiver.example/hook",
        cast.bob,
        "http://testserver",
    )
    page = f"{ADDRESS}{webhook.public_id}/"
    browser.post(f"{page}trial/")
    assert "every 2s" in browser.get(page).content.decode(), "the page looks again while the test is on its way"
    deliver_due(timezone.now, send=lambda *_, **__: 418)
    shown = browser.get(page).content.decode()
    assert "Answered 418" in shown
    assert "Given up" in shown
    assert "every 2s" not in shown
    browser.post(f"{page}sending/")
    assert "Switched off" in browser.get(page).content.decode()
    browser.post(f"{page}trial/")
    assert WebhookDelivery.objects.count() == 1
    browser.post(f"{page}sending/", {"on": "1"})
    announce.finished(make_run(cast.bob, cast.project).generations.get(), now=timezone.now())
    assert "1A" in browser.get(page).content.decode()
    browser.post(f"{page}removal/")
    assert not Webhook.objects.exists()
    assert list(AuditEntry.objects.order_by("pk").values_list("action", flat=True)) == [
        "webhook_made",
        "webhook_removed",
    ]


def test_all_of_a_project_is_for_its_owners(cast: Cast, signed_in: SignIn) -> None:
    about = {"url": "https://receiver.example/hook", "about": str(cast.project.public_id)}
    assert signed_in(cast.bob).post(ADDRESS, about).status_code == 422
    assert signed_in(cast.alice).post(ADDRESS, about).status_code == 200
    assert Webhook.objects.get().project == cast.project


def test_bad_addresses_are_refused(cast: Cast, signed_in: SignIn) -> None:
    browser = signed_in(cast.bob)
    for bad in TYPED:
        assert browser.post(ADDRESS, {"url": bad.url, "about": ""}).status_code == 422, bad
    assert not Webhook.objects.exists()


def test_somebody_elses_is_not_there(cast: Cast, signed_in: SignIn) -> None:
    signed_in(cast.bob).post(ADDRESS, {"url": f"https://receiver.example/{SECRET}", "about": ""})
    page = f"{ADDRESS}{Webhook.objects.get().public_id}/"
    for person in (cast.alice, cast.dana):
        for verb in ("", "trial/", "sending/", "removal/"):
            browser = signed_in(person)
            assert (browser.post if verb else browser.get)(f"{page}{verb}").status_code == 404
    assert SECRET not in str(list(AuditEntry.objects.values()))
