"""What the provider may do with a call, and what that costs: a line each, after the table of docs/provider.md."""

import io
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from PIL import Image

from studio.provider.evidence import Evidence, Stage
from studio.provider.spill import Spill
from studio.provider.spool import Spool
from tests.provider.documents import document, image_part, picture, text_part, to_bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """`status` is what a generation becomes. `is_charged` or not; `tries` are those that follow by themselves.

    `body` comes with a 200 and is whole. `is_kept`: it was paid and could not be used, so it may be looked at again.
    `tokens` in and out are what it counts, thinking among those that come out; None when it counts nothing.
    """

    name: str
    status: str
    is_charged: bool
    evidence: Evidence
    body: bytes = b""
    tries: int = 0
    kind: str = ""
    is_kept: bool = False
    tokens: tuple[int, int] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether there is an answer on the disk, of any status."""
        return self.evidence.stage is Stage.COMPLETE

    @property
    def is_success(self) -> bool:
        return self.evidence.is_success


@cache
def _png() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "PNG")
    return file.getvalue()


def _whole(status: int) -> Evidence:
    return Evidence(stage=Stage.COMPLETE, http_status=status)


def _broken(stage: Stage, status: int | None = None, error: str = "ConnectionLost: it broke") -> Evidence:
    return Evidence(stage=stage, http_status=status, error=error)


def _answered(name: str, status: str, tokens: tuple[int, int] | None, *parts: dict[str, Any], **more: Any) -> Answer:
    """With a 200. A tenth of what comes out is thinking."""
    is_kept = more.pop("is_kept", False)
    body = to_bytes(document(*parts, usageMetadata=_usage(*tokens) if tokens else {}, **more))
    return Answer(name, status, True, _whole(200), body, is_kept=is_kept, tokens=tokens)


def _usage(tokens_in: int, tokens_out: int) -> dict[str, int]:
    thoughts = tokens_out // 10
    return {
        "promptTokenCount": tokens_in,
        "candidatesTokenCount": tokens_out - thoughts,
        "thoughtsTokenCount": thoughts,
        "totalTokenCount": tokens_in + tokens_out,
    }


PICTURE = _answered("picture", "succeeded", (18, 1_373), image_part(_png()))
MUCH = _answered("much", "succeeded", (99, 9_999), image_part(_png()))  # more than is held for it
WORDS = _answered("words", "refused", (18, 41), text_part("No."))
FILTERED = _answered("filtered", "refused", None, reason="IMAGE_SAFETY")
CORRUPT = _answered("corrupt", "refused", (18, 1_120), image_part(picture()), is_kept=True)
CUT = Answer("cut", "refused", True, _broken(Stage.ANSWERING, 200))
SILENT = Answer("silent", "unknown", True, _broken(Stage.SENT, error="TimedOut: nothing came"))
GAVE_UP = Answer("504", "unknown", True, _whole(504))
BAD = Answer("400", "failed", False, _whole(400), kind="input")
BUSY = Answer("429", "failed", False, _whole(429), tries=3, kind="busy")
FAULT = Answer("500", "failed", False, _whole(500), tries=1, kind="fault")
BROKE_OFF = Answer("broke off", "failed", False, _broken(Stage.SENDING), tries=2, kind="network")
NOT_CONNECTED = Answer("not connected", "failed", False, _broken(Stage.NOT_CONNECTED), tries=2, kind="network")

ALL = (PICTURE, MUCH, WORDS, FILTERED, CORRUPT, CUT, SILENT, GAVE_UP, BAD, BUSY, FAULT, BROKE_OFF)
ANSWERS = {answer.name: answer for answer in ALL}
STATUS_LINES = (CUT, GAVE_UP, BAD, BUSY)
"""Those that say it all in their first line, so that it counts even when their end never came."""


def keep(answer: Answer, attempt_id: UUID) -> Evidence:
    """Bring the answer to the spool, as the client does while it comes in; the evidence of it."""
    evidence = replace(answer.evidence)
    if not answer.is_whole:
        return evidence
    with _spool().open(str(attempt_id)) as writer:
        writer.head(evidence.http_status or 0, {})
        spill = Spill(writer.document, writer.open_part, writer.open_text, token=writer.token)
        spill.feed(answer.body)
        evidence.images_seen = writer.images_seen
        writer.complete(evidence)
    return evidence


def keep_first_line(answer: Answer, attempt_id: UUID) -> None:
    """As much of it as a worker has, that dies when the status line is on its disk."""
    with _spool().open(str(attempt_id)) as writer:
        writer.head(answer.evidence.http_status or 0, {})


def _spool() -> Spool:
    return Spool(settings.NB_SPOOL_DIR, reserve_bytes=0)
