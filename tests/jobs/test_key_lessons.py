"""What each answer teaches of the key it was asked with, and of the model."""

from pathlib import Path

import pytest
from pytest_django import Settings

from studio.jobs.run import run_once
from studio.models import GatewayKey, ModelSwitch
from studio.models.gateway_key import Stop
from tests.jobs.asking import draw
from tests.jobs.keys import free_to_go, rest_long
from tests.jobs.test_outcomes import FREE, facts
from tests.people import Cast
from tests.provider.peer import Peer, Talk, self_signed, server_context
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db


TAUGHT = [
    # row of the decision table, fault, marker, the key then rests, is stopped, has a caution, the model is switched off
    (1, "", "delivered", 0, "", "", False),
    (4, "", "text_refusal", 0, "", "", False),
    (16, "", "cut", 0, "", "", False),
    (17, "", "reset", 0, "", "", False),
    (21, "F37", "400", 0, "", "", False),
    (23, "F38", "401", 0, "refused", "", False),
    (23, "F38", "403", 0, "refused", "", False),
    (23, "F39", "404", 0, "", "", True),
    (24, "", "quota", 0, "balance", "", False),
    (24, "", "quota:429", 0, "balance", "", False),
    (25, "F40", "413", 0, "", "", False),
    (26, "F42", "429", 1, "", "", False),
    (26, "F44", "503", 1, "", "", False),
    (27, "", "lookalike_429", 0, "", "", False),
    (28, "", "write_response_body_failed", 0, "", "", False),
    (29, "F43", "500", 0, "", "", False),
    (30, "F43", "502", 1, "", "", False),
    (31, "F45", "504", 0, "", "", False),
    (31, "F45", "524", 0, "", "host", False),
    (31, "F49", "redirect", 0, "", "redirect", False),
]


@pytest.mark.parametrize("row", TAUGHT, ids=lambda row: row[2])
def test_an_answer_teaches_this_of_its_key(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey, row: tuple[int, str, str, int, str, str, bool]
) -> None:
    _row, _fault, marker, *expected = row
    draw(cast, f"A boat [sandbox:{marker}]")
    key.refresh_from_db()
    is_off = ModelSwitch.objects.filter(model_key="lite", is_enabled=False).exists()
    assert [key.rests, key.stopped_reason, key.caution, is_off] == expected
    assert (key.stopped_at is not None) == key.is_stopped
    assert (key.rests_until is not None) == key.is_on_trial


def test_F35_a_provider_that_is_not_there_rests_the_key(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey, settings: Settings
) -> None:
    """Or else everything in line would use up its tries while the line is down."""
    settings.NB_GATEWAY_URL = "http://127.0.0.1:1"
    first, second = free_to_go(cast, 2)
    run_once(first.pk)
    rest_long()
    run_once(second.pk)
    key.refresh_from_db()
    assert key.rests == 1
    assert (first.attempts.count(), second.attempts.count()) == (1, 0)


def test_F36_an_address_that_cannot_prove_its_name_stops_the_key(
    cast: Cast, sandbox: RunningSandbox, key: GatewayKey, settings: Settings, tmp_path: Path
) -> None:
    first, second = free_to_go(cast, 2)

    def never_asked(talk: Talk) -> None:
        talk.read_request()

    with Peer(never_asked, tls=server_context(self_signed(tmp_path))) as peer:
        settings.NB_GATEWAY_URL = peer.base_url
        for generation in (first, second):
            run_once(generation.pk)
        assert peer.received == []
    key.refresh_from_db()
    first.refresh_from_db()
    second.refresh_from_db()
    assert key.stopped_reason == Stop.CERTIFICATE
    assert facts(first) == ("failed", "failed_network", "none", [], FREE)
    assert facts(second) == ("queued", "", "held", [], ["hold"])
