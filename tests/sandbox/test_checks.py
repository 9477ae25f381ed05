"""What the gateway refuses, and in which order."""

import base64
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from studio.provider.catalogue import IMAGE_BYTES_MAX, MODELS, Model
from tests.sandbox.client import GEN_1, LITE, NB2, NB21, PRO, Client, images, inline, photo, question, texts


def test_any_key_works_but_a_few(client: Client) -> None:
    refused = {
        key: client.post(question("a cat"), key=key).status_code
        for key in ("sk-anything", "sk-invalid", "sk-forbidden", "sk-empty", "sys-sandbox", "none")
    }
    assert refused == {
        "sk-anything": 200,
        "sk-invalid": 401,
        "sk-forbidden": 403,
        "sk-empty": 403,
        "sys-sandbox": 401,
        "none": 401,
    }


def test_an_empty_account_is_told_by_its_code(client: Client) -> None:
    error = client.post(question("a cat"), key="sk-empty").json()["error"]
    assert (error["code"], error["type"]) == ("insufficient_user_quota", "shell_api_error")


def test_googles_own_header_and_path_are_taken(client: Client) -> None:
    answer = client.http.post(
        f"/v1/models/{PRO}:generateContent", json=question("a cat"), headers={"x-goog-api-key": "sk-test"}
    )
    assert answer.status_code == 200


def test_checks_come_in_the_order_of_the_gateway(client: Client) -> None:
    wrong = b"{ this is no JSON"
    assert client.post(wrong, model="nobody", key="sk-invalid").status_code == 401
    assert client.post(wrong, model="nobody", key="sk-empty").status_code == 404
    assert client.post(wrong, key="sk-empty").status_code == 403
    assert client.post(wrong).status_code == 400
    many = question("a cat", *[photo()] * 15, size="9K", candidateCount=2)
    assert "Too many images" in client.post(many).json()["error"]["message"]
    sized = question("a cat", size="9K", candidateCount=2)
    assert "image_size" in client.post(sized).json()["error"]["message"]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_every_size_and_ratio_of_the_catalogue_comes_out_as_promised(client: Client, model: Model) -> None:
    small = [size for size in model.sizes if size in {"512", "1K"}]
    for ratio in model.ratios:
        wanted = {"size": small[0]} if model.sends_size else {}
        answer = client.ask("a cat", model=model.wire_id, ratio=ratio, **wanted)
        assert images(answer)[0].size == model.pixels(small[0], ratio)


@pytest.mark.parametrize(
    ("model", "config"),
    [
        (PRO, {"size": "4k"}),
        (PRO, {"size": "0.5K"}),
        (PRO, {"size": "512"}),
        (NB21, {"size": "512"}),
        (LITE, {"size": "2K"}),
        (GEN_1, {"size": "1K"}),
        (PRO, {"ratio": "1:8"}),
        (GEN_1, {"ratio": "4:1"}),
        (PRO, {"ratio": "16x9"}),
        (PRO, {"candidateCount": 4}),
        (PRO, {"responseModalities": ["AUDIO"]}),
        (NB2, {"thinkingConfig": {"thinkingLevel": "medium"}}),
        (GEN_1, {"thinkingConfig": {"thinkingLevel": "high"}}),
    ],
)
def test_a_setting_the_model_lacks_is_a_400_of_google(client: Client, model: str, config: dict[str, str]) -> None:
    answer = client.ask("a cat", model=model, **config)
    assert answer.status_code == 400
    assert answer.json()["error"]["status"] == "INVALID_ARGUMENT"
    assert client.sandbox.charges() == []


def test_pro_takes_any_thinking_level_and_ignores_it(client: Client) -> None:
    assert client.ask("a cat", thinkingConfig={"thinkingLevel": "medium"}).status_code == 200


def test_an_image_above_the_limit_is_refused(client: Client) -> None:
    heavy = photo() + b"\0" * (IMAGE_BYTES_MAX - len(photo()) + 1)
    assert client.ask("a cat", heavy).status_code == 400
    assert client.ask("a cat", heavy[:-1]).status_code == 200


@pytest.mark.parametrize(
    "part",
    [
        inline(photo(), "image/gif"),
        inline(b"no picture at all"),
        {"inlineData": {"mimeType": "image/png", "data": "not base64!"}},
        {"text": "both", **inline(photo())},
    ],
)
def test_an_unusable_image_part_is_refused(client: Client, part: dict[str, object]) -> None:
    body = question("a cat")
    body["contents"][0]["parts"].append(part)
    assert client.post(body).status_code == 400


def test_both_base64_alphabets_are_read(client: Client) -> None:
    picture = photo(64, 64)
    part = {"inlineData": {"mimeType": "image/png", "data": base64.urlsafe_b64encode(picture).decode()}}
    body = question("a cat")
    body["contents"][0]["parts"].append(part)
    assert client.post(body).status_code == 200
    # As some writers of JSON escape it.
    escaped = base64.b64encode(picture).decode().replace("/", "\\/")
    raw = f'{{"contents":[{{"parts":[{{"inlineData":{{"mimeType":"image/png","data":"{escaped}"}}}}]}}]}}'
    assert client.post(raw.encode()).status_code == 200
    assert [request["images"] for request in client.sandbox.requests()] == [1, 1]


def test_a_body_above_the_limit_is_refused(client: Client) -> None:
    answer = client.post(b" " * 100_000_000)
    assert answer.status_code == 413
    assert client.sandbox.requests()[0]["body_bytes"] == 100_000_000


def test_snake_case_is_ignored_without_a_word_and_charged(client: Client) -> None:
    body = question("a cat")
    data = base64.b64encode(photo(40, 80)).decode()
    body["contents"][0]["parts"] += [
        {"inline_data": {"mime_type": "image/png", "data": data}},
        {"inlineData": {"mime_type": "image/png", "data": data}},
    ]
    body["generation_config"] = {"image_config": {"image_size": "9K"}}
    answer = client.post(body)
    assert images(answer)[0].size == (1024, 1024)
    request = client.sandbox.requests()[0]
    assert request["images"] == 0
    assert request["ignored"] == [
        "generation_config",
        "contents[0].parts[1].inline_data",
        "contents[0].parts[2].inlineData.mime_type",
    ]
    assert client.sandbox.charged_quota == 45_000


def test_the_one_snake_case_name_of_googles_sdk_is_read(client: Client) -> None:
    data = base64.urlsafe_b64encode(photo(40, 80)).decode()
    body = {"contents": [{"parts": [{"text": "a cat"}, {"inlineData": {"data": data, "mime_type": "image/png"}}]}]}
    answer = client.http.post(f"/v1/models/{PRO}:generateContent", json=body, headers={"x-goog-api-key": "sk-test"})
    assert client.sandbox.requests()[0]["images"] == 1
    assert images(answer)[0].size == (768, 1376)


def test_without_a_ratio_the_last_image_decides(client: Client) -> None:
    assert images(client.ask("a cat"))[0].size == (1024, 1024)
    assert images(client.ask("a cat", photo(90, 60), photo(60, 90)))[0].size == (848, 1264)


def test_an_upright_photo_taken_sideways_counts_as_upright(client: Client) -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    data = BytesIO()
    Image.new("RGB", (90, 60)).save(data, "JPEG", exif=turned)
    body = question("a cat")
    body["contents"][0]["parts"].append(inline(data.getvalue(), "image/jpeg"))
    assert images(client.post(body))[0].size == (848, 1264)


def test_a_body_may_come_in_chunks(client: Client) -> None:
    def pieces() -> Iterator[bytes]:
        yield b'{"contents":[{"parts":'
        yield b'[{"text":"a cat"}]}]}'

    answer = client.http.post(
        f"/v1beta/models/{PRO}:generateContent", content=pieces(), headers={"Authorization": "Bearer sk-test"}
    )
    assert answer.status_code == 200
    assert texts(answer)


def test_a_signature_moved_to_another_model_is_refused(client: Client) -> None:
    first = client.ask("a cat")
    history = {"role": "model", "parts": first.json()["candidates"][0]["content"]["parts"]}
    body = question("now with a hat")
    body["contents"] = [*question("a cat")["contents"], history, *body["contents"]]
    assert client.post(body).status_code == 200
    refused = client.post(body, model=NB2)
    assert refused.status_code == 400
    assert "thought signature" in refused.json()["error"]["message"]


def test_a_link_that_processes_its_picture_gets_the_misleading_429(client: Client) -> None:
    body = question("a cat")
    link = "https://example.com/a.jpg?x-oss-process=image/resize"
    body["contents"][0]["parts"].append({"fileData": {"mimeType": "image/jpeg", "fileUri": link}})
    answer = client.post(body)
    assert (answer.status_code, answer.json()["error"]["type"]) == (429, "invalid_request_error")
