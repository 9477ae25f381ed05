"""S7: the answer's pictures, from the spool into storage. Local work that may be repeated as often as it takes."""

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from ..fetch import FetchFailed, FetchRefused, download
from ..models import Attempt, Output
from ..provider.answer import AnswerImage, Reading
from ..provider.classify import Verdict
from ..provider.outcome import RULES, Charge, Outcome
from ..storage import keys, objects, pictures
from .gateway import current_gateway

logger = logging.getLogger(__name__)

_DOWNLOAD_TRIES: Final = 3
_DOWNLOAD_BYTES_MAX: Final = 60_000_000
_DOWNLOAD_SECONDS: Final = 120
_ROLES: Final = {
    "primary": Output.Role.PRIMARY,
    "deliverable": Output.Role.VARIANT,
    "draft": Output.Role.DRAFT,
    "thought": Output.Role.THOUGHT,
}


class NothingUsable(Exception):
    """No picture of the answer could be stored. `verdict` says what that makes of the call."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.reason)
        self.verdict = verdict


def store_pictures(attempt: Attempt, reading: Reading, verdict: Verdict) -> tuple[list[Output], Verdict]:
    """Outputs, unsaved, whose bytes are stored; and the verdict, corrected by what could not be.

    Raises `NothingUsable`. A picture that cannot be read is left out; the others are kept.
    """
    outputs: list[Output] = []
    lost: Verdict | None = None
    for image in reading.images:
        try:
            with _local(image) as path:
                outputs.append(_stored(attempt, image, path))
        except pictures.NotAPicture as error:
            lost = _gone(Outcome.CORRUPT_RESULT, error.code, "The provider's picture could not be read.")
        except (FetchRefused, FetchFailed) as error:
            logger.warning("attempt %s: download failed: %s", attempt.pk, error)
            lost = _gone(Outcome.DELIVERY_LOST, "download_failed", "The picture was made but could not be fetched.")
    if not outputs:
        raise NothingUsable(lost or verdict)
    _promote(outputs)
    if lost is not None:
        verdict = replace(verdict, outcome=Outcome.DELIVERED_WITH_WARNING, detail=lost.detail)
    elif verdict.outcome is Outcome.DELIVERY_PENDING:
        verdict = replace(verdict, outcome=Outcome.DELIVERED)
    return outputs, verdict


def _stored(attempt: Attempt, image: AnswerImage, path: Path) -> Output:
    facts = pictures.facts_of(path)
    small = pictures.thumbnail(path)
    sha256 = objects.sha256_of(path)
    key, thumbnail_key = keys.picture_key(sha256, facts.mime_type), keys.thumbnail_key(sha256, pictures.THUMBNAIL_EDGE)
    objects.put_file(key, path)
    objects.put_bytes(thumbnail_key, small)
    return Output(
        generation=attempt.generation,
        attempt=attempt,
        role=_ROLES[image.role],
        position=image.position,
        mime_type=facts.mime_type,
        size_bytes=path.stat().st_size,
        width=facts.width,
        height=facts.height,
        sha256=sha256,
        key=key,
        thumbnail_key=thumbnail_key,
    )


def _promote(outputs: list[Output]) -> None:
    """Some picture is always the frame's own: if the primary was lost, the last one that was kept."""
    if not any(output.role == Output.Role.PRIMARY for output in outputs):
        outputs[-1].role = Output.Role.PRIMARY


@contextmanager
def _local(image: AnswerImage) -> Iterator[Path]:
    """The picture as a file: the spool's own, or downloaded from the address the provider gave."""
    if image.path is not None:
        yield image.path
        return
    with tempfile.NamedTemporaryFile(prefix="nb-download-") as file:
        _download(image.url or "", Path(file.name))
        yield Path(file.name)


def _download(url: str, into: Path) -> None:
    """Try three times: fetching a picture that is paid for costs nothing."""
    for tries_left in reversed(range(_DOWNLOAD_TRIES)):
        try:
            with into.open("wb") as file:
                download(
                    url,
                    hosts=current_gateway().oss_hosts,
                    into=file,
                    bytes_max=_DOWNLOAD_BYTES_MAX,
                    deadline_seconds=_DOWNLOAD_SECONDS,
                )
            return
        except FetchFailed:
            if not tries_left:
                raise


def _gone(outcome: Outcome, reason: str, detail: str) -> Verdict:
    """A picture was made and charged, and we do not have it."""
    rule = RULES[outcome]
    return Verdict(
        outcome=outcome,
        charge=Charge.CHARGED,
        retry=rule.retry,
        retry_delays_seconds=(),
        retry_after_seconds=None,
        reason=reason,
        detail=detail,
    )
