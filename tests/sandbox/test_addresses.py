"""Pictures by address: judged by the address alone, since the sandbox opens no connection."""

from typing import Any

import httpx2
import pytest

from tests.sandbox.client import Client, images, question, texts


def link(uri: str, mime_type: str | None = "image/jpeg") -> dict[str, Any]:
    return {"fileData": {"fileUri": uri, **({"mimeType": mime_type} if mime_type else {})}}


def ask(client: Client, *parts: dict[str, Any], prompt: str = "a cat", key: str = "sk-test") -> httpx2.Response:
    body = question(prompt)
    body["contents"][0]["parts"].extend(parts)
    return client.post(body, key=key)


def prompt_tokens(answer: httpx2.Response) -> int:
    found: int = answer.json()["usageMetadata"]["promptTokenCount"]
    return found


def test_an_address_elsewhere_counts_as_a_picture_nobody_sees(client: Client) -> None:
    answer = ask(client, link("https://example.com/a.jpg"))
    assert images(answer)[0].size == (1024, 1024)
    assert prompt_tokens(answer) - prompt_tokens(ask(client)) == 258
    assert client.sandbox.requests()[0]["images"] == 1


def test_an_address_in_the_own_bucket_is_looked_at(client: Client) -> None:
    [url] = texts(client.ask("a cat [sandbox:oss]", ratio="9:16"))
    assert images(ask(client, link(url)))[0].size == (768, 1376)
    # It is a JPEG, whatever its name says.
    wrong = ask(client, link(url, "image/png"))
    assert (wrong.status_code, wrong.json()["error"]["type"]) == (429, "invalid_request_error")
    expired = ask(client, link(url.replace("Expires=1", "Expires=2")))
    assert expired.status_code == 400


@pytest.mark.parametrize(
    "part",
    [
        link("https://pictures.example.cn/a.jpg"),
        link("https://a.china-cdn.example/a.jpg"),
        link("https://example.com/a.jpg", None),
        link("https://example.com/a.jpg", ""),
    ],
)
def test_what_cannot_be_reached_is_not_there_and_costs_the_same(client: Client, part: dict[str, Any]) -> None:
    answer = ask(client, part)
    assert images(answer)
    assert prompt_tokens(answer) < 258
    [request] = client.sandbox.requests()
    assert (request["images"], request["ignored"]) == (0, ["contents[0].parts[1].fileData.fileUri"])
    assert client.sandbox.charged_quota == 45_000


@pytest.mark.parametrize(
    ("part", "status"),
    [
        (link("https://example.com/a.jpg?x-oss-process=image/resize"), 429),
        (link("https://example.com/a.jpg?imageMogr2/thumbnail/300x"), 429),
        (link("https://example.com/a.gif", "image/gif"), 400),
        (link("http://example.com/a.jpg"), 400),
        (link("ftp://example.com/a.jpg"), 400),
        (link("a.jpg"), 400),
        (link("https:///a.jpg"), 400),
        (link("gs://bucket/a.jpg"), 400),
    ],
)
def test_other_addresses_are_refused_and_free(client: Client, part: dict[str, Any], status: int) -> None:
    assert ask(client, part).status_code == status
    assert client.sandbox.charges() == []


def test_a_key_may_be_allowed_to_name_buckets(client: Client) -> None:
    assert ask(client, link("gs://bucket/a.jpg"), key="sk-gs-1").status_code == 200
    assert client.sandbox.requests()[0]["images"] == 1


def test_addresses_count_towards_the_limit_too(client: Client) -> None:
    many = [link(f"https://example.com/{number}.jpg") for number in range(15)]
    assert "Too many images: 15" in ask(client, *many).json()["error"]["message"]


def test_snake_case_addresses_are_ignored(client: Client) -> None:
    assert ask(client, {"fileData": {"file_uri": "https://example.com/a.jpg", "mimeType": "image/jpeg"}}).is_success
    assert client.sandbox.requests()[0]["ignored"] == ["contents[0].parts[1].fileData.file_uri"]
