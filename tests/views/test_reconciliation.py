"""The reconciliation page: three lists with evidence, each with two buttons that name the sum, and a file to read."""

import io
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.models import GatewayLogRow, Instance, LedgerEntry, MissingLogRow, Reconciliation, User
from studio.provider.outcome import Charge
from tests.people import Cast
from tests.reconcile.calls import charge_of, made, run
from tests.reconcile.files import HEADINGS, as_csv, as_xlsx, line
from tests.reconcile.rows import SECRET, row

pytestmark = pytest.mark.django_db
type SignIn = Callable[[User], Client]
PAGE = "/admin-review/reconciliation/"


@pytest.fixture
def dana(cast: Cast, signed_in: SignIn) -> Client:
    return signed_in(cast.dana)


@pytest.fixture
def theirs(cast: Cast) -> GatewayLogRow:
    run(row("theirs-1", quota=63_000, token_name="somebody"))
    return GatewayLogRow.objects.get()


@pytest.fixture
def missing(cast: Cast) -> MissingLogRow:
    return MissingLogRow.objects.create(attempt=made(cast, Charge.CHARGED), noticed_at=timezone.now())


def decision(line: GatewayLogRow | MissingLogRow) -> str:
    name = "row-decision" if isinstance(line, GatewayLogRow) else "missing-row-decision"
    return reverse(name, args=[line.pk])


def test_a_studio_without_a_log_says_how_to_get_one(dana: Client, settings: object) -> None:
    settings.NB_SYSTEM_TOKEN = ""  # type: ignore[attr-defined]
    assert "Set NB_SYSTEM_TOKEN" in dana.get(PAGE).text
    settings.NB_SYSTEM_TOKEN = "sys"  # type: ignore[attr-defined]
    assert "Read the log now" in dana.get(PAGE).text


@pytest.mark.parametrize("address", [PAGE, f"{PAGE}runs/", f"{PAGE}files/", f"{PAGE}rows/1/", f"{PAGE}missing/1/"])
def test_only_admins_may(cast: Cast, signed_in: SignIn, address: str) -> None:
    ask = signed_in(cast.bob).get if address == PAGE else signed_in(cast.bob).post
    assert ask(address).status_code == 403
    assert Client().post(address).status_code in {302, 405}


def test_lines_come_with_their_evidence_and_priced_buttons(
    dana: Client, theirs: GatewayLogRow, missing: MissingLogRow
) -> None:
    text = dana.get(PAGE).text
    for shown in ("theirs-1", "somebody", "Charge $0.126", "Dismiss, $0.00", "Charge stands, $0.09", "Give back $0.09"):
        assert shown in text


def test_a_call_of_nobody_is_charged_to_a_person(cast: Cast, dana: Client, theirs: GatewayLogRow) -> None:
    facts = {"decision": "assign", "reason": "Her script", "person": cast.alice.pk}
    assert dana.post(decision(theirs), facts).url == PAGE  # type: ignore[attr-defined]
    assert LedgerEntry.objects.latest("pk").account.person == cast.alice


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        ({"decision": "assign", "reason": "x"}, "Choose who made the call."),
        ({"decision": "assign", "person": "1"}, "Write a reason"),
        ({"decision": "dismiss"}, "Write a reason"),
    ],
)
def test_what_is_left_out_is_said(dana: Client, theirs: GatewayLogRow, facts: dict[str, str], error: str) -> None:
    answer = dana.post(decision(theirs), facts)
    assert (answer.status_code, error in answer.text) == (422, True)
    assert GatewayLogRow.objects.get().state == GatewayLogRow.State.OPEN


def test_a_second_decision_comes_too_late(dana: Client, missing: MissingLogRow) -> None:
    dana.post(decision(missing), {"decision": "give_back", "reason": "Not in the log"})
    answer = dana.post(decision(missing), {"decision": "keep", "reason": "It is fine"})
    assert (answer.status_code, "decided already" in answer.text) == (409, True)
    assert charge_of(missing.attempt) == Charge.RELEASED


def test_the_button_has_a_worker_read_the_log(dana: Client) -> None:
    dana.post(f"{PAGE}runs/")
    assert Instance.current().reconcile_at is not None


@pytest.mark.parametrize("make", [as_csv, as_xlsx])
def test_a_file_settles_what_is_in_it(cast: Cast, dana: Client, make: Callable[..., io.BytesIO]) -> None:
    attempt = made(cast, Charge.PRESUMED)
    file = make(line(quota=45_000))
    file.seek(0)
    file.name = "log.bin"
    assert dana.post(f"{PAGE}files/", {"file": file}).status_code == 302
    assert charge_of(attempt) == Charge.CHARGED
    assert Reconciliation.objects.get().started_by == cast.dana
    assert "1 row read, 1 new." in dana.get(PAGE).text


def test_a_file_larger_than_a_picture_may_be_is_read(dana: Client) -> None:
    lines = [[*line(f"req-{number}"), "x" * 100_000] for number in range(80)]
    file = as_csv(*lines, headings=(*HEADINGS, "pad"))
    file.name = "log.csv"
    assert dana.post(f"{PAGE}files/", {"file": file}).status_code == 302
    assert GatewayLogRow.objects.count() == 80


def test_a_bad_file_is_refused_in_words_without_its_content(dana: Client) -> None:
    file = as_csv([SECRET, 1], headings=("token_key", "quota"))
    file.name = "log.csv"
    answer = dana.post(f"{PAGE}files/", {"file": file})
    assert answer.status_code == 422
    assert "missing in the first line: request_id, created_at, model_name" in answer.text
    assert SECRET not in answer.text


def test_a_form_from_elsewhere_is_refused(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.dana)
    assert client.post(f"{PAGE}files/", {"file": as_csv(line())}).status_code == 403


def test_the_system_page_says_what_is_open_and_what_failed(dana: Client, theirs: GatewayLogRow) -> None:
    Reconciliation.objects.update(error="refused_token")
    text = dana.get("/admin-review/system/").text
    assert "1 line of the reconciliation is open" in text
    assert "The gateway refused the system token" in text
