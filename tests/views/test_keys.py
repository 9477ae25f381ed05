"""That people see what a key may do right now: the frames that wait, the composer, the admins' strip, the admin."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override
from pytest_django import Settings

from studio.jobs.gate import Bar, Gate
from studio.models import GatewayKey, Generation, Instance, ModelSwitch, StorageTrouble, User
from studio.models.gateway_key import Caution, Stop
from studio.provider.outcome import Outcome
from studio.views.line import stamp_of
from studio.views.waits import wait_of
from tests.people import Cast
from tests.runs import make_run
from tests.views.test_running import poll

type SignIn = Callable[[User], Client]

NOW = datetime(2026, 11, 23, 10, 40, tzinfo=UTC)
SOON = NOW + timedelta(minutes=2)
LATER = NOW + timedelta(minutes=9)


@pytest.fixture
def key(db: None) -> GatewayKey:
    return GatewayKey.objects.named("main")


def read(client: Client, address: str) -> str:
    return client.get(address).content.decode()


# ── The frame ──────────────────────────────────────────────────────────────────────────────────────

SAID = [
    # the model's gate, when its own next try is, what its last one came to: the sentence
    (Gate("main", 4), None, "", None),
    (Gate("main", 0, Bar.FULL), None, "", None),
    (Gate("main", 0, Bar.OFF), None, "", "This model is switched off."),
    (Gate("main", 0, Bar.OFF), SOON, Outcome.FAILED_BUSY, "This model is switched off."),
    (
        Gate("main", 0, Bar.STOPPED, stopped_reason=Stop.REFUSED),
        None,
        "",
        "The studio’s key was refused; an admin has been told.",
    ),
    (
        Gate("main", 0, Bar.STOPPED, stopped_reason=Stop.BALANCE),
        None,
        "",
        "The studio’s balance with the provider is too low; an admin has been told.",
    ),
    (Gate("main", 0, Bar.STOPPED, stopped_reason="older"), None, "", "An admin has stopped sending for now."),
    (Gate("main", 0, Bar.RESTING, SOON), None, "", "The provider is busy. Trying again at 10:42."),
    (Gate("main", 0, Bar.RESTING, SOON), LATER, Outcome.FAILED_BUSY, "The provider is busy. Trying again at 10:49."),
    (Gate("main", 0, Bar.RESTING, LATER), SOON, Outcome.FAILED_BUSY, "The provider is busy. Trying again at 10:49."),
    (
        Gate("main", 0, Bar.TRYING),
        None,
        "",
        "The provider was busy. Another picture goes first, to see if it is over.",
    ),
    (Gate("main", 4), SOON, Outcome.FAILED_BUSY, "The provider is busy. Trying again at 10:42."),
    (Gate("main", 4), SOON, "", "The studio’s storage is full. Trying again at 10:42."),  # never sent: no room
    (
        Gate("main", 4),
        SOON,
        Outcome.FAILED_NETWORK,
        "The provider could not be reached. Trying again at 10:42.",
    ),
    (Gate("main", 4), SOON, Outcome.PROVIDER_ERROR, "The provider had trouble. Trying again at 10:42."),
    (Gate("main", 4), NOW, Outcome.FAILED_BUSY, None),
]


@pytest.mark.parametrize(("gate", "own", "outcome", "sentence"), SAID)
def test_a_frame_says_why_it_waits(gate: Gate, own: datetime | None, outcome: str, sentence: str | None) -> None:
    with override("en"):
        wait = wait_of(Generation(not_before=own, outcome=outcome), gate, NOW)
    assert (wait.sentence if wait else None) == sentence


def test_another_sentence_is_another_stamp() -> None:
    generation = Generation(revision=3)
    waits = [wait_of(Generation(not_before=own, outcome=outcome), gate, NOW) for gate, own, outcome, _ in SAID]
    stamps = {wait.sentence: stamp_of(generation, 7, wait) for wait in waits if wait}
    assert (
        len(set(stamps.values())) >= len(stamps) - 2
    )  # the same minute is the same number, whatever had failed before
    assert all(len(stamp) <= 20 for stamp in stamps.values())
    assert stamp_of(generation, 7, None) == "3-7"


def test_a_page_hears_of_a_stop_and_of_its_end(cast: Cast, signed_in: SignIn, key: GatewayKey) -> None:
    make_run(cast.bob, cast.project)
    bob = signed_in(cast.bob)
    assert poll(cast, bob, "1A.0-1")[0] == 204
    GatewayKey.objects.update(stopped_reason=Stop.REFUSED, stopped_at=timezone.now())
    status, text = poll(cast, bob, "1A.0-1")
    assert status == 200
    assert "The studio’s key was refused" in text
    (stamp,) = (word.partition('"')[0] for word in text.split('name="watch" value="')[1:])
    assert poll(cast, bob, stamp)[0] == 204
    GatewayKey.objects.update(stopped_reason="")
    assert "Next in line" in poll(cast, bob, stamp)[1]


# ── The composer ───────────────────────────────────────────────────────────────────────────────────


def test_the_composer_says_calmly_that_nothing_is_sent(cast: Cast, signed_in: SignIn, key: GatewayKey) -> None:
    bob, address = signed_in(cast.bob), cast.project.get_absolute_url()
    words = "What you ask for waits in line, and goes out by itself."
    assert words not in read(bob, address)
    GatewayKey.objects.update(stopped_reason=Stop.BALANCE)
    page = read(bob, address)
    assert words in page
    assert 'class="alerts' not in page
    GatewayKey.objects.update(stopped_reason="")
    assert words not in read(bob, address)
    Instance.objects.update_or_create(pk=1, defaults={"storage_trouble": StorageTrouble.REFUSED})
    assert words in read(bob, address)
    Instance.objects.update_or_create(pk=1, defaults={"paused_reason": "Budget meeting until noon"})
    assert "Budget meeting until noon" in read(bob, address)


# ── The admins' strip ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("address", ["/usage/", "/projects/", "/admin-review/spend/"])
def test_an_admin_sees_a_stopped_key_on_every_page(
    cast: Cast, signed_in: SignIn, key: GatewayKey, address: str
) -> None:
    dana = signed_in(cast.dana)
    assert 'class="alerts' not in read(dana, address)
    Instance.objects.update_or_create(pk=1, defaults={"storage_trouble": StorageTrouble.MISSING})
    assert "Pictures cannot be stored" in read(dana, address)
    Instance.objects.update(storage_trouble="")
    GatewayKey.objects.update(stopped_reason=Stop.REFUSED)
    page = read(dana, address)
    assert "The gateway refused the key." in page
    assert reverse("provider") in page


def test_the_first_thing_is_said_and_the_others_are_counted(cast: Cast, signed_in: SignIn, key: GatewayKey) -> None:
    dana = signed_in(cast.dana)
    ModelSwitch.objects.create(model_key="pro", is_enabled=False)  # an admin's own doing
    assert 'class="alerts' not in read(dana, "/usage/")
    ModelSwitch.objects.create(model_key="lite", is_enabled=False, reason=ModelSwitch.Reason.NOT_FOUND)
    GatewayKey.objects.update(caution=Caution.HOST)
    page = read(dana, "/usage/")
    assert "Nano Banana 2 Lite is switched off." in page
    assert ">1 more<" in page
    system = read(dana, "/admin-review/system/")
    assert "Check the gateway’s address" in system
    assert 'class="alerts' not in system


def test_a_key_the_studio_no_longer_has_is_nobodys_business(cast: Cast, signed_in: SignIn) -> None:
    GatewayKey.objects.create(name="links", stopped_reason=Stop.REFUSED)
    assert 'class="alerts' not in read(signed_in(cast.dana), "/usage/")


# ── The admin ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("secret", "shown"),
    [("", "Not set"), ("sk-short", ">Set<"), ("sk-3f9a8d7c6b5e4f3a2b1c", "Set, ends in 2b1c")],
)
def test_of_a_secret_no_more_is_shown_than_its_end(
    cast: Cast, signed_in: SignIn, key: GatewayKey, settings: Settings, secret: str, shown: str
) -> None:
    settings.NB_API_KEY = secret
    dana = signed_in(cast.dana)
    for address in (
        reverse("admin:studio_gatewaykey_changelist"),
        reverse("admin:studio_gatewaykey_change", args=[key.pk]),
    ):
        page = read(dana, address)
        assert shown in page
        assert not secret or secret not in page


def test_how_a_key_is_used_can_be_changed_and_its_state_cannot(cast: Cast, signed_in: SignIn, key: GatewayKey) -> None:
    GatewayKey.objects.update(stopped_reason=Stop.REFUSED)
    typed = {"mode": "chat", "system_prompt_mode": "prefix", "calls_max": "12", "name": "other", "stopped_reason": ""}
    signed_in(cast.dana).post(reverse("admin:studio_gatewaykey_change", args=[key.pk]), typed)
    key.refresh_from_db()
    assert (key.mode, key.system_prompt_mode, key.calls_max) == ("chat", "prefix", 12)
    assert (key.name, key.stopped_reason) == ("main", Stop.REFUSED)
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize("typed", ["0", "31", "-1", "many"])
def test_more_calls_than_the_gateway_takes_are_not_taken(
    cast: Cast, signed_in: SignIn, key: GatewayKey, typed: str
) -> None:
    values = {"mode": "native", "system_prompt_mode": "prefix", "calls_max": typed}
    page = signed_in(cast.dana).post(reverse("admin:studio_gatewaykey_change", args=[key.pk]), values)
    assert page.status_code == 200
    assert GatewayKey.objects.get().calls_max == 4


@pytest.mark.parametrize(
    ("action", "before", "after"), [("resume_sending", Stop.REFUSED, ""), ("stop_sending", "", Stop.ADMIN)]
)
def test_sending_is_stopped_and_resumed_after_a_question(
    cast: Cast, signed_in: SignIn, key: GatewayKey, action: str, before: str, after: str
) -> None:
    GatewayKey.objects.update(stopped_reason=before)
    dana, address = signed_in(cast.dana), reverse("admin:studio_gatewaykey_changelist")
    asked = {"action": action, "_selected_action": str(key.pk)}
    assert "Are you sure?" in dana.post(address, asked).content.decode()
    key.refresh_from_db()
    assert key.stopped_reason == before
    dana.post(address, asked | {"post": "yes"})
    key.refresh_from_db()
    assert key.stopped_reason == after
    assert LogEntry.objects.get().user == cast.dana


def test_only_an_admin_touches_a_key(cast: Cast, signed_in: SignIn, key: GatewayKey) -> None:
    GatewayKey.objects.update(stopped_reason=Stop.REFUSED)
    asked = {"action": "resume_sending", "_selected_action": str(key.pk), "post": "yes"}
    assert signed_in(cast.alice).post(reverse("admin:studio_gatewaykey_changelist"), asked).status_code in {302, 403}
    assert GatewayKey.objects.get().is_stopped


def test_a_model_switched_on_again_has_no_reason_left(cast: Cast, signed_in: SignIn) -> None:
    switch = ModelSwitch.objects.create(
        model_key="lite", is_enabled=False, reason=ModelSwitch.Reason.NOT_FOUND, switched_off_at=timezone.now()
    )
    dana, address = signed_in(cast.dana), reverse("admin:studio_modelswitch_change", args=[switch.pk])
    assert "The gateway does not know this model with this key." in read(dana, address)
    dana.post(address, {"model_key": "lite", "is_enabled": "on"})
    switch.refresh_from_db()
    assert (switch.is_enabled, switch.reason, switch.switched_off_at) == (True, "", None)
