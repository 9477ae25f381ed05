"""What a provider might send when everything goes wrong, and the way of it through the client.

`bodies` draws answers by Gemini's own grammar with anything in any place, damages some of them byte by byte and
blows others up. `receive` takes one in as the paid call does: Spill, spool, reading, verdict.
"""

import base64
import json
import os
from dataclasses import dataclass, replace
from typing import Any, Final

from hypothesis import strategies as st

from studio.provider.answer import Reading, read_answer
from studio.provider.classify import FINISH_OUTCOMES, Verdict, classify
from studio.provider.evidence import Evidence, Stage
from studio.provider.spill import AnswerTooLarge, Spill
from studio.provider.spool import Spool

from .documents import JPEG, picture

CASES: Final = int(os.environ.get("CASES", "200"))
"""`make fuzz` runs 20,000."""
ATTEMPT: Final = "fuzz"
BLOWN_UP_BYTES: Final = 100_000
BLOCKS: Final = ("SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "JAILBREAK", "MODEL_ARMOR")
WORDS: Final = (
    "STOP", "OTHER", "FINISH_REASON_UNSPECIFIED", "MALFORMED_RESPONSE", "stop", "\0", "\ud800", "\u202egnp.exe",
    "x" * 99,
    "<script>alert(1)</script>", "{{7*7}}", "![x](javascript:alert(1))", "data:image/png;base64,", "a;base64,QUJD",
    "part-0123456789abcdef-0", "https://b.oss-us-west-1.aliyuncs.com/a.png?x=1", "https://a b", "Z͑ͫ̓ͪ̂ͫa͂lgo", "",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Received:
    evidence: Evidence
    reading: Reading | None
    verdict: Verdict


def receive(spool: Spool, body: bytes, cuts: tuple[int, ...] = (), *, status: int = 200) -> Received:
    """Take the body in, in pieces that end at the cuts, and judge it."""
    spool.forget(ATTEMPT)
    evidence = Evidence(stage=Stage.ANSWERING, http_status=status)
    if not evidence.is_success:
        evidence = replace(evidence, stage=Stage.COMPLETE, error_excerpt=body[:2_000].decode("utf-8", "replace"))
        return Received(evidence, None, classify(evidence, None))
    with spool.open(ATTEMPT) as writer:
        writer.head(status, {})
        spill = Spill(writer.document, writer.open_part, writer.open_text, token=writer.token)
        try:
            for start, end in zip((0, *cuts), (*cuts, len(body)), strict=True):
                spill.feed(body[start:end])
            if spill.is_json and not spill.is_complete:
                evidence.error = "AnswerCut: the JSON has no end"
        except AnswerTooLarge as error:
            evidence.error = f"AnswerTooLarge: {error}"
        evidence.images_seen = writer.images_seen
        if not evidence.error:
            evidence.stage = Stage.COMPLETE
            writer.complete(evidence)
    spooled = spool.answer(ATTEMPT)
    reading = read_answer(spooled) if spooled else None
    return Received(evidence, reading, classify(evidence, reading))


# ── The grammar ────────────────────────────────────────────────────────────────────────────────────


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def weighted(*choices: tuple[int, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    """Each strategy as often as its weight says; `one_of` takes them all for equally likely."""
    by_weight = [strategy for weight, strategy in choices for _ in range(weight)]
    return st.integers(0, len(by_weight) - 1).flatmap(by_weight.__getitem__)


words = st.one_of(st.sampled_from(WORDS), st.text(max_size=12))
images = weighted(
    (6, st.builds(picture, st.integers(0, 5), size_bytes=st.integers(20, 200))),
    (2, st.builds(picture, st.integers(0, 5), beginning=st.just(JPEG), size_bytes=st.integers(20, 90))),
    (1, st.binary(max_size=20)),
    (1, st.sampled_from([b"<html>", b"<svg onload=x>", b"GIF89a", b"%PDF", b""])),
)
data = weighted(
    (6, images.map(encoded)),
    (1, images.map(lambda each: f"data:image/png;base64,{encoded(each)}")),
    (1, images.map(lambda each: encoded(each)[:-3])),
    (1, words),
)
uris = st.builds("{}data:{};base64,{}{}".format, words, st.sampled_from(["image/png", "", "x/y;q=1"]), data, words)
numbers = st.one_of(st.integers(-5, 5_000), st.sampled_from([1 << 40, 1 << 70, 0.5, float("nan"), float("inf"), True]))
scalars = st.one_of(st.none(), st.booleans(), numbers, words)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=6
)


def either(*usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what stands there in honest answers."""
    return weighted((15, st.one_of(*usual)), (1, anything))


rarely = st.sampled_from([False] * 15 + [True])


@st.composite
def objects(draw: st.DrawFn, **fields: st.SearchStrategy[Any]) -> dict[str, Any]:
    """Most of the fields, in either spelling, and now and then one that nobody knows."""
    is_snake = draw(rarely)
    found = {}
    for name, values in fields.items():
        if not draw(rarely):
            found[_snake(name) if is_snake else name] = draw(values)
    return {**found, "unknownField": draw(anything)} if draw(rarely) else found


def _snake(name: str) -> str:
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in name)


inline = objects(mimeType=either(words), data=either(data))
signatures = either(words, st.just("U0lH" * 3_000))
parts = either(
    objects(text=words, thoughtSignature=signatures),
    objects(inlineData=inline, thoughtSignature=signatures),
    objects(inlineData=inline, thought=either(st.booleans())),
    objects(text=either(words, uris), inlineData=either(inline), thought=either(st.booleans())),
)
reasons = either(st.sampled_from([*["STOP"] * 12, *FINISH_OUTCOMES, "PUP_LIMITED_DISABLED"]), words)
candidates = objects(
    content=either(objects(parts=either(st.lists(parts, min_size=1, max_size=5), st.none()), role=words)),
    finishReason=reasons,
    index=either(st.just(0)),
    finishMessage=either(words),
    groundingMetadata=either(
        objects(
            webSearchQueries=either(st.lists(words, max_size=2)),
            searchEntryPoint=either(objects(renderedContent=either(words)), anything),
            groundingChunks=either(st.lists(objects(web=either(objects(uri=either(uris), title=words)))), anything),
        )
    ),
)
details = either(st.lists(objects(modality=either(words), tokenCount=either(numbers)), max_size=3))
usages = objects(
    promptTokenCount=either(numbers),
    candidatesTokenCount=either(numbers),
    thoughtsTokenCount=either(numbers),
    totalTokenCount=either(numbers),
    promptTokensDetails=details,
    candidatesTokensDetails=details,
    trafficType=either(words),
)
errors = objects(
    code=either(words, st.sampled_from(["insufficient_user_quota", 429, "write_response_body_failed"])),
    type=either(words, st.just("invalid_request_error")),
    message=either(words, st.just("thought signature; Upstream model timed out")),
    status=either(words),
)
answers = objects(
    candidates=weighted((8, st.lists(candidates, min_size=1, max_size=2)), (1, st.none()), (1, anything)),
    promptFeedback=weighted((3, st.none()), (1, either(objects(blockReason=either(st.sampled_from(BLOCKS)))))),
    usageMetadata=either(usages),
    responseId=either(words),
    modelVersion=either(words),
)
addresses = st.fixed_dictionaries({"image_url": either(objects(url=either(uris, data, words)), words)})
messages = objects(
    content=either(words, uris, st.lists(st.one_of(objects(text=either(words, uris)), addresses), max_size=3)),
    refusal=either(st.none(), words),
    images=either(st.lists(either(addresses), max_size=3)),
)
choices = objects(
    message=either(messages), finish_reason=either(st.sampled_from(["stop", "length", "content_filter"]), words)
)
completions = objects(
    choices=either(st.lists(either(choices), max_size=2)),
    usage=either(objects(prompt_tokens=numbers, completion_tokens=numbers, total_tokens=numbers)),
    id=either(words),
    model=either(words),
)
refusals = objects(error=either(errors), success=st.booleans(), message=words)


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """An answer as JSON, in one of the ways in which JSON may be written."""
    answer = draw(
        weighted((9, answers), (1, st.lists(answers, max_size=2)), (2, completions), (2, refusals), (1, anything))
    )
    text = json.dumps(answer, indent=draw(st.sampled_from([None, 1])), ensure_ascii=draw(st.booleans()))
    if draw(st.booleans()):
        text = text.replace("/", "\\/").replace("=", "\\u003d")
    return draw(st.sampled_from([b"", b"\xef\xbb\xbf", b" \n"])) + text.encode("utf-8", "surrogatepass")


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """The same with up to three places where bytes were lost, changed, repeated or put in."""
    body = draw(written())
    for _ in range(draw(st.integers(1, 3))):
        start, length = draw(st.integers(0, len(body))), draw(st.integers(0, 30))
        piece = draw(st.one_of(st.binary(max_size=6), st.just(body[start : start + length] * 2), st.just(b'"')))
        body = body[:start] + piece + body[start + length :]
    return body[: draw(st.one_of(st.just(len(body)), st.integers(0, len(body))))]


@st.composite
def blown_up(draw: st.DrawFn) -> bytes:
    """The same with one piece of it repeated until it is large."""
    body = draw(written())
    start, length = draw(st.integers(0, len(body))), draw(st.integers(1, 60))
    piece = body[start : start + length] + draw(st.sampled_from([b"", b",", b'",']))
    return body[:start] + piece * (BLOWN_UP_BYTES // (len(piece) or 1)) + body[start + length :]


bodies = weighted((20, written()), (17, damaged()), (2, st.binary(max_size=60)), (1, blown_up()))
cuts = st.lists(st.floats(0, 1), max_size=6)


def places(fractions: list[float], body: bytes) -> tuple[int, ...]:
    return tuple(sorted(int(each * len(body)) for each in fractions))
