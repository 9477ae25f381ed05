"""What comes back: every shape that the models and the gateway are known to use."""

import base64
import binascii
import json
import struct
from io import BytesIO
from typing import Any

import pytest
from PIL import Image, UnidentifiedImageError

from tests.sandbox.client import GEN_1, NB2, PRO, Client, images, parts, photo, question, texts


def usage(answer: Any) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["usageMetadata"]
    return found


def test_a_delivered_picture_is_a_jpeg_with_words_and_signatures(client: Client) -> None:
    answer = client.ask("a cat")
    picture = images(answer)[0]
    assert (picture.format, picture.size) == ("JPEG", (1024, 1024))
    assert len(texts(answer)) == 1
    assert all(part["thoughtSignature"] for part in parts(answer))
    assert answer.json()["modelVersion"] == "gemini-3-pro-image"
    assert answer.headers["x-request-id"] in answer.json()["responseId"]


def test_asked_for_pictures_alone_the_model_says_nothing(client: Client) -> None:
    answer = client.ask("[sandbox:several]", responseModalities=["IMAGE"])
    assert (len(images(answer)), texts(answer)) == (3, [])


def test_png_on_demand(client: Client) -> None:
    answer = client.ask("a cat [sandbox:png]")
    assert images(answer)[0].format == "PNG"
    assert parts(answer)[-1]["inlineData"]["mimeType"] == "image/png"


def test_pixels_may_differ_from_the_table(client: Client) -> None:
    assert images(client.ask("a cat [sandbox:pixels=1408x768]"))[0].size == (1408, 768)


def test_several_pictures_have_words_between_them(client: Client) -> None:
    answer = client.ask("a cat [sandbox:several=4]")
    kinds = ["text" if "text" in part else "image" for part in parts(answer)]
    assert kinds == ["text", "image"] * 4
    assert len({picture.tobytes() for picture in images(answer)}) == 4


def test_drafts_come_back_to_back_and_unflagged(client: Client) -> None:
    answer = client.ask("a cat [sandbox:drafts]")
    assert [sorted(part) for part in parts(answer)] == [["inlineData", "thoughtSignature"]] * 3


def test_duplicates_are_the_same_bytes(client: Client) -> None:
    first, second = (part["inlineData"]["data"] for part in parts(client.ask("[sandbox:duplicates] cat")))
    assert first == second


def test_thoughts_are_flagged_and_unsigned(client: Client) -> None:
    *thoughts, final = parts(client.ask("a cat [sandbox:thoughts]"))
    assert [(part["thought"], "thoughtSignature" in part) for part in thoughts] == [(True, False)] * 2
    assert "thought" not in final
    only = parts(client.ask("a cat [sandbox:thought_only]"))
    assert all(part["thought"] for part in only)


def test_a_picture_can_come_with_a_reason_that_is_not_stop(client: Client) -> None:
    answer = client.ask("a cat [sandbox:unfinished]")
    assert answer.json()["candidates"][0]["finishReason"] == "MAX_TOKENS"
    assert images(answer)


def test_a_picture_can_hide_in_text_or_in_snake_case(client: Client) -> None:
    [text] = texts(client.ask("a cat [sandbox:data_uri]"))
    assert text.startswith("data:image/jpeg;base64,")
    part = parts(client.ask("a cat [sandbox:snake_case]"))[-1]
    assert part["inline_data"]["mime_type"] == "image/jpeg"


def test_refusals_look_as_they_do_in_the_wild(client: Client) -> None:
    refusal = client.ask("[sandbox:text_refusal]")
    assert (images(refusal), len(texts(refusal))) == ([], 1)
    assert refusal.json()["candidates"][0]["finishReason"] == "STOP"
    assert client.ask("[sandbox:null_candidates]").json()["candidates"] is None
    blocked = client.ask("[sandbox:block:JAILBREAK]").json()
    assert (blocked["promptFeedback"]["blockReason"], "candidates" in blocked) == ("JAILBREAK", False)
    filtered = client.ask("[sandbox:finish:IMAGE_SAFETY]").json()["candidates"][0]
    assert filtered["content"] == {"parts": None}
    assert "not be charged" in filtered["finishMessage"]
    empty = client.ask("[sandbox:empty]").json()["candidates"][0]
    assert (empty["content"]["parts"], empty["finishReason"]) == ([], "STOP")


STOPPED = [("no_image", "NO_IMAGE"), ("max_tokens", "MAX_TOKENS"), ("finish:SPII", "SPII")]


@pytest.mark.parametrize(("marker", "reason"), STOPPED)
def test_a_stopped_answer_names_its_reason(client: Client, marker: str, reason: str) -> None:
    candidate = client.ask(f"[sandbox:{marker}]").json()["candidates"][0]
    assert (candidate["finishReason"], candidate["content"]["parts"]) == (reason, None)


def test_blocked_answers_count_their_tokens_in_two_ways(client: Client) -> None:
    mirrored = usage(client.ask("[sandbox:finish:IMAGE_SAFETY]"))
    zero = usage(client.ask("[sandbox:finish:IMAGE_SAFETY] [sandbox:zero]"))
    assert mirrored["candidatesTokenCount"] == mirrored["thoughtsTokenCount"] > 0
    assert zero["candidatesTokenCount"] == 0
    for counts in (mirrored, zero):
        assert counts["totalTokenCount"] == counts["promptTokenCount"] + counts["thoughtsTokenCount"]


def test_pictures_count_more_tokens_than_their_details_say(client: Client) -> None:
    for _ in range(5):
        counts = usage(client.ask("a cat", photo(), size="2K"))
        shown = counts["candidatesTokensDetails"][0]["tokenCount"]
        assert shown == 1120
        assert 88 <= counts["candidatesTokenCount"] - shown <= 630
        assert counts["promptTokenCount"] == sum(each["tokenCount"] for each in counts["promptTokensDetails"])
        whole = counts["promptTokenCount"] + counts["candidatesTokenCount"] + counts["thoughtsTokenCount"]
        assert counts["totalTokenCount"] == whole


def test_thinking_shows_only_where_there_is_any(client: Client) -> None:
    assert "thoughtsTokenCount" not in usage(client.ask("a cat", model=NB2))
    assert "thoughtsTokenCount" not in usage(client.ask("a cat", model=GEN_1))
    high = usage(client.ask("a cat", model=NB2, thinkingConfig={"thinkingLevel": "High"}))
    assert 700 <= high["thoughtsTokenCount"] <= 800


def test_the_first_generation_signs_nothing(client: Client) -> None:
    assert all("thoughtSignature" not in part for part in parts(client.ask("a cat", model=GEN_1)))


def test_a_web_search_leaves_its_queries_and_its_price(client: Client) -> None:
    body = {**question("the tallest tower of today"), "tools": [{"googleSearch": {}}]}
    found = client.post(body).json()["candidates"][0]["groundingMetadata"]["webSearchQueries"]
    assert client.sandbox.charged_quota == 45_000 + 7_000 * len(found)


def test_corrupt_pictures_do_not_open(client: Client) -> None:
    for marker in ("corrupt", "corrupt:truncated"):
        data = parts(client.ask(f"[sandbox:{marker}]"))[-1]["inlineData"]["data"]
        with pytest.raises((UnidentifiedImageError, OSError)):
            Image.open(BytesIO(base64.b64decode(data))).load()


def test_bad_base64_is_none(client: Client) -> None:
    bad, good = parts(client.ask("[sandbox:bad_base64:mixed]", responseModalities=["IMAGE"]))
    with pytest.raises((binascii.Error, ValueError)):
        base64.b64decode(bad["inlineData"]["data"], validate=True)
    base64.b64decode(good["inlineData"]["data"], validate=True)


def test_the_label_of_a_picture_may_lie(client: Client) -> None:
    answer = client.ask("[sandbox:wrong_mime]")
    assert parts(answer)[-1]["inlineData"]["mimeType"] == "image/png"
    assert images(answer)[0].format == "JPEG"


STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "invalid_api_key",
    403: "access_denied",
    404: "model_not_found",
    408: "request_timeout",
    413: "<html>",
    429: "rate_limit_exceeded",
    499: "CANCELLED",
    500: "INTERNAL",
    502: "",
    503: "no_available_channel",
    504: "timed out",
    524: "<html>",
}


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_has_its_own_body(client: Client, status: int) -> None:
    answer = client.ask(f"[sandbox:status:{status}]")
    assert answer.status_code == status
    assert STATUSES[status] in answer.text
    assert (answer.text == "") == (status == 502)


def test_an_error_may_be_wrapped_in_a_list(client: Client) -> None:
    assert client.ask("[sandbox:status:400] [sandbox:wrapped]").json()[0]["error"]["code"] == 400


def test_errors_that_are_not_what_they_seem(client: Client) -> None:
    broken = client.ask("[sandbox:write_response_body_failed]")
    assert (broken.status_code, broken.json()["error"]["code"]) == (500, "write_response_body_failed")
    lookalike = client.ask("[sandbox:lookalike_429]").json()["error"]
    assert (lookalike["code"], lookalike["type"]) == (429, "invalid_request_error")
    assert client.ask("[sandbox:quota=429]").json()["error"]["code"] == "insufficient_user_quota"
    redirect = client.ask("[sandbox:redirect]")
    assert (redirect.status_code, redirect.headers["location"][:8]) == (307, "/v1beta/")


def test_bodies_that_are_no_answer(client: Client) -> None:
    assert client.ask("[sandbox:html]").text.startswith("<!DOCTYPE html>")
    assert client.ask("[sandbox:empty_body]").content == b""
    assert client.ask("[sandbox:not_json:null]").text == "null"
    assert client.ask("[sandbox:deep]").text.startswith("[[[[[")
    assert len(client.ask("[sandbox:big=2]").content) > 2_000_000


def test_a_bomb_is_small_on_the_wire_and_large_unpacked(client: Client) -> None:
    headers = {"Authorization": "Bearer sk-test"}
    path = f"/v1beta/models/{PRO}:generateContent"
    with client.http.stream("POST", path, json=question("[sandbox:gzip_bomb=4]"), headers=headers) as answer:
        packed = sum(len(piece) for piece in answer.iter_raw())
    assert packed < 100_000
    assert len(client.ask("[sandbox:gzip_bomb=4]").content) == 4 * 1024 * 1024


def test_links_hold_the_picture_for_a_while(client: Client) -> None:
    [url] = texts(client.ask("a cat [sandbox:oss]"))
    assert url.startswith(client.sandbox.url + "/oss/")
    picture = Image.open(BytesIO(client.http.get(url).content))
    assert picture.size == (1024, 1024)
    assert client.http.get(url.replace("Signature=", "Signature=x")).status_code == 403


def test_the_ampersands_of_a_link_are_escaped_on_the_wire(client: Client) -> None:
    raw = client.ask("a cat [sandbox:oss]").content
    assert b"\\u0026Signature=" in raw
    assert b"&" not in raw


def test_a_key_of_the_link_group_always_gets_links(client: Client) -> None:
    answer = client.post(question("a cat"), key="sk-oss-team")
    assert texts(answer)[0].startswith("http://")


@pytest.mark.parametrize(
    ("marker", "statuses"),
    [
        ("oss_expired", [403]),
        ("oss_missing", [404]),
        ("oss_later", [503, 503, 200]),
        ("oss_redirect", [302]),
    ],
)
def test_downloads_go_wrong_as_downloads_do(client: Client, marker: str, statuses: list[int]) -> None:
    [url] = texts(client.ask(f"a cat [sandbox:{marker}]"))
    answers = [client.http.get(url) for _ in statuses]
    assert [answer.status_code for answer in answers] == statuses


def test_other_bytes_may_wear_the_label_of_a_picture(client: Client) -> None:
    for kind, beginning in (("svg", b"<svg"), ("html", b"<!DOCTYPE"), ("zip", b"PK"), ("gif", b"GIF89a")):
        inline = parts(client.ask(f"a cat [sandbox:wrong_mime:{kind}]"))[-1]["inlineData"]
        assert (inline["mimeType"], base64.b64decode(inline["data"]).startswith(beginning)) == ("image/png", True)


def test_a_small_file_may_hold_more_pixels_than_anyone_wants(client: Client) -> None:
    small = base64.b64decode(parts(client.ask("[sandbox:pixel_bomb=900]"))[-1]["inlineData"]["data"])
    picture = Image.open(BytesIO(small))
    picture.load()
    assert (picture.size, picture.getextrema()) == ((900, 900), (0, 0))
    large = base64.b64decode(parts(client.ask("[sandbox:pixel_bomb]"))[-1]["inlineData"]["data"])
    # Not opened, since a limit of Pillow's is everybody's: the size stands at the beginning of the file.
    assert (len(large) < 4_000_000, struct.unpack(">II", large[16:24])) == (True, (60_000, 60_000))


def test_words_may_be_hard_to_keep(client: Client) -> None:
    assert texts(client.ask("[sandbox:odd_text]")) == ["before\0after"]
    assert texts(client.ask("[sandbox:odd_text:surrogate]")) == ["before\ud83dafter"]
    assert len(texts(client.ask("[sandbox:odd_text:long]"))[0]) == 2_000_000


def test_a_byte_order_mark_may_stand_before_a_good_answer(client: Client) -> None:
    content = client.ask("[sandbox:bom] a cat").content
    assert content.startswith(b"\xef\xbb\xbf{")
    assert json.loads(content.decode("utf-8-sig"))["candidates"]


def test_an_endless_answer_may_say_its_length(client: Client) -> None:
    answer = client.ask("[sandbox:big_declared=2]")
    assert int(answer.headers["content-length"]) == len(answer.content) > 2_000_000
    assert answer.json()["candidates"]


def test_up_to_forty_pictures_in_one_answer(client: Client) -> None:
    answer = client.ask("[sandbox:several=34] [sandbox:pixels=64x64]", model=GEN_1)
    assert len(images(answer)) == 34
