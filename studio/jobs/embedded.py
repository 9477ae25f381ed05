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
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO, Final

from django.conf import settings
from django.db import transaction
from django.tasks import Task, TaskResult, task_backends
from django.tasks.backends.base import BaseTaskBackend

from .announced import announced
from .crew import Crew

logger = logging.getLogger(__name__)

LOCK_SECONDS: Final = 0.05


class Owner:
    """The one thread of the one process that sends, as long as it holds the lock."""

    def __init__(self, lock_file: Path, slots: int) -> None:
        self.lock_file = lock_file
        self.slots = slots
        self._crew: Crew | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._main, name="embedded-worker", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        """Look at the queue now instead of at the next scan."""
        if self._crew:
            self._crew.wake()

    def stop(self) -> None:
        """Take nothing new, wait for the calls in flight, let go of the lock. What is queued stays queued."""
        self._stopping.set()
        if self._crew:
            self._crew.stop()
        self._thread.join()

    def _main(self) -> None:
        with self.lock_file.open("a+b") as lock:
            if not self._take(lock):
                return
            self._crew = Crew(self.slots, _name_of(lock))
            if self._stopping.is_set():  # it may have come between the lock and the crew
                self._crew.stop()
            self._crew.work()

    def _take(self, lock: BinaryIO) -> bool:
        """Wait for the lock; False when the process stops first."""
        while not self._stopping.wait(LOCK_SECONDS):
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            return True
        return False


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
        return announced(task, args, kwargs, self.alias)

    def _wake(self) -> None:
        if owner := _owners.get(self.alias):
            owner.wake()
