"""Twenty thousand answers that nobody should ever send (`make fuzz`); a few hundred of them in every run of the tests.

The law: nothing raises, everything has a verdict, a call whose status line promised an answer counts as paid, where
the stream was cut makes no difference, and no answer takes more memory than three times its size.
"""

import json
import tempfile
import time
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from studio.provider.answer import Reading
from studio.provider.classify import charge_at_answer
from studio.provider.outcome import Charge, Retry
from studio.provider.sniff import image_type
from studio.provider.spool import Spool

from .documents import document, image_part, picture, text_part, to_bytes
from .fuzzing import CASES, Received, bodies, cuts, places, receive

pytestmark = pytest.mark.thorough

PAID = {Charge.CHARGED, Charge.PRESUMED}
LARGE_BYTES = 64 * 1024
CONSTANT_BYTES = 4_000_000
"""What ten thousand small values and 256 kB of wide letters may take, however small the answer."""
STATUSES = st.sampled_from([200] * 8 + [201, 204, 299, 400, 403, 413, 429, 500, 502, 503, 504, 524, 302, 100, 999])


@dataclass
class Figures:
    """What the run has seen, for whoever started it."""

    cases: int = 0
    size_bytes: int = 0
    memory_ratio: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    began: float = field(default_factory=time.monotonic)

    def note(self, body: bytes, received: Received) -> None:
        self.cases += 1
        self.size_bytes += len(body)
        self.outcomes[received.verdict.outcome] += 1

    def __str__(self) -> str:
        found = ", ".join(f"{outcome} {count}" for outcome, count in self.outcomes.most_common())
        return (
            f"{self.cases:,} answers, {self.size_bytes:,} bytes in {time.monotonic() - self.began:.0f} s; "
            f"at most {self.memory_ratio:.2f} x their size in memory\n{found}"
        )


@pytest.fixture(scope="module")
def figures() -> Iterator[Figures]:
    seen = Figures()
    yield seen
    print(f"\n{seen}")


@pytest.fixture(scope="module")
def fuzz_spool() -> Iterator[Spool]:
    """In memory where there is such a place: to bring every case to a real disk would take most of the time."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="nb-fuzz-", dir=memory if memory.is_dir() else None) as folder:
        yield Spool(Path(folder), reserve_bytes=0)


def without_places(reading: Reading | None) -> Reading | None:
    """The spool's folder is another one each time; what it holds is not."""
    return reading and replace(reading, images=tuple(replace(each, path=None) for each in reading.images))


def assert_lawful(received: Received) -> None:
    evidence, reading, verdict = received.evidence, received.reading, received.verdict
    charge = charge_at_answer(evidence)
    assert (charge in PAID) == (verdict.charge in PAID)
    assert (not evidence.is_success) or verdict.charge in PAID
    assert (verdict.retry is not Retry.AUTO) or verdict.charge is Charge.NONE or verdict.reason == "link"
    assert verdict.reason
    assert verdict.detail
    if reading is None:
        return
    assert len(reading.images) <= 20
    assert len(reading.model_text) <= 50_000
    for image in reading.images:
        assert (image.path is None) == (image.url is not None)
        assert image.path is None or image_type(image.path.read_bytes()[:32]) == image.mime_type is not None
    assert sum(image.role == "primary" for image in reading.images) == bool(reading.images)
    turn = [part.to_json() for part in reading.turn]
    kept = json.dumps([reading.usage.to_json(), turn, *texts(reading)], ensure_ascii=False)
    assert "\0" not in "".join(texts(reading))
    kept.encode()  # no half of a surrogate pair


def texts(reading: Reading) -> list[str]:
    """All that goes to the database."""
    return [
        reading.model_text,
        reading.finish_reason,
        reading.block_reason,
        reading.finish_message,
        reading.response_id,
        reading.model_version,
        reading.error_code,
        reading.error_type,
        reading.error_message,
        reading.search_suggestions,
        *(text for each in reading.searched.suggestions + reading.searched.sources for text in (each.words, each.url)),
        *(text for part in reading.turn for text in (part.text, part.signature)),
        *(image.claimed_mime_type for image in reading.images),
    ]


def one(body: bytes) -> Any:
    """A case that is always tried, cut in the middle and near both ends."""
    return example(body=body, fractions=[0.001, 0.5, 0.999], status=200)


TWO_MEGABYTES = "狐\N{FOX FACE}x" * 600_000
ONE_PICTURE = to_bytes(document(image_part(picture(1))))


@settings(max_examples=CASES, deadline=None, suppress_health_check=list(HealthCheck))
@given(body=bodies, fractions=cuts, status=STATUSES)
# F51: what comes with a 200 and is no answer.
@one(b"")
@one(b"null")
@one(b"[]")
@one(b"<!DOCTYPE html><html><body>Please wait</body></html>")
@one(b"[" * 200_000 + b"]" * 200_000)
@one(b'{"candidates":' * 12_000 + b"1" + b"}" * 12_000)
@one(b'{"usageMetadata":{"totalTokenCount":' + b"9" * 5_000 + b"}}")
@one(b"\xef\xbb\xbf" + ONE_PICTURE)
@one(ONE_PICTURE.replace(b"18", b"NaN").replace(b"142", b"-Infinity"))
# F52: Base64 that is none, beside a good picture.
@one(ONE_PICTURE.replace(b'{"inlineData"', b'{"inlineData":{"data":"iVBO\xc2\xa7Rw0KGgo"}},{"inlineData"'))
# F53, B01 to B16: pictures that are something else, or something else behind the picture.
@one(
    to_bytes(document(image_part(b"<svg onload=alert(1)>"), image_part(picture(1) + b"<html>"), image_part(b"PK\3\4")))
)
# F56: a reason that nobody has heard of, and the two ways to count a block.
@one(to_bytes(document(reason="A_REASON_OF_2031")))
@one(b'{"candidates":null,"usageMetadata":{"promptTokenCount":271,"candidatesTokenCount":0,"totalTokenCount":271}}')
@one(b'{"candidates":[],"usageMetadata":{"candidatesTokenCount":291,"thoughtsTokenCount":291}}')
# F58: more pictures than are kept, and the same one again and again.
@one(to_bytes(document(*[image_part(picture(number)) for number in range(34)])))
@one(to_bytes(document(*[image_part(picture(1))] * 120)))
# F59, B80, B81: NUL, half a surrogate pair, two megabytes of words, bidirectional marks.
@one(b'{"candidates":[{"content":{"parts":[{"text":"a\\u0000\\ud800\\u202eb"}]},"finishReason":"S\\u0000\\udfff"}]}')
@one(to_bytes(document(text_part(TWO_MEGABYTES[:100_000]), image_part(picture(1)))))
@one(json.dumps(document(text_part(TWO_MEGABYTES))).encode())
# A signature of the length that some have, and one that no honest answer has.
@one(to_bytes(document(image_part(picture(1), thoughtSignature="U0lH" * 250_000))))
@one(json.dumps(document(image_part(picture(1), thoughtSignature="狐" * 2_000_000)), ensure_ascii=False).encode())
# B89 to B96 in every place a text has.
@one(
    to_bytes(
        document(text_part('"><img onerror=x>\r\n\x1b[31m{{7*7}}'), reason="<b>", responseId="\r\nSet-Cookie: a=b")
    )
)
def test_no_answer_breaks_the_reader(
    fuzz_spool: Spool, figures: Figures, body: bytes, fractions: list[float], status: int
) -> None:
    is_large = len(body) >= LARGE_BYTES
    if is_large:
        tracemalloc.start()
    received = receive(fuzz_spool, body, status=status)
    if is_large:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak <= max(3 * len(body), CONSTANT_BYTES)
        figures.memory_ratio = max(figures.memory_ratio, peak / max(len(body), CONSTANT_BYTES / 3))
    figures.note(body, received)
    assert_lawful(received)
    in_pieces = receive(fuzz_spool, body, places(fractions, body), status=status)
    assert in_pieces.evidence == received.evidence
    assert without_places(in_pieces.reading) == without_places(received.reading)
    assert in_pieces.verdict == received.verdict
