"""Provider and storage: keys go in and never come out, switches are in the audit log, a look costs nothing."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from pytest_django import Settings

from studio import health_check, keyring, sealing
from studio.jobs import clock
from studio.jobs.gate import Bar, gates
from studio.jobs.gateway import gateway_keys, gateway_of, secret_of
from studio.models import AuditEntry, GatewayKey, Instance, ModelSwitch, User
from studio.models.gateway_key import Stop
from tests.people import Cast
from tests.sandbox.process import RunningSandbox, running_sandbox

type SignIn = Callable[[User], Client]

SECRET = "sk-3f9a8d7c6b5e4f3a2b1c"
WAYS = {"mode": "native", "system_prompt_mode": "model_role", "calls_max": "4"}
PAGE = "/admin-review/provider/"


def replace_key(client: Client, secret: str = SECRET, name: str = "main") -> str:
    return client.post(f"{PAGE}keys/{name}/secret/", {"secret": secret}, follow=True).content.decode()


def test_a_key_goes_in_and_its_end_is_all_that_is_ever_shown(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)
    page = replace_key(dana)
    assert "•••••••• 2b1c" in page
    assert "Set by Dana on" in page
    assert SECRET not in page
    assert secret_of(gateway_keys()[0]) == SECRET
    assert gateway_of(gateway_keys()[0]).api_key == SECRET


def test_C42_a_key_is_nowhere_in_the_database(cast: Cast, signed_in: SignIn) -> None:
    replace_key(signed_in(cast.dana))
    with connection.cursor() as cursor:
        for table in ("studio_gatewaykey", "studio_auditentry", "django_session", "django_admin_log"):
            cursor.execute(f"SELECT * FROM {table}")
            assert SECRET not in str(cursor.fetchall()), table
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.changes) == ("key_set", {"secret": ["", "•••2b1c"]})


@pytest.mark.parametrize("typed", ["", "sk-brief", "sk-with a space in it", "sk-" + "x" * 400, "sk-Ünicode-is-no-key"])
def test_what_is_no_key_is_refused_and_not_put_back(cast: Cast, signed_in: SignIn, typed: str) -> None:
    response = signed_in(cast.dana).post(f"{PAGE}keys/main/secret/", {"secret": typed})
    assert response.status_code == 422
    assert not typed or typed not in response.content.decode()
    assert GatewayKey.objects.get(name="main").sealed_secret == ""


def test_without_its_own_the_environments_is_used_again(cast: Cast, signed_in: SignIn, settings: Settings) -> None:
    settings.NB_API_KEY = "sk-of-the-environment"
    dana = signed_in(cast.dana)
    replace_key(dana)
    dana.post(f"{PAGE}keys/main/secret/", {"forget": "1"})
    assert secret_of(gateway_keys()[0]) == "sk-of-the-environment"
    assert AuditEntry.objects.latest("pk").changes == {"secret": ["•••2b1c", ""]}


def test_a_second_key_is_used_once_it_is_set(cast: Cast, signed_in: SignIn) -> None:
    assert [key.name for key in gateway_keys()] == ["main"]
    replace_key(signed_in(cast.dana), name="links")
    assert [key.name for key in gateway_keys()] == ["links", "main"]


def test_a_key_that_cannot_be_opened_any_more_is_not_set(cast: Cast, signed_in: SignIn, settings: Settings) -> None:
    """After a change of SECRET_KEY; the one before, named as a fallback, opens it."""
    dana = signed_in(cast.dana)
    replace_key(dana)
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another-key-for-tests-alone"
    assert secret_of(gateway_keys()[0]) == ""
    settings.SECRET_KEY_FALLBACKS = [old]
    assert secret_of(gateway_keys()[0]) == SECRET


def test_the_same_secret_is_sealed_otherwise_each_time() -> None:
    assert sealing.seal(SECRET) != sealing.seal(SECRET)
    assert sealing.unseal(sealing.seal(SECRET)) == SECRET
    with pytest.raises(sealing.CannotOpen):
        sealing.unseal(sealing.seal(SECRET)[:-2] + "AA")


def test_how_a_key_is_asked_is_saved_and_logged(cast: Cast, signed_in: SignIn) -> None:
    typed = WAYS | {"mode": "chat", "calls_max": "12", "name": "other", "stopped_reason": "admin"}
    signed_in(cast.dana).post(f"{PAGE}keys/main/", typed)
    key = GatewayKey.objects.get(name="main")
    assert (key.name, key.mode, key.calls_max, key.stopped_reason) == ("main", "chat", 12, "")
    assert AuditEntry.objects.get().changes == {"mode": ["native", "chat"], "calls_max": ["4", "12"]}


@pytest.mark.parametrize("calls", ["0", "31", "-1", "many"])
def test_more_calls_than_the_gateway_takes_are_refused(cast: Cast, signed_in: SignIn, calls: str) -> None:
    assert signed_in(cast.dana).post(f"{PAGE}keys/main/", WAYS | {"calls_max": calls}).status_code == 422
    assert GatewayKey.objects.get(name="main").calls_max == 4


@pytest.mark.parametrize("where", ["keys/other/", "keys/other/secret/", "keys/other/sending/", "models/gpt/"])
def test_what_there_is_none_of_is_not_there(cast: Cast, signed_in: SignIn, where: str) -> None:
    assert signed_in(cast.dana).post(PAGE + where, WAYS | {"secret": SECRET}).status_code == 404


def test_sending_with_a_key_is_stopped_and_resumed(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)
    dana.post(f"{PAGE}keys/main/sending/", {"sending": "stop"})
    assert GatewayKey.objects.get(name="main").stopped_reason == Stop.ADMIN
    assert "An admin stopped it." in dana.get(PAGE).content.decode()
    dana.post(f"{PAGE}keys/main/sending/", {"sending": "resume"})
    assert not GatewayKey.objects.get(name="main").is_stopped
    assert AuditEntry.objects.count() == 2


def test_a_model_is_switched_off_and_on(cast: Cast, signed_in: SignIn) -> None:
    ModelSwitch.objects.create(model_key="lite", is_enabled=False, reason=ModelSwitch.Reason.NOT_FOUND)
    dana = signed_in(cast.dana)
    assert "The gateway does not know this model with this key." in dana.get(PAGE).content.decode()
    dana.post(f"{PAGE}models/lite/", {"offered": "1"})
    dana.post(f"{PAGE}models/pro/")
    assert gates(clock.now())["pro"].bar == Bar.OFF
    assert gates(clock.now())["lite"].bar is None
    assert ModelSwitch.objects.get(model_key="lite").reason == ""
    assert AuditEntry.objects.count() == 2


def test_everything_is_stopped_with_a_reason_and_goes_on(cast: Cast, signed_in: SignIn) -> None:
    dana = signed_in(cast.dana)
    assert dana.post(f"{PAGE}pause/", {"reason": " "}).status_code == 422
    dana.post(f"{PAGE}pause/", {"reason": "Budget meeting"})
    assert Instance.current().paused_reason == "Budget meeting"
    dana.post(f"{PAGE}pause/", {"resume": "1"})
    assert Instance.current().paused_reason == ""
    assert AuditEntry.objects.count() == 2


# ── The health check ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def sandbox(settings: Settings) -> RunningSandbox:
    with running_sandbox() as running:
        settings.NB_GATEWAY_URL = running.url
        settings.NB_API_KEY = "sk-test-of-the-studio"
        yield running


def looks() -> dict[str, str]:
    return {check.name: check.look for check in health_check.look()}


def test_all_is_well_and_nothing_was_charged(db: None, sandbox: RunningSandbox) -> None:
    assert looks() == {"endpoint": "ok", "key": "ok", "models": "ok", "storage": "ok", "clock": "ok"}
    assert sandbox.charges() == []


def test_a_refused_key_is_told_from_a_gateway_that_is_away(
    db: None, sandbox: RunningSandbox, settings: Settings
) -> None:
    settings.NB_API_KEY = "no-key-at-all"
    assert (looks()["endpoint"], looks()["key"]) == ("ok", "bad")
    settings.NB_GATEWAY_URL = "http://127.0.0.1:9"
    assert (looks()["endpoint"], looks()["key"]) == ("bad", "")


def test_the_page_says_what_was_found(cast: Cast, signed_in: SignIn, sandbox: RunningSandbox) -> None:
    page = signed_in(cast.dana).post(f"{PAGE}check/").content.decode()
    for words in ("Endpoint reachable", "Key accepted", "Models offered", "Storage: write, read, delete"):
        assert words in page
    assert "Check again" in page


def test_a_key_stays_as_it_was_for_whoever_is_no_admin(cast: Cast, signed_in: SignIn) -> None:
    keyring.set_secret("main", SECRET, by=cast.dana, now=clock.now())
    response = signed_in(cast.alice).post(f"{PAGE}keys/main/secret/", {"secret": "sk-of-somebody-else"})
    assert response.status_code == 403
    assert secret_of(gateway_keys()[0]) == SECRET
