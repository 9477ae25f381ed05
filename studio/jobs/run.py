"""S1 to S8 for one generation: claim, prepare, mark, send, keep the answer, charge, read, conclude.

Everything before the mark (S3) costs nothing and is done again; everything after the answer is on disk (S5) is local
and repeats until it works. In between lies the paid call, which is never repeated by a machine.
"""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from ..models import Attempt, Generation, Instance, Output, Run, Status, Upload
from ..provider import gemini
from ..provider.body import Body, without_pictures
from ..provider.outcome import Charge
from ..provider.request import GenerationRequest, InvalidRequest
from ..provider.spool import SpoolFull
from ..storage.inputs import input_image
from ..storage.objects import object_exists
from .claim import Claim, LostClaim, claim, give_back, let_go
from .gateway import current_gateway, current_spool
from .identity import worker_id
from .recover import REPEAT_AFTER
from .settle import conclude, give_up, record_answer
from .store import NotFetched

logger = logging.getLogger(__name__)

RESERVED_BYTES: Final = 64 << 20
"""Spool space set aside before a call: two 4K pictures with room to spare."""
MARGIN: Final = timedelta(seconds=120)
"""What a worker may take beyond the call's own deadline, to write the request and to save the answer."""
STORAGE_PAUSE: Final = timedelta(seconds=30)
PATIENCE_SECONDS: Final = 600
"""How long a paid answer waits for a database that is away, before it is left to `recover` in the spool."""


def run_once(generation_id: int) -> None:
    """Take the generation as far as it goes. Harmless to call twice, late, or for one that is final."""
    if Instance.current().paused_reason:
        return
    mine = claim(generation_id, worker_id=worker_id(), now=timezone.now())
    if mine is None:
        return
    generation = Generation.objects.select_related("run", "person", "project").get(pk=generation_id)
    try:
        _call(mine, generation)
    except LostClaim:
        logger.info("generation %s: the claim was lost before sending", generation.public_id)
    except SpoolFull:
        logger.error("generation %s: no room for an answer, waiting", generation.public_id)
        give_back(mine, not_before=timezone.now() + STORAGE_PAUSE)
    except NotFetched:
        logger.warning("generation %s: its picture is still to be fetched", generation.public_id)
        let_go(mine, until=timezone.now() + REPEAT_AFTER)
    except Exception:
        # Whatever is left to do is in the rows and the spool; `recover` takes it up after a short rest.
        logger.exception("generation %s: the worker failed", generation.public_id)
        let_go(mine, until=timezone.now() + REPEAT_AFTER)


def request_of(run: Run) -> GenerationRequest:
    """The run as the provider's request.

    Raises InvalidRequest if the catalogue no longer allows it, FileNotFoundError if an input picture is gone.
    """
    pictures = pictures_of(run)
    for picture in pictures:
        if not object_exists(picture.key):
            raise FileNotFoundError(picture.key)
    return GenerationRequest(
        model_key=run.model_key,
        prompt=run.prompt,
        size=run.size,
        ratio=run.ratio,
        images=tuple(input_image(picture) for picture in pictures),
        system_prompt=run.system_prompt,
        thinking_level=run.thinking_level,
        web_search=run.web_search,
        text_answer=run.text_answer,
    )


def pictures_of(run: Run) -> list[Upload | Output]:
    """The run's input pictures in the order they are sent."""
    return [row.picture for row in run.inputs.select_related("upload", "output__generation__run")]


def _call(mine: Claim, generation: Generation) -> None:
    attempt_id = uuid.uuid4()
    try:
        request = request_of(generation.run)
    except (InvalidRequest, FileNotFoundError) as error:
        give_up(mine, generation, reason=type(error).__name__, detail=_why_not(error), now=timezone.now())
        return
    spool, gateway = current_spool(), current_gateway()
    spool.reserve(RESERVED_BYTES)
    longest = timedelta(seconds=request.read_timeout_seconds * gateway.timeout_scale) + MARGIN

    def before_send() -> None:
        try:
            mark(mine, generation, attempt_id, request, lease_expires_at=timezone.now() + longest)
        except DatabaseError:
            _take_back_mark(mine, attempt_id)
            raise
        _hang_up()  # the wait is long; a pool has better uses for the connection

    def on_sent() -> None:
        _note_sent(mine, attempt_id)

    evidence = gemini.generate(
        request,
        gateway=gateway,
        attempt_id=str(attempt_id),
        spool=spool,
        before_send=before_send,
        on_sent=on_sent,
    )

    def finish() -> None:
        attempt = Attempt.objects.filter(pk=attempt_id).first()
        if attempt is None:
            # Never connected: no attempt was marked, so the evidence gets its row now. Nothing can have been charged.
            attempt = mark_unsent(mine, generation, attempt_id, request)
        record_answer(mine, attempt, evidence, now=timezone.now())
        conclude(mine, attempt, now=timezone.now())

    _until_the_database_takes_it(finish)


def mark(
    mine: Claim,
    generation: Generation,
    attempt_id: uuid.UUID,
    request: GenerationRequest,
    *,
    lease_expires_at: datetime,
) -> Attempt:
    """S3: commit, before the first byte, that this call may now be charged. Raises `LostClaim`."""
    now = timezone.now()
    with transaction.atomic(durable=True):
        moved = mine.rows.filter(status=Status.QUEUED).update(
            status=Status.SENDING,
            sent_at=now,
            lease_expires_at=lease_expires_at,
            revision=F("revision") + 1,
        )
        if not moved:
            raise LostClaim
        return _new_attempt(generation, attempt_id, request, now)


def mark_unsent(mine: Claim, generation: Generation, attempt_id: uuid.UUID, request: GenerationRequest) -> Attempt:
    """A row for a call that never reached the provider. Raises `LostClaim` if somebody else has the generation."""
    now = timezone.now()
    with transaction.atomic():
        if not mine.rows.filter(status=Status.QUEUED).update(status=Status.SENDING):
            raise LostClaim
        return _new_attempt(generation, attempt_id, request, now)


def _new_attempt(generation: Generation, attempt_id: uuid.UUID, request: GenerationRequest, now: datetime) -> Attempt:
    return Attempt.objects.create(
        id=attempt_id,
        generation=generation,
        number=generation.attempts.count() + 1,
        price_micros=generation.price_micros,
        charge=Charge.HELD,
        request_bytes=Body.of(request).size_bytes,
        request_document=without_pictures(request),
        started_at=now,
    )


def _until_the_database_takes_it(step: Callable[[], None]) -> None:
    """Repeat a step that may be repeated, while the database is away or has no time for it."""
    ends_at = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            step()
        except (OperationalError, InterfaceError):
            if connection.in_atomic_block or time.monotonic() > ends_at:
                raise
            logger.exception("the database does not take an answer, trying again")
            _hang_up()
            time.sleep(1)
        else:
            return


def _take_back_mark(mine: Claim, attempt_id: uuid.UUID) -> None:
    """The mark failed, and nothing was sent for certain. Its commit may have come through all the same: undo it."""
    _hang_up()
    with transaction.atomic():
        Attempt.objects.filter(pk=attempt_id).delete()
        mine.rows.filter(status=Status.SENDING).update(status=Status.QUEUED, sent_at=None)


def _hang_up() -> None:
    if not connection.in_atomic_block:
        connection.close()


def _why_not(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "An input image is missing from storage."
    return f"The model no longer takes this request: {error}."


def _note_sent(mine: Claim, attempt_id: uuid.UUID) -> None:
    """S4: the request is written. Only a note: the call goes on whatever becomes of it."""
    try:
        now = timezone.now()
        Attempt.objects.filter(pk=attempt_id).update(sent_at=now)
        mine.rows.filter(status=Status.SENDING).update(status=Status.ANSWERING, revision=F("revision") + 1)
        _hang_up()
    except Exception:
        logger.exception("attempt %s: could not note that it was sent", attempt_id)
