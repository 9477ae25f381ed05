"""The OpenAI-compatible way: the same sandbox, asked and answered in another dialect."""

import base64
import json
import re
from io import BytesIO
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.sandbox.client import GEN_1, LITE, NB2, PRO, Client, image_url, photo


def message(answer: httpx2.Response) -> dict[str, Any]:
    assert answer.status_code == 200, answer.text
    [choice] = answer.json()["choices"]
    found: dict[str, Any] = choice["message"]
    return found


def opened(uri: str) -> Image.Image:
    kind, _, encoded = uri.partition(";base64,")
    image = Image.open(BytesIO(base64.b64decode(encoded, validate=True)))
    image.load()
    assert kind == f"data:{image.get_format_mimetype()}"
    return image


def beside(answer: httpx2.Response) -> list[Image.Image]:
    """The pictures in the list beside the words."""
    return [opened(image["image_url"]["url"]) for image in message(answer).get("images", [])]


def test_a_picture_comes_beside_the_words(client: Client) -> None:
    answer = client.chat("a cat")
    assert [image.size for image in beside(answer)] == [(1024, 1024)]
    assert "a cat" in message(answer)["content"]
    assert "data:" not in message(answer)["content"]
    body = answer.json()
    assert (body["object"], body["model"], body["choices"][0]["finish_reason"]) == ("chat.completion", PRO, "stop")
    assert answer.headers["x-request-id"] in body["id"]


def test_or_in_markdown_among_them(client: Client) -> None:
    answer = message(client.chat("a cat [sandbox:several=2] [sandbox:layout=markdown]"))
    found = re.findall(r"!\[image\]\((data:[^)]+)\)", answer["content"])
    assert [opened(uri).size for uri in found] == [(1024, 1024)] * 2
    assert answer["content"].startswith("Step 1: ")
    assert "images" not in answer


def test_tokens_have_openais_names(client: Client) -> None:
    usage = client.chat([{"type": "text", "text": "a cat"}, image_url(photo())]).json()["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["prompt_tokens"] == sum(usage["prompt_tokens_details"].values())
    assert usage["completion_tokens_details"]["reasoning_tokens"] >= 50
    assert usage["completion_tokens_details"]["image_tokens"] == 1120


def test_a_picture_in_base64_is_looked_at(client: Client) -> None:
    answer = client.chat([{"type": "text", "text": "a cat"}, image_url(photo(60, 90))])
    assert beside(answer)[0].size == (848, 1264)
    [request] = client.sandbox.requests()
    assert (request["images"], request["prompt"], request["model"], request["ignored"]) == (1, "a cat", PRO, [])


def test_a_picture_by_address_is_imagined_and_charged(client: Client) -> None:
    address = {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}
    assert beside(client.chat([{"type": "text", "text": "a cat"}, address]))[0].size == (1024, 1024)
    [request] = client.sandbox.requests()
    assert (request["images"], request["ignored"]) == (0, ["messages[0].content[1].image_url.url"])
    assert client.sandbox.charged_quota == 45_000


def test_pictures_of_all_turns_count_and_the_last_turn_is_the_prompt(client: Client) -> None:
    turns = [
        {"role": "system", "content": "You paint in oil."},
        {"role": "user", "content": [{"type": "text", "text": "[sandbox:503]"}, image_url(photo(60, 90))]},
        {"role": "assistant", "content": [image_url(photo(90, 60))]},
    ]
    answer = client.chat("and now in blue", messages=turns)
    assert beside(answer)[0].size == (1264, 848)
    assert client.sandbox.requests()[0]["images"] == 2
    assert client.chat([image_url(photo())] * 13, messages=turns).status_code == 400


def test_fields_of_the_other_dialect_are_passed_over(client: Client) -> None:
    assert beside(client.chat("a cat", aspect_ratio="9:16", generationConfig={}))[0].size == (1024, 1024)
    assert client.sandbox.requests()[0]["ignored"] == ["aspect_ratio", "generationConfig"]


def test_an_id_may_say_4k_for_clients_that_cannot(client: Client) -> None:
    assert beside(client.chat("a cat", model=f"{NB2}-4k"))[0].size == (4096, 4096)
    assert client.sandbox.charged_quota == 27_500


@pytest.mark.parametrize(
    ("marker", "finish", "content"),
    [
        ("text_refusal", "stop", "not able"),
        ("finish:IMAGE_SAFETY", "content_filter", ""),
        ("finish:PROHIBITED_CONTENT", "content_filter", ""),
        ("finish:UNHEARD_OF", "content_filter", ""),
        ("block", "content_filter", None),
        ("no_image", "stop", ""),
        ("max_tokens", "length", ""),
        ("empty", "stop", ""),
    ],
)
def test_refusals_are_choices_without_pictures(client: Client, marker: str, finish: str, content: str | None) -> None:
    answer = client.chat(f"[sandbox:{marker}]")
    assert "images" not in message(answer)
    assert answer.json()["choices"][0]["finish_reason"] == finish
    said = message(answer)["content"]
    assert said is None if content is None else content in said
    assert client.sandbox.charged_quota == 45_000


def test_rejected_before_anything_was_made_there_is_no_choice(client: Client) -> None:
    assert client.chat("[sandbox:null_candidates]").json()["choices"] == []


def test_thinking_in_words_stands_apart(client: Client) -> None:
    answer = client.chat("a cat [sandbox:thoughts]")
    assert message(answer)["reasoning_content"] == "Checking the composition first."
    assert len(beside(answer)) == 2


def test_the_other_shapes_of_a_picture_come_through(client: Client) -> None:
    assert opened(message(client.chat("a cat [sandbox:data_uri]"))["content"])
    assert beside(client.chat("a cat [sandbox:snake_case]"))
    assert message(client.chat("a cat", key="sk-oss-team"))["content"].startswith("http://")


STATUSES = {
    "status:400": (400, "invalid_argument"),
    "status:429": (429, "rate_limit_exceeded"),
    "status:503": (503, "no_available_channel"),
    "status:500": (500, "internal"),
    "quota": (403, "insufficient_user_quota"),
    "signature": (200, None),
}


@pytest.mark.parametrize("marker", STATUSES)
def test_errors_have_the_gateways_shape(client: Client, marker: str) -> None:
    answer = client.chat(f"[sandbox:{marker}]")
    status, code = STATUSES[marker]
    assert answer.status_code == status
    if code:
        error = answer.json()["error"]
        assert (error["code"], set(error)) == (code, {"message", "localized_message", "type", "param", "code"})


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"key": "sk-invalid"}, 401),
        ({"key": "sk-empty"}, 403),
        ({"model": "gpt-nobody"}, 404),
        ({"model": ""}, 400),
        ({"n": 2}, 400),
        ({"stream": True}, 400),
        ({"modalities": ["audio"]}, 400),
        ({"messages": [{"role": "robot", "content": "hello"}]}, 400),
        ({"messages": "hello"}, 400),
        ({"content": [{"type": "input_audio"}]}, 400),
        ({"content": [{"type": "image_url", "image_url": {"url": "iVBORw0KGgo"}}]}, 400),
        ({"content": [image_url(photo(), "image/gif")]}, 400),
        ({"content": [image_url(b"no picture")]}, 400),
        ({"content": ""}, 400),
    ],
)
def test_what_is_wrong_is_refused_in_the_gateways_shape(client: Client, fields: dict[str, Any], status: int) -> None:
    content = fields.pop("content", "a cat")
    if fields.get("messages") == "hello":
        answer = client.http.post(
            "/v1/chat/completions", json={"model": PRO, **fields}, headers={"Authorization": "Bearer sk-test"}
        )
    else:
        answer = client.chat(content, **fields)
    assert answer.status_code == status
    assert answer.json()["error"]["localized_message"]
    assert client.sandbox.charges() == []


def test_scripts_and_headers_and_the_log_know_no_difference(client: Client) -> None:
    client.sandbox.script([{"then": "status", "status": 429, "retry_after": 3}, {"then": "several", "count": 3}])
    refused, several = client.chat("a cat"), client.chat("a cat", model=LITE)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3")
    assert len(beside(several)) == 3
    [row] = client.manage("/api/log/self").json()["data"]
    assert (row["model_name"], row["quota"]) == (LITE, 12_500)
    assert json.loads(row["other"])["request_path"] == "/v1/chat/completions"
    [_, request] = client.sandbox.requests()
    assert (request["path"], request["scenario"]) == ("/v1/chat/completions", "several")


@pytest.mark.parametrize("marker", ["cut", "reset", "tail_close"])
def test_it_may_not_arrive_either(client: Client, marker: str) -> None:
    with pytest.raises(httpx2.HTTPError):
        client.chat(f"[sandbox:{marker}]", model=GEN_1)
    client.sandbox.wait_for_requests(1)
    assert client.sandbox.charged_quota == 10_000


def test_broken_bodies_are_broken_here_too(client: Client) -> None:
    assert client.chat("[sandbox:html]").text.startswith("<!DOCTYPE html>")
    assert client.chat("[sandbox:empty_body]").content == b""
    assert client.chat("[sandbox:status:502]").content == b""
    assert client.chat("[sandbox:status:400] [sandbox:wrapped]").json()[0]["error"]["code"] == "invalid_argument"


@pytest.mark.parametrize("place", ["/v1/images/generations", "/v1/images/edits", "/v1/responses"])
def test_there_is_no_other_way_in(client: Client, place: str) -> None:
    answer = client.http.post(
        place, json={"model": PRO, "prompt": "a cat"}, headers={"Authorization": "Bearer sk-test"}
    )
    assert (answer.status_code, "Invalid URL" in answer.json()["error"]["message"]) == (404, True)
