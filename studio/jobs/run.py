"""S1 to S8 for one generation: claim, prepare, mark, send, keep the answer, charge, read, conclude.

Everything before the mark (S3) costs nothing and is done again; everything after the answer is on disk (S5) is local
and repeats until it works. In between lies the paid call, which is never repeated by a machine.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from ..models import Attempt, Generation, Instance
from ..provider import gemini
from ..provider.request import InvalidRequest
from ..provider.spool import SpoolFull
from ..telemetry.ids import bound, learn
from ..telemetry.spans import span
from . import clock
from .call import call_of
from .claim import Claim, LostClaim, Withheld, check_still_open, claim, give_back, let_go
from .gateway import current_spool
from .identity import worker_id
from .look_at_storage import note_trouble
from .mark import hang_up, mark, mark_unsent, note_sent, take_back_mark
from .recover import REPEAT_AFTER
from .settle import conclude, give_up, record_answer
from .store import NotFetched
from .withdraw import is_unwelcome, withdraw_one

logger = logging.getLogger(__name__)

RESERVED_BYTES: Final = 64 << 20
"""Spool space set aside before a call: two 4K pictures with room to spare."""
STORAGE_PAUSE: Final = timedelta(seconds=30)
PATIENCE_SECONDS: Final = 600
"""How long a paid answer waits for a database that is away, before it is left to `recover` in the spool."""


def run_once(generation_id: int) -> None:
    """Take the generation as far as it goes. Harmless to call twice, late, or for one that is final."""
    studio = Instance.current()
    if studio.paused_reason or studio.storage_trouble:
        return
    if mine := claim(generation_id, worker_id=worker_id(), now=clock.now()):
        run(mine)


def run(mine: Claim, *, on_prepared: Callable[[], None] = lambda: None) -> None:
    """Take what was claimed as far as it goes. `on_prepared`: all is done that comes before the first byte."""
    generation = Generation.objects.select_related("run", "person", "project").get(pk=mine.generation_id)
    ids = {"generation": generation.public_id, "person": generation.person_id, "worker": worker_id()}
    with bound(**ids), span("generation"):
        _run(mine, generation, on_prepared)


def _run(mine: Claim, generation: Generation, on_prepared: Callable[[], None]) -> None:
    if is_unwelcome(generation):
        withdraw_one(generation, now=clock.now())
        return
    try:
        _call(mine, generation, on_prepared)
    except Withheld:
        give_back(mine)
    except LostClaim:
        logger.info("generation %s: the claim was lost before sending", generation.public_id)
    except SpoolFull:
        logger.error("generation %s: no room for an answer, waiting", generation.public_id)
        give_back(mine, not_before=clock.now() + STORAGE_PAUSE)
    except NotFetched:
        logger.warning("generation %s: its picture is still to be fetched", generation.public_id)
        let_go(mine, until=clock.now() + REPEAT_AFTER)
    except Exception as error:
        # Whatever is left to do is in the rows and the spool; `recover` takes it up after a short rest.
        logger.exception("generation %s: the worker failed", generation.public_id)
        note_trouble(error)
        let_go(mine, until=clock.now() + REPEAT_AFTER)


def _call(mine: Claim, generation: Generation, on_prepared: Callable[[], None]) -> None:
    try:
        with span("prepare"):
            call = call_of(generation, mine.key)
    except (InvalidRequest, FileNotFoundError) as error:
        give_up(mine, generation, reason=type(error).__name__, detail=_why_not(error), now=clock.now())
        return
    learn(attempt=call.attempt_id)
    spool = current_spool()
    spool.reserve(RESERVED_BYTES)

    def before_send() -> None:
        check_still_open(mine, call.gateway.name)
        try:
            mark(mine, call, now=clock.now())
        except DatabaseError:
            take_back_mark(mine, call.attempt_id)
            raise
        hang_up()
        on_prepared()

    with span("call", (LostClaim,), model=generation.run.model_key, size=generation.run.size):
        evidence = gemini.generate(
            call.request,
            gateway=call.gateway,
            attempt_id=str(call.attempt_id),
            spool=spool,
            before_send=before_send,
            on_sent=lambda: note_sent(mine, call.attempt_id),
        )

    learn(provider_request=next(iter(evidence.request_ids.values()), ""))

    def finish() -> None:
        attempt = Attempt.objects.filter(pk=call.attempt_id).first()
        if attempt is None:
            # Never connected: no attempt was marked, so the evidence gets its row now. Nothing can have been charged.
            attempt = mark_unsent(mine, call)
        with span("charge"):
            record_answer(mine, attempt, evidence, now=clock.now())
        with span("conclude"):
            conclude(mine, attempt, now=clock.now())

    _until_the_database_takes_it(finish)


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
            hang_up()
            time.sleep(1)
        else:
            return


def _why_not(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "An input image is missing from storage."
    return f"The model no longer takes this request: {error}."
