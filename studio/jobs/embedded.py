"""The embedded worker: a thread pool in the web process, for a studio on one machine.

The server starts it, never `AppConfig.ready()`, so no management command can send a paid call. An exclusive file lock
makes one process of many the owner; the kernel frees the lock when the owner dies, and the next one takes over at once.
Holding the lock proves that nobody else is sending, so what the dead owner left can be judged without waiting.
"""

import fcntl
import logging
import os
import threading
import uuid
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.db import connections, transaction
from django.tasks import Task, TaskResult, TaskResultStatus, task_backends
from django.tasks.backends.base import BaseTaskBackend
from django.utils import timezone
from django.utils.crypto import get_random_string

from ..models import Instance, Worker
from .claim import ready
from .identity import worker_id
from .recover import recover
from .run import run_once
from .sweep import sweep

logger = logging.getLogger(__name__)

SCAN_SECONDS: Final = 0.5
"""How long a row that another process queued may wait to be seen."""
LOCK_SECONDS: Final = 0.05
HEARTBEAT_SECONDS: Final = 10


class Owner:
    """The one thread of the one process that hands queued generations to the pool."""

    def __init__(self, lock_file: Path, slots: int) -> None:
        self.lock_file = lock_file
        self.slots = slots
        self._lock_name = ""
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._in_flight: dict[int, Future[None]] = {}
        self._recovering: Future[None] | None = None
        # One more than there are slots: recovering is local work, and never keeps a paid call waiting.
        self._pool = ThreadPoolExecutor(max_workers=slots + 1, thread_name_prefix="paid-call")
        self._thread = threading.Thread(target=self._main, name="embedded-worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Look at the queue now instead of at the next scan."""
        self._wake.set()

    def stop(self) -> None:
        """Take nothing new, wait for the calls in flight, let go of the lock. What is queued stays queued."""
        self._stopping.set()
        self._wake.set()
        self._thread.join()

    def _main(self) -> None:
        with self.lock_file.open("a+b") as lock:
            if not self._take(lock):
                return
            logger.info("embedded worker %s: sending, %s at a time", worker_id(), self.slots)
            self._lock_name = _name_of(lock)
            try:
                self._own()
            finally:
                self._pool.shutdown(wait=True, cancel_futures=True)
                self._quietly(self._sign_off)
                connections.close_all()

    def _take(self, lock: BinaryIO) -> bool:
        """Wait for the lock; False when the process stops first."""
        while not self._stopping.wait(LOCK_SECONDS):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            return True
        return False

    def _own(self) -> None:
        beat_at = None
        while not self._stopping.is_set():
            self._wake.clear()
            now = timezone.now()
            if beat_at is None or (now - beat_at).total_seconds() >= HEARTBEAT_SECONDS:
                beat_at = now if self._quietly(self._beat) else None
            if beat_at is not None:
                self._quietly(self._hand_out)
            self._wake.wait(SCAN_SECONDS)

    def _quietly(self, step: Callable[[], None]) -> bool:
        """Whether it worked. The database may be away for a while, and the worker must outlive that."""
        try:
            step()
        except Exception:
            logger.exception("embedded worker: could not reach its rows")
            connections.close_all()
            return False
        return True

    def _beat(self) -> None:
        """Say that this process is alive, and have an eye on what dead ones left."""
        now = timezone.now()
        facts = {"lock_name": self._lock_name, "heartbeat_at": now, "stopped_at": None}
        Worker.objects.update_or_create(pk=worker_id(), defaults=facts, create_defaults={**facts, "started_at": now})
        if self._recovering is None or self._recovering.done():
            self._recovering = self._pool.submit(self._in_thread, self._recover)

    def _recover(self) -> None:
        now = timezone.now()
        if recover(lock_name=self._lock_name, now=now, in_hand=tuple(self._in_flight)):
            self._wake.set()
        sweep(now=now)

    def _sign_off(self) -> None:
        Worker.objects.filter(pk=worker_id()).update(stopped_at=timezone.now())

    def _hand_out(self) -> None:
        self._in_flight = {pk: future for pk, future in self._in_flight.items() if not future.done()}
        free = self.slots - len(self._in_flight)
        if free <= 0 or Instance.current().paused_reason:
            return
        waiting = ready(timezone.now()).exclude(pk__in=self._in_flight).values_list("pk", flat=True)[:free]
        for generation_id in waiting:
            future = self._pool.submit(self._in_thread, run_once, generation_id)
            future.add_done_callback(lambda _: self.wake())
            self._in_flight[generation_id] = future

    def _in_thread(self, work: Callable[..., None], *arguments: int) -> None:
        try:
            work(*arguments)
        except Exception:
            logger.exception("embedded worker: %s%s failed", work.__name__, arguments)
        finally:
            # Calls are rare and long: a connection that waits for the next one is of no use.
            connections.close_all()


def _name_of(lock: BinaryIO) -> str:
    """Who holds this very file, on whatever machine: a name written into it by the first owner.

    A path would not do. Two containers have the same paths, and each would take the other for dead.
    """
    lock.seek(0)
    if known := lock.read().decode():
        return known
    made = uuid.uuid4().hex
    lock.write(made.encode())
    lock.flush()
    os.fsync(lock.fileno())
    return made


# One owner per process and backend. Django makes a backend object per thread, so it cannot live there.
_owners: dict[str, Owner] = {}


def start(alias: str = "default") -> None:
    """Start the worker of this process, if the settings ask for one. Called by the server, once."""
    if settings.NB_WORKER != "thread" or alias in _owners:
        return
    options = task_backends[alias].options
    _owners[alias] = Owner(Path(options["lock_file"]), int(options["slots"]))
    _owners[alias].start()


def stop(alias: str = "default") -> None:
    """Stop it: returns when the calls in flight are finished and on record."""
    if owner := _owners.pop(alias, None):
        owner.stop()


class EmbeddedBackend(BaseTaskBackend):
    """Django's tasks on the embedded worker. A message only wakes it: the queue is in the generations' rows."""

    supports_defer = False

    def enqueue(self, task: "Task[Any, Any]", args: list[Any], kwargs: Mapping[str, Any]) -> "TaskResult[Any, Any]":
        self.validate_task(task)
        transaction.on_commit(self._wake)
        return TaskResult(
            task=task,
            id=get_random_string(32),
            status=TaskResultStatus.READY,
            enqueued_at=timezone.now(),
            started_at=None,
            last_attempted_at=None,
            finished_at=None,
            args=args,
            kwargs=dict(kwargs),
            backend=self.alias,
            errors=[],
            worker_ids=[],
        )

    def _wake(self) -> None:
        if owner := _owners.get(self.alias):
            owner.wake()
