"""What a key decides: the group, its multiplier, its ids, by the call or by the token, and how many at once."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2
import pytest

from tests.sandbox.client import GEN_1, LITE, NB2, PRO, Client, photo, question
from tests.sandbox.process import running_sandbox


def row(client: Client) -> dict[str, Any]:
    [found] = client.manage("/api/log/self").json()["data"]
    assert isinstance(found, dict)
    return {**found, "other": json.loads(found["other"])}


@pytest.mark.parametrize(
    ("key", "model", "quota", "group", "ratio"),
    [
        ("sk-any", PRO, 45_000, "default", 1),
        ("sk-oss-1", PRO, 45_000, "NB-OSS", 1),
        ("sk-enterprise", PRO, 63_000, "NanoBananaEnterprise", 1.4),  # $0.126
        ("sk-enterprise-2", NB2, 38_500, "NanoBananaEnterprise", 1.4),  # $0.077
        ("sk-reverse", "gemini-3-pro-image", 36_000, "NanoBananaReverse", 0.8),  # $0.072
        ("sk-reverse", "gemini-3.1-flash-image", 22_000, "NanoBananaReverse", 0.8),  # $0.044
    ],
)
def test_a_group_has_its_multiplier(client: Client, key: str, model: str, quota: int, group: str, ratio: float) -> None:
    assert client.post(question("a cat"), model=model, key=key).status_code == 200
    assert client.sandbox.charged_quota == quota
    logged = row(client)
    assert (logged["quota"], logged["token_group"], logged["other"]["group_ratio"]) == (quota, group, ratio)
    assert logged["other"]["billing_type"] == "by_count"


def test_the_reverse_group_knows_no_preview_ids(client: Client) -> None:
    for model in (PRO, NB2, "nano-banana-pro"):
        answer = client.post(question("a cat"), model=model, key="sk-reverse")
        assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")
    assert client.post(question("a cat"), model=GEN_1, key="sk-reverse").status_code == 200


# Dollars per million tokens, in and out.
TOKEN_PRICES = [(PRO, 0.88, 52.8), (NB2, 0.18, 21.6), (LITE, 0.10, 12.0)]


@pytest.mark.parametrize(("model", "price_in", "price_out"), TOKEN_PRICES)
def test_a_token_key_pays_for_tokens(client: Client, model: str, price_in: float, price_out: float) -> None:
    answer = client.post(question("a cat", photo()), model=model, key="sk-token-1")
    usage = answer.json()["usageMetadata"]
    output = usage["candidatesTokenCount"] + usage.get("thoughtsTokenCount", 0)
    dollars = (usage["promptTokenCount"] * price_in + output * price_out) / 1_000_000
    assert client.sandbox.charged_quota == round(dollars * 500_000)
    logged = row(client)
    assert (logged["quota"], logged["other"]["billing_type"]) == (client.sandbox.charged_quota, "by_token")


def test_a_token_key_pays_thinking_once_on_a_block_and_little_for_a_refusal(client: Client) -> None:
    # Mirrored: candidatesTokenCount is the thinking over again.
    usage = client.post(question("[sandbox:finish:IMAGE_SAFETY]"), model=NB2, key="sk-token").json()["usageMetadata"]
    dollars = (usage["promptTokenCount"] * 0.18 + usage["thoughtsTokenCount"] * 21.6) / 1_000_000
    assert client.sandbox.charged_quota == round(dollars * 500_000) < 5_000


def test_a_token_key_pays_the_first_generation_by_the_call(client: Client) -> None:
    client.post(question("a cat"), model=GEN_1, key="sk-token")
    assert (client.sandbox.charged_quota, row(client)["other"]["billing_type"]) == (10_000, "by_count")


def test_several_pictures_cost_a_token_key_more_and_other_keys_the_same(client: Client) -> None:
    for key in ("sk-token", "sk-test"):
        client.post(question("[sandbox:several=6]"), model=NB2, key=key)
    by_token, by_count = (charge["amount"] for charge in client.sandbox.charges())
    assert by_count == 27_500
    # 6 x 1120 tokens and some more, measured at $0.173.
    assert 70_000 < by_token < 90_000


def test_a_token_key_pays_when_its_client_hangs_up(client: Client) -> None:
    with pytest.raises(httpx2.TimeoutException):
        client.http.post(
            f"/v1beta/models/{NB2}:generateContent",
            json=question("[sandbox:slow=30]"),
            headers={"Authorization": "Bearer sk-token"},
            timeout=0.1,
        )
    client.sandbox.wait_for_requests(1)
    assert client.sandbox.charged_quota > 10_000


def test_what_is_free_is_free_for_every_key(client: Client) -> None:
    for key in ("sk-token", "sk-enterprise"):
        client.post(question("[sandbox:503]"), key=key)
    assert client.sandbox.charges() == []
    assert client.manage("/api/user/self").json()["data"]["quota"] == 500_000_000


def test_a_failover_costs_the_price_of_the_other_group(client: Client) -> None:
    client.post(question("[sandbox:failover]"), model=NB2, key="sk-oss")
    logged = row(client)
    assert (logged["quota"], logged["token_group"]) == (38_500, "NanoBananaEnterprise")


def test_a_key_may_have_only_so_many_calls_under_way() -> None:
    with (
        running_sandbox(options=["--plain", "--calls-per-key", "2"]) as sandbox,
        httpx2.Client(base_url=sandbox.url, trust_env=False, timeout=10) as http,
        ThreadPoolExecutor(2) as pool,
    ):
        client = Client(sandbox, http)
        assert [client.ask("[sandbox:status:500]").status_code for _ in range(3)] == [500] * 3
        waiting = [pool.submit(client.ask, "[sandbox:timeout]") for _ in range(2)]
        wait_for_accepted(client, 5)
        third = client.ask("a cat")
        assert (third.status_code, third.json()["error"]["code"]) == (429, "rate_limit_exceeded")
        # For each key and model by itself.
        assert client.post(question("a cat"), key="sk-other").status_code == 200
        assert client.ask("a cat", model=NB2).status_code == 200
        assert len(sandbox.charges()) == 4
        sandbox.stop()
        for call in waiting:
            assert isinstance(call.exception(), httpx2.HTTPError)


def wait_for_accepted(client: Client, count: int) -> None:
    until = time.monotonic() + 10
    while sum(request["accepted"] for request in client.sandbox.requests()) < count:
        assert time.monotonic() < until
        time.sleep(0.02)


def test_retry_after_has_two_forms_and_any_junk(client: Client) -> None:
    def header(value: str) -> str:
        return client.ask(f"[sandbox:429] [sandbox:retry_after={value}]").headers["retry-after"]

    assert [header(value) for value in ("7", "0", "-1", "99999999999", "tomorrow")] == [
        "7",
        "0",
        "-1",
        "99999999999",
        "tomorrow",
    ]
    date = header("date:60")
    assert date.endswith(" GMT")
    assert 50 < parsedate_to_datetime(date).timestamp() - time.time() <= 60
    client.sandbox.script([{"then": "status", "status": 503, "retry_after": "date:-60"}])
    assert parsedate_to_datetime(client.ask("a cat").headers["retry-after"]).timestamp() < time.time()
