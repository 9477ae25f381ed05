"""S7: the answer's pictures, from the spool into storage. Local work that may be repeated as often as it takes."""

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Final

from django.conf import settings

from ..decoder import NotAPicture, examine
from ..fetch import FetchFailed, FetchRefused, download
from ..models import Attempt, Output
from ..provider.answer import AnswerImage, Reading
from ..provider.classify import Verdict, verdict_for_lost_download, verdict_for_pictures
from ..provider.outcome import Outcome
from ..storage import keys, objects
from ..storage.thumbnails import put_thumbnails
from ..telemetry.events import STORE_SECONDS, Event, tell

logger = logging.getLogger(__name__)

FETCHING: Final = timedelta(minutes=10)
"""How long a picture behind a link is asked for again, after the answer came: links live about that long."""
_DOWNLOAD_TRIES: Final = 3
_DOWNLOAD_REST_SECONDS: Final = 1
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


class NotFetched(Exception):
    """A picture behind a link did not come, and may still come: try again later."""


def store_pictures(
    attempt: Attempt, reading: Reading, verdict: Verdict, *, now: datetime
) -> tuple[list[Output], Verdict]:
    """Outputs, unsaved, whose bytes are stored; and the verdict, corrected by what could not be.

    Raises `NothingUsable`, or `NotFetched` while it is too early to give up a link. A picture that cannot be read is
    left out; the others are kept.
    """
    outputs: list[Output] = []
    lost: Verdict | None = None
    for image in reading.images:
        try:
            with _local(image) as path:
                outputs.append(_stored(attempt, image, path))
        except NotAPicture as error:
            lost = Verdict.of(Outcome.CORRUPT_RESULT, error.code)
        except FetchRefused as error:
            words = "attempt %s: the provider's link may not be fetched: %s"
            tell(Event.FETCH_BLOCKED, words, attempt.pk, error, why="provider")
            lost = verdict_for_lost_download(None)
        except FetchFailed as error:
            logger.warning("attempt %s: download failed: %s", attempt.pk, error)
            if _may_still_come(error) and _is_early(attempt, now):
                raise NotFetched from error
            lost = verdict_for_lost_download(error.status)
    if not outputs:
        raise NothingUsable(lost or verdict)
    _promote(outputs)
    if lost is not None:
        verdict = replace(verdict, outcome=Outcome.DELIVERED_WITH_WARNING, reason=lost.reason, detail=lost.detail)
    elif verdict.outcome is Outcome.DELIVERY_PENDING:
        verdict = verdict_for_pictures(reading)
    return outputs, verdict


def _stored(attempt: Attempt, image: AnswerImage, path: Path) -> Output:
    examined = examine(path)
    facts = examined.facts
    sha256 = objects.sha256_of(path)
    key = keys.picture_key(sha256, facts.mime_type)
    with STORE_SECONDS.labels(settings.STORAGES["default"]["BACKEND"].rpartition(".")[2]).time():
        objects.put_file(key, path)
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
        thumbnail_key=put_thumbnails(sha256, examined.thumbnails),
        colour=examined.colour,
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
    """Try three times: fetching a picture that is paid for costs nothing. Raises `FetchRefused` or `FetchFailed`."""
    for tries_left in reversed(range(_DOWNLOAD_TRIES)):
        try:
            with into.open("wb") as file:
                download(
                    url,
                    hosts=settings.NB_OSS_HOSTS,
                    into=file,
                    bytes_max=_DOWNLOAD_BYTES_MAX,
                    deadline_seconds=_DOWNLOAD_SECONDS * settings.NB_TIMEOUT_SCALE,
                )
            return
        except FetchFailed as error:
            if not tries_left or not _may_still_come(error):
                raise
            time.sleep(_DOWNLOAD_REST_SECONDS * settings.NB_TIMEOUT_SCALE)


def _may_still_come(error: FetchFailed) -> bool:
    """A server or a line that has trouble now. An expired link, a redirect or a wrong file stays what it is."""
    return error.status is None or error.status == HTTPStatus.TOO_MANY_REQUESTS or error.status >= 500


def _is_early(attempt: Attempt, now: datetime) -> bool:
    return attempt.answered_at is not None and now < attempt.answered_at + FETCHING * settings.NB_TIMEOUT_SCALE
