"""The threads that make the calls, and the loop that hands them queued generations: one of these in every worker.

What differs between them is how they are woken, and how anybody knows that one is dead: a file lock on one machine
(`embedded.py`), a heartbeat on several (`scaled.py`).
"""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

from django.conf import settings
from django.db import connections

from ..ledger.folding import fold
from ..models import Worker
from ..notices.letters import write_letters
from ..notices.reading import forget
from ..reconcile.account import AccountUnread
from ..trash.purge import purge
from ..webhooks.deliver import deliver_due
from ..webhooks.deliver import forget as forget_deliveries
from . import clock
from .balance import look_at_balance
from .belonging import remember, why_not
from .claim import Claim, give_back
from .identity import worker_id
from .look_at_storage import EVERY_SECONDS, is_in_trouble, look_at_storage
from .nightly import look_through
from .place import spool_name
from .reconciling import reconcile_when_due
from .recover import recover
from .run import run
from .sweep import sweep
from .take import take
from .withdraw import withdraw

logger = logging.getLogger(__name__)

SCAN_SECONDS: Final = 0.5
"""How long a row that nobody announced may wait to be seen."""
HEARTBEAT_SECONDS: Final = 10
PREPARING_MAX: Final = 8
"""Claimed and not yet marked. More at once would be no sooner: they share a processor, and each holds a connection."""


class Crew:
    """`slots` calls at a time. `lock_name` names the lock that proves that this worker lives; empty: there is none."""

    def __init__(self, slots: int, lock_name: str = "") -> None:
        self.slots = slots
        self._lock_name = lock_name
        self._refusal = ""
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._in_flight: dict[int, Future[None]] = {}
        self._preparing: set[int] = set()
        self._more_may_wait = False
        self._recovering: Future[None] | None = None
        self._verifying: Future[None] | None = None
        self._reconciling: Future[None] | None = None
        self._storing: Future[None] | None = None
        self._writing: Future[None] | None = None
        self._telling: Future[None] | None = None
        self._stored_at: float | None = None
        # Six more than there are slots: recovering, verifying, reading the log, storing, mailing and telling webhooks
        # keep no call waiting.
        self._pool = ThreadPoolExecutor(max_workers=slots + 6, thread_name_prefix="paid-call")

    def wake(self) -> None:
        """Look at the queue now instead of at the next scan."""
        self._wake.set()

    def stop(self) -> None:
        """Take nothing new. `work` returns when the calls in flight are finished and on record."""
        self._stopping.set()
        self._wake.set()

    def work(self) -> None:
        """Hand out what is queued until `stop`, then wait for what is under way. What is queued stays queued."""
        logger.info("worker %s: sending, %s at a time", worker_id(), self.slots)
        try:
            self._look_again_and_again()
        finally:
            self._pool.shutdown(wait=True)
            self._quietly(self._sign_off)
            connections.close_all()

    def _look_again_and_again(self) -> None:
        beat_at = None
        while not self._stopping.is_set():
            self._wake.clear()
            now = time.monotonic()
            if beat_at is None or now - beat_at >= HEARTBEAT_SECONDS * settings.NB_TIMEOUT_SCALE:
                beat_at = now if self._quietly(self._beat) else None
            if beat_at is not None:
                self._quietly(self._hand_out)
            self._wake.wait(SCAN_SECONDS)

    def _quietly(self, step: Callable[[], None]) -> bool:
        """Whether it worked. The database may be away for a while, and the worker must outlive that."""
        try:
            step()
        except Exception:
            logger.exception("worker %s: could not reach its rows", worker_id())
            connections.close_all()
            return False
        return True

    def _beat(self) -> None:
        """Say that this process is alive, and have an eye on what dead ones left."""
        now = clock.now()
        self._look_where_we_are()
        facts = {
            "lock_name": self._lock_name,
            "spool_name": spool_name(),
            "refusal": self._refusal,
            "heartbeat_at": now,
            "stopped_at": None,
        }
        Worker.objects.update_or_create(pk=worker_id(), defaults=facts, create_defaults={**facts, "started_at": now})
        if self._storing is None or self._storing.done():
            self._storing = self._pool.submit(self._in_thread, self._store)
        if self._recovering is None or self._recovering.done():
            self._recovering = self._pool.submit(self._in_thread, self._recover)
        if self._verifying is None or self._verifying.done():
            self._verifying = self._pool.submit(self._in_thread, self._verify)
        if settings.NB_MAIL and not self._refusal and (self._writing is None or self._writing.done()):
            self._writing = self._pool.submit(self._in_thread, self._write)
        self._tell_soon()
        if not self._refusal and (self._reconciling is None or self._reconciling.done()):
            self._reconciling = self._pool.submit(self._in_thread, self._reconcile)

    def _look_where_we_are(self) -> None:
        """Whether this machine may send for this database, and that it does."""
        refused_before, self._refusal = self._refusal, why_not()
        if not self._refusal:
            remember()
        elif self._refusal != refused_before:
            logger.error("worker %s does not send: %s. See docs/jobs.md", worker_id(), self._refusal)

    def _recover(self) -> None:
        now = clock.now()
        if recover(lock_name=self._lock_name, now=now, in_hand=tuple(self._in_flight)):
            self._wake.set()
        withdraw(now=now)
        sweep(now=now)
        forget(now=now)
        fold()

    def _store(self) -> None:
        was_in_trouble, now = is_in_trouble(), time.monotonic()
        if was_in_trouble or self._stored_at is None or now - self._stored_at >= EVERY_SECONDS:
            self._stored_at = now
            is_well = look_at_storage()
            if is_well and was_in_trouble:
                self.wake()
            if is_well:
                purge(now=clock.now(), is_unwanted=self._stopping.is_set)

    def _tell_soon(self) -> None:
        """Unless a thread is at it. What it does not see any more is told with the next heartbeat."""
        if self._refusal or self._stopping.is_set():
            return
        if self._telling is None or self._telling.done():
            self._telling = self._pool.submit(self._in_thread, self._tell)

    def _tell(self) -> None:
        while not self._stopping.is_set() and deliver_due(clock.now):
            pass
        forget_deliveries(now=clock.now())

    def _write(self) -> None:
        write_letters(now=clock.now())

    def _verify(self) -> None:
        look_through(self._stopping.is_set)

    def _reconcile(self) -> None:
        look_at_balance(now=clock.now(), pause=self._pause)
        reconcile_when_due(now=clock.now(), pause=self._pause)

    def _pause(self, seconds: float) -> None:
        """Between two questions to the gateway. Who is told to stop asks no more."""
        if self._stopping.wait(seconds):
            raise AccountUnread("stopped")

    def _sign_off(self) -> None:
        Worker.objects.filter(pk=worker_id()).update(stopped_at=clock.now())

    def _hand_out(self) -> None:
        self._in_flight = {pk: future for pk, future in self._in_flight.items() if not future.done()}
        free = min(self.slots - len(self._in_flight), PREPARING_MAX - len(self._preparing))
        if self._refusal:
            self._look_where_we_are()  # somebody may have said meanwhile that all is well
        if free <= 0 or self._refusal:
            return
        self._more_may_wait = True  # until it is known: who is prepared meanwhile had better say so
        claims = take(free, worker_id=worker_id(), now=clock.now(), but_not=self._in_flight.keys())
        self._more_may_wait = len(claims) == free
        for mine in claims:
            self._preparing.add(mine.generation_id)
            future = self._pool.submit(self._in_thread, self._call, mine)
            future.add_done_callback(lambda _: self.wake())
            self._in_flight[mine.generation_id] = future

    def _call(self, mine: Claim) -> None:
        try:
            if self._stopping.is_set():
                give_back(mine)
            else:
                run(mine, on_prepared=lambda: self._make_room(mine))
                self._tell_soon()
        finally:
            self._make_room(mine)

    def _make_room(self, mine: Claim) -> None:
        """It is prepared, and somebody else may be."""
        self._preparing.discard(mine.generation_id)
        if self._more_may_wait:
            self.wake()

    def _in_thread(self, work: Callable[..., None], *arguments: Claim) -> None:
        try:
            work(*arguments)
        except Exception:
            logger.exception("worker %s: %s%s failed", worker_id(), work.__name__, arguments)
        finally:
            # Calls are rare and long: a connection that waits for the next one is of no use.
            connections.close_all()
