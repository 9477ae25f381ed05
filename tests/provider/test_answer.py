"""What an answer says, whatever its shape."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.provider.answer import ImageRole, Reading, Usage, read_answer
from studio.provider.spool import SpooledAnswer

from .documents import JPEG, PNG, document, gateway_error, google_error, image_part, picture, text_part, to_bytes

type Keep = Callable[..., SpooledAnswer]

ONE, TWO, THREE = picture(1), picture(2, beginning=JPEG), picture(3)
URL = "https://emulated-bucket.oss-us-west-1.aliyuncs.com/nb/7f3a.png?Expires=1790000000&Signature=abc%3D"


def pictures(count: int, first: int = 0) -> list[bytes]:
    return [picture(number) for number in range(first, first + count)]


def uri(data: bytes, mime_type: str = "image/png") -> str:
    return f"data:{mime_type};base64,{base64.b64encode(data).decode()}"


def roles(reading: Reading) -> list[tuple[int, str]]:
    return [(image.position, str(image.role)) for image in reading.images]


# ── Pictures ───────────────────────────────────────────────────────────────────────────────────────


def test_one_picture(spooled: Keep) -> None:
    reading = read_answer(spooled(document(image_part(ONE, thoughtSignature="U0lHMQ=="))))
    (image,) = reading.images
    assert image.role is ImageRole.PRIMARY
    assert image.path is not None
    assert image.path.read_bytes() == ONE
    assert (image.mime_type, image.claimed_mime_type, image.url) == ("image/png", "image/png", None)
    assert (image.sha256, image.size_bytes) == (hashlib.sha256(ONE).hexdigest(), len(ONE))
    assert reading.finish_reason == "STOP"
    assert reading.usage == Usage(18, 1231, 142, 1391)
    assert reading.usage.output_tokens == 1373
    assert (reading.response_id, reading.model_version) == ("rsp-1", "gemini-3-pro-image")
    assert reading.readable
    assert not reading.only_thoughts


@pytest.mark.parametrize(
    "parts",
    [
        [{"inline_data": {"mime_type": "image/png", "data": base64.b64encode(ONE).decode()}}],
        [{"inlineData": {"data": uri(ONE), "mimeType": "image/png"}}],
        [{"text": uri(ONE)}],
        [{"text": f"![picture]({uri(ONE)})"}],
        [{"text": None, "inlineData": {"mimeType": "image/png", "data": base64.b64encode(ONE).decode()}}],
        [None, 7, "junk", [], image_part(ONE), {"functionCall": {}}],
        [image_part(ONE), image_part(ONE)],
    ],
    ids=["snake_case", "prefix", "data URI", "Markdown", "null text", "junk around", "twice the same"],
)
def test_variants_that_mean_the_same(spooled: Keep, parts: list[Any]) -> None:
    reading = read_answer(spooled(document(*parts)))
    assert [(image.role, image.sha256) for image in reading.images] == [
        (ImageRole.PRIMARY, hashlib.sha256(ONE).hexdigest())
    ]
    assert (reading.model_text, reading.unreadable_images) == ("", 0)


def test_the_type_follows_the_bytes_and_not_the_label(spooled: Keep) -> None:
    (image,) = read_answer(spooled(document(image_part(TWO, "image/png")))).images
    assert (image.mime_type, image.claimed_mime_type) == ("image/jpeg", "image/png")


@pytest.mark.parametrize(
    ("beginning", "mime_type"),
    [
        (b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0", "image/heif"),
    ],
)
def test_other_kinds_of_picture(spooled: Keep, beginning: bytes, mime_type: str) -> None:
    (image,) = read_answer(spooled(document(image_part(picture(beginning=beginning))))).images
    assert image.mime_type == mime_type


@pytest.mark.parametrize(
    "data", [b"<html></html>", b"<svg/>", b"GIF89a...", b"PK\x03\x04zip", b"%PDF-1.7", b"RIFF\0\0\0\0AVI ", b""]
)
def test_what_is_no_picture_is_counted_and_left_out(spooled: Keep, data: bytes) -> None:
    reading = read_answer(spooled(document(image_part(data), image_part(ONE))))
    assert roles(reading) == [(0, "primary")]
    assert reading.unreadable_images == 1


@pytest.mark.parametrize("data", ["not base64!", None, 7, {"x": 1}])
def test_a_part_that_cannot_be_decoded_is_counted_and_left_out(spooled: Keep, data: object) -> None:
    reading = read_answer(spooled(document({"inlineData": {"mimeType": "image/png", "data": data}})))
    assert (reading.images, reading.unreadable_images) == ((), 1)


def test_several_deliverables_with_words_between_them(spooled: Keep) -> None:
    answer = document(text_part("Step 1"), image_part(ONE), text_part("Step 2"), image_part(TWO), image_part(THREE))
    reading = read_answer(spooled(answer))
    assert roles(reading) == [(0, "primary"), (1, "deliverable"), (2, "deliverable")]
    assert reading.model_text == "Step 1\n\nStep 2"


@pytest.mark.parametrize(
    "between",
    [[], [text_part("  \n")], [text_part("\u200b\u2060\ufeff")], [text_part("musing", thought=True)]],
    ids=["nothing", "spaces", "no width", "a thought"],
)
def test_drafts_back_to_back_end_with_the_result(spooled: Keep, between: list[Any]) -> None:
    reading = read_answer(spooled(document(text_part("Here."), image_part(ONE), *between, image_part(TWO))))
    assert roles(reading) == [(0, "draft"), (1, "primary")]


def test_thoughts_are_kept_apart(spooled: Keep) -> None:
    answer = document(
        text_part("Checking the composition.", thought=True), image_part(ONE, thought=True), image_part(TWO)
    )
    reading = read_answer(spooled(answer))
    assert roles(reading) == [(0, "thought"), (1, "primary")]
    assert (reading.model_text, reading.only_thoughts) == ("", False)


def test_a_picture_that_is_only_thought_of_is_better_than_none(spooled: Keep) -> None:
    reading = read_answer(spooled(document(image_part(ONE, thought=True), image_part(TWO, thought=True))))
    assert roles(reading) == [(0, "thought"), (1, "primary")]
    assert reading.only_thoughts


def test_a_thought_that_equals_the_result_is_not_shown_twice(spooled: Keep) -> None:
    reading = read_answer(spooled(document(image_part(ONE, thought=True), image_part(ONE))))
    assert roles(reading) == [(1, "primary")]


def test_a_first_draft_that_comes_back_as_the_result_stays_the_result(spooled: Keep) -> None:
    reading = read_answer(spooled(document(image_part(ONE), image_part(TWO), image_part(ONE))))
    assert roles(reading) == [(1, "draft"), (2, "primary")]


def test_pictures_of_all_candidates_count(spooled: Keep) -> None:
    answer = document(image_part(ONE))
    answer["candidates"].append(document(image_part(TWO))["candidates"][0])
    reading = read_answer(spooled(answer))
    assert len(reading.images) == reading.candidate_count == 2


def test_up_to_twenty_pictures_are_kept_and_the_rest_is_counted(spooled: Keep) -> None:
    """F58: results outweigh drafts, and the twentieth is still kept."""
    assert len(read_answer(spooled(document(*map(image_part, pictures(20))))).images) == 20
    reading = read_answer(spooled(document(*map(image_part, pictures(34)))))
    assert (len(reading.images), reading.images_left_out) == (20, 14)
    assert roles(reading)[-2:] == [(18, "draft"), (33, "primary")]


def test_thoughts_are_the_first_to_go(spooled: Keep) -> None:
    thoughts = [image_part(each, thought=True) for each in pictures(5)]
    series = [part for each in pictures(19, 50) for part in (text_part("Step"), image_part(each))]
    reading = read_answer(spooled(document(*thoughts, *series)))
    assert [role for _, role in roles(reading)] == ["thought", "primary"] + ["deliverable"] * 18
    assert reading.images_left_out == 4


# ── Links ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_link_in_place_of_a_picture(spooled: Keep) -> None:
    body = to_bytes(document(text_part(URL, thoughtSignature="U0k="))).replace(b"&", b"\\u0026")
    reading = read_answer(spooled(body))
    (image,) = reading.images
    assert (image.role, image.url, image.path, image.mime_type) == (ImageRole.PRIMARY, URL, None, None)
    assert (image.sha256, image.size_bytes, reading.model_text) == ("", 0, "")


def test_several_links_in_one_text(spooled: Keep) -> None:
    reading = read_answer(spooled(document(text_part(f"{URL}1\n{URL}2 {URL}1"))))
    assert [(image.url, str(image.role)) for image in reading.images] == [(f"{URL}2", "draft"), (f"{URL}1", "primary")]


def test_a_sentence_with_a_link_is_a_sentence(spooled: Keep) -> None:
    reading = read_answer(spooled(document(text_part(f"See {URL} for our policy."))))
    assert reading.images == ()
    assert reading.model_text.startswith("See https://")


def test_a_picture_glued_to_a_link_is_a_picture(spooled: Keep) -> None:
    reading = read_answer(spooled(document(text_part(f"{URL}{uri(ONE)}"))))
    assert [image.mime_type for image in reading.images] == ["image/png"]
    assert reading.model_text == URL


def test_more_links_than_anybody_follows_are_counted(spooled: Keep) -> None:
    reading = read_answer(spooled(document(text_part(" ".join(f"{URL}{number}" for number in range(10_000))))))
    assert (len(reading.images), reading.images_left_out) == (20, 9_980)


# ── Words ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_data_uri_never_shows_up_among_the_words(spooled: Keep) -> None:
    reading = read_answer(spooled(document(text_part(f"Look: {uri(ONE)} and {uri(TWO, 'image/jpeg')}. Done."))))
    assert reading.model_text == "Look:\n\nand\n\n. Done."
    assert [image.claimed_mime_type for image in reading.images] == ["image/png", "image/jpeg"]
    assert roles(reading) == [(0, "primary"), (1, "deliverable")]


def test_words_that_look_like_a_picture_come_back(spooled: Keep) -> None:
    text = "write ;base64,abcd or ;base64,abcde! or ;base64, alone"
    assert read_answer(spooled(document(text_part(text)))).model_text == text


def test_a_broken_data_uri_is_no_text(spooled: Keep) -> None:
    reading = read_answer(spooled(document(text_part(f"Here: {uri(b'<html>')} data:image/png;base64,QUJDQ"))))
    assert reading.model_text == "Here:"
    assert reading.unreadable_images == 2


def test_very_long_words_that_look_like_a_picture_are_dropped(spooled: Keep) -> None:
    text = f"a ;base64,{'abcd' * 2_000} b ;base64,{'abcde' * 2_001} c"
    assert read_answer(spooled(document(text_part(text)))).model_text == "a ;base64, b ;base64, c"


def test_words_are_cleaned_of_what_no_database_takes(spooled: Keep) -> None:
    body = (
        b'{"candidates":[{"content":{"parts":[{"text":"a\\u0000b\\ud800c\\ud83e\\udd8a"}]},"finishReason":"S\\u0000"}]}'
    )
    reading = read_answer(spooled(body))
    assert reading.model_text == "abc\N{FOX FACE}"
    assert reading.finish_reason == "S"


def test_a_mark_that_the_model_writes_itself_is_a_word_like_any_other(spooled: Keep) -> None:
    forged = "part-0123456789abcdef-0"
    reading = read_answer(spooled(document(text_part(forged), {"inlineData": {"data": f"{forged}"}}, image_part(ONE))))
    assert reading.model_text == forged
    assert len(reading.images) == 1


def test_long_texts_and_long_words_are_cut(spooled: Keep) -> None:
    reading = read_answer(spooled(document(text_part("x" * 60_000), reason="R" * 100)))
    assert (len(reading.model_text), len(reading.finish_reason)) == (50_000, 64)


@pytest.mark.parametrize(
    "words",
    ["data:" * 800_000, "data:" + "a" * 4_000_000, "![" * 2_000_000, "data:;" * 700_000, "a b " * 1_000_000,
     "https://a " * 400_000, "https://a " * 400_000 + "b", " " * 4_000_000, "![a](" * 800_000],
    ids=lambda words: words[:8],
)  # fmt: skip
def test_no_words_of_a_model_keep_the_reader_busy(spooled: Keep, words: str) -> None:
    """Each was read again from every letter once: hours for these, and seconds for a page of them."""
    reading = read_answer(spooled(document(text_part(f"{words}{uri(TWO)}"), image_part(ONE), text_part(words[-9:]))))
    assert reading.images
    assert len(reading.model_text) <= 50_000


def test_markdown_around_a_picture_goes_with_it(spooled: Keep) -> None:
    text = f"One ![a [b ]( {uri(ONE)} ), two ![]({uri(TWO, 'image/jpeg;q=1')})three ![open]({uri(THREE)} four"
    reading = read_answer(spooled(document(text_part(text))))
    assert reading.model_text == "One\n\n, two\n\nthree ![open](\n\nfour"
    assert [image.claimed_mime_type for image in reading.images] == ["image/png", "image/jpeg", "image/png"]


# ── Without a picture ──────────────────────────────────────────────────────────────────────────────


def test_a_prompt_that_was_blocked(spooled: Keep) -> None:
    blocked = {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT", "safetyRatings": []}, "usageMetadata": {}}
    reading = read_answer(spooled(blocked))
    assert (reading.block_reason, reading.candidate_count, reading.is_envelope) == ("PROHIBITED_CONTENT", 0, True)


@pytest.mark.parametrize("content", [{"parts": None}, {"parts": []}, {}, None, [], "x", {"parts": {"text": "x"}}])
def test_a_candidate_without_parts(spooled: Keep, content: object) -> None:
    answer = {
        "candidates": [{"content": content, "finishReason": "IMAGE_SAFETY", "finishMessage": "filtered", "index": 0}],
        "usageMetadata": {"promptTokenCount": 464, "candidatesTokenCount": 291, "thoughtsTokenCount": 291},
    }
    reading = read_answer(spooled(answer))
    assert (reading.finish_reason, reading.finish_message, reading.images) == ("IMAGE_SAFETY", "filtered", ())


@pytest.mark.parametrize("candidates", [None, [], {}, "x", 7])
def test_no_candidates(spooled: Keep, candidates: object) -> None:
    reading = read_answer(spooled({"candidates": candidates, "promptFeedback": {"safetyRatings": None}}))
    assert (reading.readable, reading.candidate_count, reading.is_envelope) == (True, 0, True)


def test_a_blocked_answer_counts_its_thoughts_twice_and_bills_them_once(spooled: Keep) -> None:
    counts = {
        "promptTokenCount": 464,
        "candidatesTokenCount": 291,
        "thoughtsTokenCount": 291,
        "totalTokenCount": 755,
    }
    usage = read_answer(spooled({"candidates": [], "usageMetadata": counts})).usage
    assert usage.output_tokens == 291
    assert usage.to_json() == {
        "prompt_tokens": 464,
        "candidates_tokens": 291,
        "thoughts_tokens": 291,
        "total_tokens": 755,
        "output_tokens": 291,
    }


def test_every_count_of_an_answer_is_kept(spooled: Keep) -> None:
    counts = {
        "promptTokenCount": 615,
        "candidatesTokenCount": 3802,
        "thoughtsTokenCount": 208,
        "toolUsePromptTokenCount": 30,
        "cachedContentTokenCount": 7,
        "totalTokenCount": 4655,
        "trafficType": "ON_DEMAND",
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 99}, {"modality": "IMAGE", "tokenCount": 516}],
        "candidatesTokensDetails": [
            {"modality": "IMAGE", "tokenCount": 2240},
            {"modality": "IMAGE", "tokenCount": 1120},
        ],
    }
    usage = read_answer(spooled({"usageMetadata": counts})).usage
    assert usage.to_json() == {
        "prompt_tokens": 615,
        "candidates_tokens": 3802,
        "thoughts_tokens": 208,
        "total_tokens": 4655,
        "output_tokens": 4010,  # 4655 - 615 - 30 of tools, which is 3802 + 208
        "tool_use_prompt_tokens": 30,
        "cached_content_tokens": 7,
        "prompt_details": {"TEXT": 99, "IMAGE": 516},
        "candidates_details": {"IMAGE": 3360},
        "traffic_type": "ON_DEMAND",
    }


@pytest.mark.parametrize("details", [None, 7, {}, [None], [{"modality": 7}], [{"modality": "TEXT", "tokenCount": "9"}]])
def test_details_of_any_shape_are_tolerated(spooled: Keep, details: object) -> None:
    usage = read_answer(spooled({"usageMetadata": {"promptTokensDetails": details, "trafficType": details}})).usage
    assert usage == Usage()


def test_without_a_total_the_parts_are_added(spooled: Keep) -> None:
    counts = {"candidates_token_count": 100, "thoughtsTokenCount": 20, "promptTokenCount": "7", "totalTokenCount": -1}
    usage = read_answer(spooled({"usage_metadata": counts})).usage
    assert (usage, usage.output_tokens) == (Usage(0, 100, 20, 0), 120)


def test_what_a_search_found(spooled: Keep) -> None:
    answer = document(image_part(ONE))
    answer["candidates"][0]["groundingMetadata"] = {
        "webSearchQueries": ["foxes", "dens"],
        "searchEntryPoint": {"renderedContent": "<div>foxes</div>"},
    }
    reading = read_answer(spooled(answer))
    assert (reading.web_searches, reading.search_suggestions) == (2, "<div>foxes</div>")


# ── Errors ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "code", "kind", "message"),
    [
        (google_error(400, "Invalid value"), "400", "INVALID_ARGUMENT", "Invalid value"),
        (b"[" + google_error(400, "Invalid value") + b"]", "400", "INVALID_ARGUMENT", "Invalid value"),
        (gateway_error("insufficient_user_quota", "low"), "insufficient_user_quota", "shell_api_error", "low"),
        (b'{"status_code":500,"error":{"code":"write_response_body_failed"}}', "write_response_body_failed", "", ""),
        (b'{"success":false,"message":"token is invalid"}', "", "", "token is invalid"),
        (b'{"success":true,"message":"fine"}', "", "", ""),
        (b'{"error":"plain words"}', "", "", "plain words"),
        (b'{"error":{"localized_message":"zu wenig","code":true}}', "", "", "zu wenig"),
        (b'{"error":null}', "", "", ""),
    ],
)
def test_the_shapes_of_an_error(spooled: Keep, body: bytes, code: str, kind: str, message: str) -> None:
    reading = read_answer(spooled(body))
    assert (reading.error_code, reading.error_type, reading.error_message) == (code, kind, message)
    assert (reading.readable, reading.is_envelope) == (True, False)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"7",
        b'"text"',
        b"[]",
        b"[1, 2]",
        b"<!DOCTYPE html><html></html>",
        b'{"a": }',
        b"[" * 200_000 + b"]" * 200_000,
        b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
        b"\xff\xfe\x00",
    ],
)
def test_junk_is_not_readable_and_raises_nothing(spooled: Keep, body: bytes) -> None:
    assert read_answer(spooled(body)) == Reading()


@pytest.mark.parametrize("odd", [b"NaN", b"-Infinity", b"1e999", b'"\\ud800"', b'"\xff"', b'"a\tb"'])
def test_odd_values_somewhere_do_not_cost_a_picture(spooled: Keep, odd: bytes) -> None:
    body = to_bytes(document(image_part(ONE), odd="ODD")).replace(b'"ODD"', odd)
    assert len(read_answer(spooled(body)).images) == 1
    assert len(read_answer(spooled(b"\xef\xbb\xbf" + body)).images) == 1


def test_a_number_of_five_thousand_digits_is_junk(spooled: Keep) -> None:
    assert not read_answer(spooled(b'{"a":' + b"1" * 5_000 + b"}")).readable


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.just(uri(ONE))),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                [
                    "candidates",
                    "content",
                    "parts",
                    "text",
                    "thought",
                    "inlineData",
                    "inline_data",
                    "data",
                    "mimeType",
                    "finishReason",
                    "promptFeedback",
                    "blockReason",
                    "usageMetadata",
                    "totalTokenCount",
                    "groundingMetadata",
                    "searchEntryPoint",
                    "error",
                    "code",
                    "responseId",
                ]
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=15,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values)
def test_no_shape_of_json_raises(spooled: Keep, value: Any) -> None:
    reading = read_answer(spooled({"candidates": [value], "promptFeedback": value, "error": value}))
    assert reading.readable
    json.dumps(reading.model_text).encode()
    assert all(image.path is None or image.path.read_bytes().startswith((PNG, JPEG)) for image in reading.images)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 3_000), st.binary(max_size=30))
def test_a_damaged_answer_never_raises(spooled: Keep, at: int, damage: bytes) -> None:
    body = to_bytes(document(text_part("a"), image_part(ONE), text_part(uri(TWO)), text_part(URL)))
    at %= len(body)
    read_answer(spooled(body[:at] + damage + body[at + len(damage) :]))
