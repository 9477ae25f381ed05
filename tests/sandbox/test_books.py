"""The two books, the account and the log: what was asked, what was charged, and that they agree."""

import hashlib
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest

from studio.provider.catalogue import MODELS
from tests.sandbox.client import NB2, Client, photo, question
from tests.sandbox.process import RunningSandbox, running_sandbox

CHARGED = [
    "delivered",
    "text_refusal",
    "null_candidates",
    "block",
    "finish:IMAGE_SAFETY",
    "no_image",
    "empty",
    "corrupt",
    "oss_expired",
    "html",
    "cut",
    "reset",
    "timeout=0.01",
    "tail_close",
    "status:408",
    "status:499",
    "status:504",
    "status:524",
]
FREE = [
    "status:400",
    "status:401",
    "status:403",
    "status:404",
    "status:413",
    "status:429",
    "status:500",
    "status:502",
    "status:503",
    "write_response_body_failed",
    "quota",
    "lookalike_429",
    "redirect",
]


def tell(client: Client, prompt: str) -> None:
    """Ask, and do not care how it ends."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(client.ask, prompt).exception()


@pytest.mark.parametrize("scenario", CHARGED)
def test_what_the_gateway_charges_is_in_the_book(client: Client, scenario: str) -> None:
    tell(client, f"[sandbox:{scenario}]")
    [request] = client.sandbox.wait_for_requests(1)
    [charge] = client.sandbox.charges()
    assert (charge["amount"], charge["id"], charge["sequence"]) == (45_000, request["id"], request["sequence"])


@pytest.mark.parametrize("scenario", FREE)
def test_what_the_gateway_does_not_charge_is_not(client: Client, scenario: str) -> None:
    tell(client, f"[sandbox:{scenario}]")
    client.sandbox.wait_for_requests(1)
    assert client.sandbox.charges() == []
    assert client.manage("/api/user/self").json()["data"]["quota"] == 500_000_000


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_a_call_costs_what_the_catalogue_says(client: Client, model: Any) -> None:
    client.ask("a cat", model=model.wire_id)
    assert client.sandbox.charged_micros == model.price_micros


def test_the_charge_can_be_turned_round(client: Client) -> None:
    client.ask("[sandbox:text_refusal] [sandbox:free]")
    client.ask("[sandbox:status:503] [sandbox:charged]")
    assert [charge["reason"] for charge in client.sandbox.charges()] == ["status:503"]


def test_a_failover_costs_more_and_the_log_says_why(client: Client) -> None:
    client.ask("[sandbox:failover]", model=NB2)
    assert client.sandbox.charged_quota == 38_500  # 27,500 x 1.4
    [row] = client.manage("/api/log/self").json()["data"]
    assert (row["quota"], json.loads(row["other"])["group_ratio"]) == (38_500, 1.4)


def test_the_book_of_requests_says_what_was_sent(client: Client) -> None:
    body = json.dumps(question("a cat", photo(), size="2K", ratio="16:9")).encode()
    client.post(body, X_NB_Attempt="attempt-7")
    [request] = client.sandbox.wait_for_requests(1)
    expected = {
        "attempt": "attempt-7",
        "size": "2K",
        "ratio": "16:9",
        "images": 1,
        "body_bytes": len(body),
        "body_sha256": hashlib.sha256(body).hexdigest(),
        "scenario": "delivered",
        "status": 200,
        "stayed": True,
        "accepted": True,
    }
    assert request.items() >= expected.items()
    assert request["headers"]["authorization"] == "***"
    assert client.sandbox.charges()[0]["attempt"] == "attempt-7"


def test_refused_requests_are_in_the_book_and_cost_nothing(client: Client) -> None:
    client.ask("a cat", size="9K")
    [request] = client.sandbox.wait_for_requests(1)
    assert (request["accepted"], request["status"], client.sandbox.charges()) == (False, 400, [])


def test_a_reset_empties_everything(client: Client) -> None:
    client.ask("a cat")
    client.sandbox.reset()
    assert (client.sandbox.requests(), client.sandbox.charges()) == ([], [])
    assert client.manage("/api/user/self").json()["data"]["used_quota"] == 0


def test_the_file_outlives_the_sandbox(tmp_path: Path) -> None:
    book = tmp_path / "book.jsonl"
    with running_sandbox(book=book, options=["--plain"]) as sandbox:
        with_client(sandbox, "a cat")
        sandbox.wait_for_requests(1)
        sandbox.process.kill()
    lines = [json.loads(line) for line in book.read_text().splitlines()]
    assert [line["event"] for line in lines] == ["read", "charge", "end"]
    assert len({line["id"] for line in lines}) == 1


def test_refusals_can_be_free() -> None:
    with running_sandbox(options=["--refusals-free", "--log-failures", "--plain"]) as sandbox:
        with_client(sandbox, "[sandbox:text_refusal]")
        assert sandbox.charges() == []


@pytest.mark.thorough
def test_an_account_runs_dry() -> None:
    with running_sandbox(options=["--balance", "0.2", "--plain"]) as sandbox:
        assert [with_client(sandbox, "a cat") for _ in range(3)] == [200, 200, 403]


def with_client(sandbox: RunningSandbox, prompt: str) -> int:
    with httpx2.Client(base_url=sandbox.url, trust_env=False) as http:
        return Client(sandbox, http).ask(prompt).status_code


def test_the_balance_shows_what_was_spent(client: Client) -> None:
    client.ask("a cat")
    data = client.manage("/api/user/self").json()["data"]
    assert (data["quota"], data["used_quota"], data["request_count"]) == (499_955_000, 45_000, 1)


def test_the_management_pages_want_the_system_token_bare(client: Client) -> None:
    for token in ("Bearer sys-sandbox", "sk-test", ""):
        answer = client.manage("/api/log/self", token=token)
        assert (answer.status_code, answer.json()["success"]) == (401, False)


def test_a_row_of_the_log_is_shaped_like_the_real_one(client: Client) -> None:
    answer = client.ask("a cat")
    [row] = client.manage("/api/log/self", type=2).json()["data"]
    assert row["request_id"] == answer.headers["x-request-id"]
    assert row["completion_tokens"] == answer.json()["usageMetadata"]["candidatesTokenCount"]
    # As on the real log: the key, without its prefix.
    assert row["token_key"] == "test"
    assert json.loads(row["other"])["billing_type"] == "by_count"
    assert set(row) >= {"created_at", "model_name", "token_group", "quota", "error_code", "content"}


def test_the_log_is_read_in_pages_and_windows(client: Client) -> None:
    for _ in range(12):
        client.ask("a cat", model=NB2)
    log = "/api/log/self"
    assert len(client.manage(log).json()["data"]) == 10
    assert len(client.manage(log, page_size=100).json()["data"]) == 10
    assert len(client.manage(log, pageSize=100).json()["data"]) == 12
    assert len(client.manage(log, p=1).json()["data"]) == 2
    assert client.manage(log, pageSize=100, end_timestamp=int(time.time()) - 3600).json()["data"] == []
    assert client.manage(log, model_name="another").json()["data"] == []
    assert client.manage(log, pageSize=5001).json()["success"] is False


def test_the_log_looks_at_one_day_at_most(client: Client) -> None:
    client.ask("a cat")
    now, log = int(time.time()), "/api/log/self"
    refused = client.manage(log, start_timestamp=now - 86_402, end_timestamp=now)
    assert (refused.status_code, refused.json()["success"]) == (400, False)
    day = client.manage(log, start_timestamp=now - 86_390, end_timestamp=now + 10).json()["data"]
    assert len(day) == 1
    assert len(client.manage(log, start_timestamp=now - 10).json()["data"]) == 1
    assert client.manage(log, start_timestamp=now - 200_000).json()["data"] == []
    assert client.manage(log, p="soon").json()["success"] is False


def test_one_row_is_found_by_its_id(client: Client) -> None:
    ids = [client.ask("a cat").headers["x-request-id"] for _ in range(3)]
    [row] = client.manage("/api/log/self", request_id=ids[1]).json()["data"]
    assert row["request_id"] == ids[1]


def test_the_log_is_packed_for_those_who_take_it(client: Client) -> None:
    client.ask("a cat")
    packed = client.http.get("/api/log/self", headers={"Authorization": "sys-sandbox", "Accept-Encoding": "gzip"})
    plain = client.http.get("/api/log/self", headers={"Authorization": "sys-sandbox", "Accept-Encoding": "identity"})
    assert (packed.headers["content-encoding"], "content-encoding" in plain.headers) == ("gzip", False)
    assert packed.json() == plain.json()


@pytest.mark.thorough
def test_rows_come_late() -> None:
    with running_sandbox(options=["--log-delay", "60", "--log-failures", "--plain"]) as sandbox:
        assert (with_client(sandbox, "a cat"), len(sandbox.charges()), log_of(sandbox)) == (200, 1, [])


def test_failures_are_in_the_log_only_where_they_are_wanted(client: Client) -> None:
    asked = ("[sandbox:status:503]", "[sandbox:finish:IMAGE_SAFETY] [sandbox:free]", "[sandbox:once=429]", "")
    with running_sandbox(options=["--log-failures", "--plain"]) as sandbox:
        for prompt in asked:
            with_client(sandbox, prompt)
            client.ask(prompt)
        assert [(row["quota"], row["error_code"]) for row in log_of(sandbox)] == [
            (0, "400"),
            (0, "status:429"),
            (0, "finish:IMAGE_SAFETY"),
            (0, "status:503"),
        ]
    assert client.manage("/api/log/self").json()["data"] == []


def log_of(sandbox: RunningSandbox) -> list[dict[str, Any]]:
    with httpx2.Client(base_url=sandbox.url, trust_env=False) as http:
        rows: list[dict[str, Any]] = Client(sandbox, http).manage("/api/log/self").json()["data"]
    return rows


def test_models_and_prices_are_those_of_the_catalogue(client: Client) -> None:
    listed = client.http.get("/v1/models", headers={"Authorization": "Bearer sk-test"}).json()["data"]
    assert {row["id"] for row in listed} == {wire_id for model in MODELS for wire_id in model.wire_ids}
    prices = {row["model_name"]: row["model_price"] for row in client.http.get("/api/pricing").json()["data"]}
    assert prices[NB2] == 0.055
