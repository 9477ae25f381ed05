"""A run by the API is a run: the same form, the same hold, the same questions, and one key makes one of them."""

from http import HTTPStatus
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from studio.ledger.project_budget import set_project_budget
from studio.models import Instance, LedgerEntry, Membership, Price, Role, Run, Upload
from studio.models.ledger_entry import Kind
from studio.provider.outcome import Outcome
from tests.api.calling import caller, kind_of
from tests.people import Cast, allow
from tests.runs import make_run
from tests.views.booked import end
from tests.views.composing import make_upload, picture_file

A_BOAT: dict[str, Any] = {"prompt": "A red boat", "model": "pro", "size": "1K"}


def submit(client: Client, cast: Cast, *, key: str = "", **changed: Any) -> Any:
    return client.post(
        f"/api/v1/projects/{cast.project.public_id}/runs",
        A_BOAT | changed,
        content_type="application/json",
        headers={"Idempotency-Key": key or uuid4().hex},
    )


def nothing_was_held() -> bool:
    return not Run.objects.exists() and not LedgerEntry.objects.filter(kind=Kind.HOLD).exists()


def test_a_run_is_queued_and_its_money_is_held(cast: Cast) -> None:
    inputs = [f"upload:{make_upload(cast.project, cast.alice).public_id}"]
    response = submit(caller(cast.bob), cast, variations=3, ratio="source", inputs=inputs)
    told, run = response.json(), Run.objects.get()
    assert response.status_code == HTTPStatus.CREATED
    assert (run.person, run.project, run.variations, run.ratio) == (cast.bob, cast.project, 3, "")
    assert (told["id"], told["inputs"], told["ratio"]) == (str(run.public_id), inputs, "source")
    assert [(each["status"], each["held_micros"]) for each in told["generations"]] == [("queued", 90_000)] * 3
    assert caller(cast.bob).get("/api/v1/me").json()["month"]["held_micros"] == 270_000


def test_the_same_key_is_the_same_run_whatever_has_changed_since(cast: Cast) -> None:
    client = caller(cast.bob)
    first = submit(client, cast, key="nightly-1")
    allow(cast.bob, 90_000)  # all of it is held
    Price.objects.create(model_key="pro", amount_micros=95_000, effective_at=timezone.now())
    again = submit(client, cast, key="nightly-1")
    assert (again.status_code, again["Idempotent-Replayed"]) == (HTTPStatus.OK, "true")
    assert again.json()["id"] == first.json()["id"]
    assert Run.objects.count() == 1


@pytest.mark.parametrize(
    "changed", [{"prompt": "A blue boat"}, {"variations": 2}, {"size": "2K"}, {"ratio": "4:3"}, {"image_only": True}]
)
def test_the_same_key_with_other_values_is_refused(cast: Cast, changed: dict[str, Any]) -> None:
    client = caller(cast.bob)
    submit(client, cast, key="nightly-1")
    refused = submit(client, cast, key="nightly-1", **changed)
    assert (refused.status_code, kind_of(refused)) == (HTTPStatus.CONFLICT, "key-reused")
    assert Run.objects.count() == 1


def test_a_key_is_its_persons_own(cast: Cast) -> None:
    assert submit(caller(cast.bob), cast, key="1").status_code == HTTPStatus.CREATED
    assert submit(caller(cast.alice), cast, key="1").status_code == HTTPStatus.CREATED


def test_without_a_key_nothing_is_paid_for(cast: Cast) -> None:
    address = f"/api/v1/projects/{cast.project.public_id}/runs"
    refused = caller(cast.bob).post(address, A_BOAT, content_type="application/json")
    assert list(refused.json()["errors"]) == ["Idempotency-Key"]
    assert nothing_was_held()


def test_what_does_not_fit_is_not_held(cast: Cast) -> None:
    allow(cast.bob, 100_000)
    refused = submit(caller(cast.bob), cast, variations=2)
    assert (refused.status_code, kind_of(refused)) == (HTTPStatus.PAYMENT_REQUIRED, "over-budget")
    assert (refused.json()["total_micros"], refused.json()["left_micros"]) == (180_000, 100_000)
    set_project_budget(cast.project, 50_000, now=timezone.now())
    assert kind_of(submit(caller(cast.bob), cast)) == "over-budget"
    assert nothing_was_held()


def test_a_price_that_was_quoted_is_the_one_that_holds(cast: Cast) -> None:
    client = caller(cast.bob)
    refused = submit(client, cast, price_micros=50_000)
    assert (refused.status_code, kind_of(refused)) == (HTTPStatus.CONFLICT, "price-changed")
    assert nothing_was_held()
    assert submit(client, cast, **refused.json()["add"]).status_code == HTTPStatus.CREATED


def test_a_dear_run_wants_its_sum_confirmed(cast: Cast) -> None:
    Instance.current()
    Instance.objects.update(confirm_above_micros=100_000)
    client = caller(cast.bob)
    refused = submit(client, cast, variations=2)
    assert (refused.status_code, kind_of(refused)) == (HTTPStatus.CONFLICT, "not-confirmed")
    assert nothing_was_held()
    assert submit(client, cast, variations=2, **refused.json()["add"]).status_code == HTTPStatus.CREATED


def test_what_was_declined_before_is_not_paid_for_by_accident(cast: Cast) -> None:
    end(make_run(cast.bob, cast.project, prompt=A_BOAT["prompt"]).generations.get(), Outcome.REFUSED_PROMPT)
    client = caller(cast.bob)
    refused = submit(client, cast)
    assert kind_of(refused) == "declined-before"
    assert refused.json()["title"] == "Declined 1 time before: $0.09 for no picture"
    assert submit(client, cast, **refused.json()["add"]).status_code == HTTPStatus.CREATED


def test_while_sending_is_paused_nothing_is_taken(cast: Cast) -> None:
    Instance.current()
    Instance.objects.update(paused_reason="The provider is being changed")
    refused = submit(caller(cast.bob), cast)
    assert (kind_of(refused), refused.json()["detail"]) == (
        "paused",
        "The provider is being changed. Nothing was held.",
    )


def test_wrong_values_are_told_in_the_words_of_the_form(cast: Cast) -> None:
    refused = submit(caller(cast.bob), cast, prompt=" ", model="lite", size="4K", inputs=[f"output:{uuid4()}"])
    assert (refused.status_code, kind_of(refused)) == (HTTPStatus.UNPROCESSABLE_ENTITY, "invalid")
    assert refused.json()["errors"] == {
        "inputs": ["One image is no longer here. Look through the tray before you generate."],
        "prompt": ["Write a prompt first."],
        "size": ["2 Lite makes 1K images only."],
    }
    assert list(submit(caller(cast.bob), cast, person="alice").json()["errors"]) == ["person"]
    assert list(submit(caller(cast.bob), cast, variations="2").json()["errors"]) == ["variations"]
    assert nothing_was_held()


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[" * 100_000,
        b'{"prompt": "\\ud800", "model": "pro"}',
        b'{"prompt": NaN, "model": "pro"}',
        b"\xff\xfe{}",
        b'{"prompt": "' + b"a" * 3_000_000 + b'", "model": "pro"}',
    ],
    ids=["half", "deep", "B81 half of a pair", "no number", "UTF-16", "B70 3 MB"],
)
def test_a_body_that_cannot_be_read_is_refused(cast: Cast, body: bytes) -> None:
    address = f"/api/v1/projects/{cast.project.public_id}/runs"
    headers = {"Idempotency-Key": "1"}
    refused = caller(cast.bob).generic("POST", address, body, "application/json", headers=headers)
    assert (refused.status_code, kind_of(refused)) == (HTTPStatus.BAD_REQUEST, "unreadable")


def test_B80_a_null_character_is_no_prompt(cast: Cast) -> None:
    assert list(submit(caller(cast.bob), cast, prompt="A\0boat").json()["errors"]) == ["prompt"]


def test_a_viewer_and_a_stranger_make_nothing(cast: Cast) -> None:
    assert kind_of(submit(caller(cast.vera), cast)) == "forbidden"
    assert kind_of(submit(caller(cast.charlie), cast)) == "not-found"
    client = caller(cast.bob)
    Membership.objects.filter(person=cast.bob).update(role=Role.VIEWER)
    assert kind_of(submit(client, cast)) == "forbidden", "asked anew each time"
    assert nothing_was_held()


def test_what_waits_is_cancelled_and_what_was_sent_is_not(cast: Cast) -> None:
    client = caller(cast.bob)
    waits = submit(client, cast).json()["generations"][0]["id"]
    address = f"/api/v1/generations/{waits}/cancellation"
    for _ in range(2):
        told = client.post(address).json()
        assert (told["status"], told["charge"]) == ("cancelled", "none")
    sent = make_run(cast.bob, cast.project).generations.get()
    end(sent, Outcome.DELIVERED)
    refused = client.post(f"/api/v1/generations/{sent.public_id}/cancellation")
    assert (refused.status_code, kind_of(refused)) == (HTTPStatus.CONFLICT, "sent")


def test_an_image_comes_in_through_the_gate_and_goes_along(cast: Cast) -> None:
    client, address = caller(cast.bob), f"/api/v1/projects/{cast.project.public_id}/uploads"
    told = client.post(address, {"file": picture_file()})
    assert told.status_code == HTTPStatus.CREATED
    assert (told.json()["width"], told.json()["name"]) == (60, "boat.png")
    assert submit(client, cast, inputs=[told.json()["reference"]]).status_code == HTTPStatus.CREATED
    refused = client.post(address, {"file": SimpleUploadedFile("a.png", b"no picture", "image/png")})
    assert refused.json()["errors"] == {"file": ["a.png is not a PNG, JPEG, WebP or HEIC image."]}
    assert Upload.objects.count() == 1
