"""The traps of this gateway, each one seen in a guide, an issue or a sample, and what becomes of it here.

`docs/provider.md`, "Traps", lists all of them, also those that cannot be fallen into.
"""

import base64
import io
import json
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.jobs.call import MARGIN
from studio.provider import spool_file
from studio.provider.answer import Reading, read_answer
from studio.provider.body import Body
from studio.provider.catalogue import BODY_BYTES_MAX, BY_KEY, IMAGE_BYTES_MAX, MODELS
from studio.provider.classify import FINISH_OUTCOMES, classify
from studio.provider.evidence import Stage
from studio.provider.gateway import FORBIDDEN_HOST, Gateway
from studio.provider.gemini import SEND_SECONDS
from studio.provider.outcome import RULES, Charge, Outcome, Retry
from studio.provider.request import GenerationRequest, InputImage, Part, Turn
from studio.provider.rules import FOLLOW_SOURCE, Choices, ImageFacts, problems
from studio.provider.spool import Spool, SpooledAnswer
from studio.provider.way import Mode, Way, through
from tests.storage import samples

from .conftest import Caller
from .documents import document, gateway_error, image_part, picture, text_part, to_bytes
from .fuzzing import receive
from .peer import Peer, Talk, answers
from .test_classify import LOOK_ALIKE, failed, read, whole

PAGE = Path(__file__).parents[2] / "docs" / "provider.md"
PAID = {Charge.CHARGED, Charge.PRESUMED}
URL = "https://any-bucket.oss-us-west-1.aliyuncs.com/nb/7f3a.png?Expires=1790000000&Signature=abc%3D"
PRO, NB2, NB21, LITE, GEN_1 = (BY_KEY[key] for key in ("pro", "nb2", "nb21", "lite", "gen1"))
ONE, TWO, THREE = picture(1), picture(2), picture(3)

type Keep = Callable[..., SpooledAnswer]


def roles(reading: Reading) -> list[str]:
    return [str(image.role) for image in reading.images]


def codes(model: Any, **choices: Any) -> list[str]:
    return [problem.code for problem in problems(model, Choices(**{"prompt": "a fox", **choices}))]


def sent(**asked: Any) -> Any:
    return json.loads(b"".join(Body.of(GenerationRequest(**{"model_key": "nb2", "prompt": "a fox", **asked}))))


def inline(data: bytes) -> InputImage:
    return InputImage("image/png", len(data), open=lambda: io.BytesIO(data))


EVERYTHING = {
    "images": (inline(ONE), inline(TWO)),
    "system_prompt": "Be terse.",
    "thinking_level": "high",
    "web_search": True,
}


def test_trap_01_the_last_draft_is_final_and_no_part_is_read_by_its_place(spooled: Keep) -> None:
    parts = [text_part("Here."), {}, *map(image_part, (ONE, TWO, THREE))]
    assert roles(read_answer(spooled(document(*parts)))) == ["draft", "draft", "primary"]


def test_trap_02_no_deliverable_of_an_interleaved_answer_is_thrown_away(spooled: Keep) -> None:
    answer = document(text_part("Step 1"), image_part(ONE), text_part("Step 2"), image_part(TWO))
    assert roles(read_answer(spooled(answer))) == ["primary", "deliverable"]


def test_trap_03_a_picture_that_is_only_thought_of_is_shown_and_no_picture_twice(spooled: Keep) -> None:
    only = read_answer(spooled(document(image_part(ONE, thought=True))))
    assert (roles(only), only.only_thoughts) == (["primary"], True)
    both = read_answer(spooled(document(image_part(ONE, thought=True), image_part(ONE))))
    assert roles(both) == ["primary"]


def test_trap_04_without_words_all_pictures_are_kept_and_the_last_is_shown_first(spooled: Keep) -> None:
    assert sent(text_answer=False)["generationConfig"]["responseModalities"] == ["IMAGE"]
    assert roles(read_answer(spooled(document(image_part(ONE), image_part(TWO))))) == ["draft", "primary"]


def test_trap_05_no_key_of_a_request_is_in_snake_case() -> None:
    history = (Turn("model", (Part("Here.", "c2ln"), Part(inline(ONE), "c2ln"))),)
    body = b"".join(Body.of(GenerationRequest(model_key="nb2", prompt="a fox", history=history, **EVERYTHING)))  # type: ignore[arg-type]
    assert not re.search(rb'"\w*_\w*"\s*:', body)


def test_trap_06_no_model_is_told_a_size_it_does_not_make() -> None:
    assert "imageSize" not in json.dumps(sent(model_key="gen1"))
    for model, size in ((GEN_1, "2K"), (LITE, "2K"), (LITE, "4K"), (PRO, "512"), (NB21, "512")):
        assert codes(model, size=size) == ["wrong_size"]


@pytest.mark.parametrize("size", ["4k", "2k", "512px", "0.5K", "512PX", ""])
def test_trap_07_no_size_is_spelled_in_another_way(size: str) -> None:
    assert codes(NB2, size=size) == ["wrong_size"]
    assert sent(size="512")["generationConfig"]["imageConfig"]["imageSize"] == "512"


@pytest.mark.parametrize("ratio", ["1:4", "4:1", "1:8", "8:1"])
def test_trap_08_pro_and_the_first_generation_are_not_asked_for_strips(ratio: str) -> None:
    assert codes(PRO, ratio=ratio) == codes(GEN_1, ratio=ratio) == ["wrong_ratio"]
    assert codes(NB2, ratio=ratio) == codes(LITE, ratio=ratio) == []


def test_trap_09_words_in_a_prompt_set_no_format_so_the_format_is_always_sent() -> None:
    image_config = sent(prompt="A vertical poster in 4K")["generationConfig"]["imageConfig"]
    assert image_config == {"aspectRatio": "1:1", "imageSize": "1K"}


def test_trap_10_a_result_is_never_judged_by_its_pixels(spooled: Keep) -> None:
    answer = document(image_part(samples.picture(size=(1408, 768))))
    assert classify(whole(), read_answer(spooled(answer))).outcome is Outcome.DELIVERED


def test_trap_11_the_type_follows_the_bytes(spooled: Keep) -> None:
    (image,) = read_answer(spooled(document(image_part(samples.picture("JPEG"), "image/png")))).images
    assert (image.mime_type, image.claimed_mime_type) == ("image/jpeg", "image/png")


@pytest.mark.parametrize(
    "answer",
    [
        {"candidates": None},
        {"candidates": [{"content": {"parts": None}, "finishReason": "IMAGE_SAFETY"}]},
        {"candidates": [{"content": None}]},
        {},
    ],
)
def test_trap_12_a_200_is_not_a_success_and_anything_in_it_may_be_null(spooled: Keep, answer: object) -> None:
    verdict = classify(whole(), read_answer(spooled(answer)))
    assert RULES[verdict.outcome].status == "refused"
    assert verdict.charge in PAID


@pytest.mark.parametrize("candidates_tokens", [0, 291])
def test_trap_13_a_block_is_known_by_either_count_and_its_thinking_is_counted_once(
    spooled: Keep, candidates_tokens: int
) -> None:
    counts = {"promptTokenCount": 464, "candidatesTokenCount": candidates_tokens, "thoughtsTokenCount": 291}
    reading = read_answer(spooled({"candidates": None, "usageMetadata": {**counts, "totalTokenCount": 755}}))
    assert classify(whole(), reading).outcome is Outcome.REFUSED_PROMPT
    assert reading.usage.output_tokens == 291


def test_trap_14_the_promise_that_a_block_is_free_is_shown_to_nobody(spooled: Keep) -> None:
    promise = "Unable to show the image. You will not be charged for blocked images."
    answer = document(reason="IMAGE_SAFETY")
    answer["candidates"][0]["finishMessage"] = promise
    reading = read_answer(spooled(answer))
    verdict = classify(whole(), reading)
    assert "not be charged" not in f"{verdict.detail}{verdict.reason}{reading.model_text}"
    assert verdict.charge is Charge.PRESUMED


def test_trap_15_no_refusal_is_repeated_by_a_machine() -> None:
    for reason in (*FINISH_OUTCOMES, "STOP", "", "A_NEW_ONE"):
        assert classify(whole(), read(finish_reason=reason, model_text="No.")).retry is not Retry.AUTO
    assert classify(whole(), read(block_reason="SAFETY")).retry is Retry.NEVER


def test_trap_16_no_model_is_given_up_before_its_time() -> None:
    assert min(model.read_timeout_seconds["1K"] for model in MODELS) == 300
    assert {model.read_timeout_seconds["4K"] for model in MODELS if "4K" in model.sizes} == {600}


@pytest.mark.parametrize("status", ["504 Gateway Timeout", "503 Busy", "200 OK"])
def test_trap_17_one_attempt_is_one_call(call: Caller, status: str) -> None:
    with Peer(answers(b"", status=status)) as peer:
        call(peer.base_url)
    assert (peer.connections, len(peer.received)) == (1, 1)


def test_trap_18_the_layer_outside_waits_longer_than_the_call() -> None:
    assert MARGIN.total_seconds() >= SEND_SECONDS


def test_trap_19_a_whole_answer_is_not_kept_waiting_by_its_tail(call: Caller) -> None:
    body = to_bytes(document(image_part(ONE)))

    def never_ends(talk: Talk) -> None:
        talk.read_request()
        talk.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n" % (len(body), body))
        talk.wait_until_left()

    with Peer(never_ends) as peer:
        evidence = call(peer.base_url)
    assert (evidence.stage, evidence.closed_early) == (Stage.COMPLETE, True)
    assert call.verdict(evidence).outcome is Outcome.DELIVERED


def test_trap_20_the_host_that_gives_up_and_bills_is_not_taken() -> None:
    with pytest.raises(ValueError, match="cuts long calls"):
        Gateway(base_url=f"https://{FORBIDDEN_HOST}", api_key="sk-x")


def test_trap_21_a_link_is_a_picture_whatever_its_bucket_and_its_ampersands(spooled: Keep) -> None:
    body = to_bytes(document(text_part(URL))).replace(b"&", b"\\u0026")
    reading = read_answer(spooled(body))
    assert ([image.url for image in reading.images], reading.model_text) == ([URL], "")
    assert classify(whole(), reading).outcome is Outcome.DELIVERY_PENDING


def test_trap_22_an_address_that_makes_its_picture_on_the_fly_is_not_sent() -> None:
    uri = "https://pictures.example/a.jpg?x-oss-process=image/resize,w_100"
    assert codes(PRO, images=(ImageFacts("image/jpeg", 0, uri),)) == ["processed_link"]


def test_trap_23_no_address_goes_to_the_openai_compatible_way() -> None:
    chat = through(PRO, Way(mode=Mode.CHAT))
    found = codes(chat, ratio=FOLLOW_SOURCE, images=(ImageFacts("image/jpeg", 0, "https://pictures.example/a.jpg"),))
    assert found == ["no_links"]


def test_trap_24_fourteen_pictures_that_pass_one_by_one_are_weighed_together() -> None:
    facts = (ImageFacts("image/png", IMAGE_BYTES_MAX),) * 14
    assert 14 * IMAGE_BYTES_MAX < BODY_BYTES_MAX
    assert codes(PRO, images=facts) == ["images_too_heavy"]


def test_trap_26_a_4k_result_that_is_too_heavy_as_an_input_is_refused_before_it_is_sent() -> None:
    assert codes(PRO, images=(ImageFacts("image/png", 18_000_000),)) == ["image_too_big"]


def test_trap_27_the_base_picture_goes_last_where_the_last_one_decides_the_format() -> None:
    made = Turn("model", (Part(inline(THREE)),))
    request = GenerationRequest(
        model_key="pro", prompt="brighter", ratio=FOLLOW_SOURCE, images=(inline(ONE),), history=(made,)
    )
    parts = json.loads(b"".join(Body.of(request.refed())))["contents"][-1]["parts"]
    assert [part["inlineData"]["data"] for part in parts[1:]] == [
        base64.b64encode(each).decode() for each in (ONE, THREE)
    ]


def test_trap_28_no_token_limit_is_sent() -> None:
    assert "maxOutputTokens" not in json.dumps(sent(**EVERYTHING))


def test_trap_29_no_number_of_candidates_is_sent() -> None:
    assert "candidateCount" not in json.dumps(sent(**EVERYTHING))


def test_trap_30_search_is_off_unless_it_was_chosen_and_never_a_list() -> None:
    assert "tools" not in sent()
    assert sent(web_search=True)["tools"] == [{"googleSearch": {}}]


def test_trap_31_thinking_is_sent_to_whom_it_means_something_and_only_when_chosen() -> None:
    assert codes(PRO, thinking_level="high") == codes(GEN_1, thinking_level="high") == ["wrong_thinking"]
    assert "thinkingConfig" not in sent()["generationConfig"]
    assert NB2.thinking_default == "minimal"


def test_trap_32_a_signature_goes_back_to_the_letter(spooled: Keep) -> None:
    signature = "U0lH/+" * 5_000 + "=="
    turn = read_answer(spooled(document(image_part(ONE, thoughtSignature=signature)))).turn
    assert [part.signature for part in turn] == [signature]
    history = (Turn("model", (Part(inline(ONE), turn[0].signature),)),)
    assert sent(history=history)["contents"][0]["parts"][0]["thoughtSignature"] == signature
    assert "thoughtSignature" not in json.dumps(
        sent(history=GenerationRequest(model_key="nb2", prompt="x", history=history).without_signatures().history)
    )


def test_trap_33_a_429_that_is_an_input_error_is_not_repeated() -> None:
    assert classify(failed(429, LOOK_ALIKE), None).retry is Retry.NEVER
    assert classify(failed(429, gateway_error("rate_limit")), None).retry is Retry.AUTO


def test_trap_37_the_body_of_an_error_is_read_and_a_new_reason_is_no_crash(call: Caller, spooled: Keep) -> None:
    with Peer(answers(gateway_error("insufficient_user_quota"), status="403 Forbidden")) as peer:
        evidence = call(peer.base_url)
    assert call.verdict(evidence).outcome is Outcome.FAILED_BALANCE
    assert classify(whole(), read_answer(spooled(document(reason="A_REASON_OF_2031")))).reason == "A_REASON_OF_2031"


def test_trap_38_a_picture_in_the_words_is_a_picture_and_no_refusal(spooled: Keep) -> None:
    uri = f"data:image/png;base64,{base64.b64encode(ONE).decode()}"
    reading = read_answer(spooled(document(text_part(uri))))
    assert (roles(reading), reading.model_text) == (["primary"], "")


def test_trap_39_a_large_picture_is_never_held_whole(tmp_path: Path) -> None:
    body = to_bytes(document(image_part(picture(1, size_bytes=12_000_000))))
    tracemalloc.start()
    try:
        received = receive(Spool(tmp_path / "spool", reserve_bytes=0), body, tuple(range(65_536, len(body), 65_536)))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert received.verdict.outcome is Outcome.DELIVERED
    assert peak < 4 * spool_file.BUFFER_BYTES < len(body) / 10


def test_trap_41_a_model_that_is_gone_is_told_as_such_and_its_id_is_data() -> None:
    verdict = classify(failed(404, gateway_error("model_not_found")), None)
    assert (verdict.outcome, verdict.charge) == (Outcome.FAILED_CONFIG, Charge.NONE)
    assert "does not offer this model" in verdict.detail
    gateway = Gateway(base_url="https://gateway.example", api_key="sk-x", wire_ids={"pro": "gemini-3-pro-image"})
    assert gateway.path_for(PRO).endswith("/gemini-3-pro-image:generateContent")


def test_every_trap_has_a_line_and_every_test_named_there_exists() -> None:
    lines = dict(
        re.findall(r"^\| (\d+) \| .+? \| (.+?) \|$", PAGE.read_text("utf-8").partition("## Traps")[2], re.MULTILINE)
    )
    assert set(map(int, lines)) == set(range(1, 43))
    tests = {int(number) for name in globals() for number in re.findall(r"^test_trap_(\d\d)_", name)}
    assert {int(number) for number, shown in lines.items() if shown == "tested"} == tests
    for path, test in re.findall(r"`([\w/]+\.py)::(\w+)`", " ".join(lines.values())):
        file = PAGE.parents[1] / path if "/" in path else Path(__file__).with_name(path)
        assert f"def {test}(" in file.read_text("utf-8")
