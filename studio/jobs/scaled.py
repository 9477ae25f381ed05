"""Workers of their own, on any number of machines: `manage.py worker`, with PostgreSQL and procrastinate.

The queue is in the generations' rows here as well. A message of procrastinate is written in the submit's own
transaction, and PostgreSQL tells a waiting worker at the moment of the commit: it only says "look", so that a message
that comes twice, late or never changes nothing but the time it takes. A worker whose slots are full takes no message,
and so leaves the next one to somebody who has room.
"""

import asyncio
import logging
import signal
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from django.tasks import Task, TaskResult
from django.tasks.backends.base import BaseTaskBackend
from procrastinate import App
from procrastinate.contrib.django import app as procrastinate_app
from procrastinate.jobs import Status

if TYPE_CHECKING:
    from procrastinate.contrib.django.django_connector import DjangoConnector

from .announced import announced
from .crew import Crew

logger = logging.getLogger(__name__)

QUEUE: Final = "generations"
ROOM_SECONDS: Final = 0.02
"""How soon a full worker sees that it has room again."""
AGAIN_SECONDS: Final = 2

_crew: Crew | None = None


@procrastinate_app.task(name="studio.look", queue=QUEUE)
async def look() -> None:
    """Have the crew of this process look at the queue, as soon as it has room for more."""
    assert _crew is not None, "only a worker takes messages"
    while not _crew.has_room:
        await asyncio.sleep(ROOM_SECONDS)  # also at a stop, which waits for the calls in flight anyway
    _crew.wake()


class ProcrastinateBackend(BaseTaskBackend):
    """Django's tasks as messages of procrastinate, sent by the transaction that is open."""

    supports_defer = False

    def enqueue(self, task: "Task[Any, Any]", args: list[Any], kwargs: Mapping[str, Any]) -> "TaskResult[Any, Any]":
        self.validate_task(task)
        look.defer()
        return announced(task, args, kwargs, self.alias)


def work(slots: int) -> None:
    """Send what is queued until SIGINT or SIGTERM; then finish what is under way, and return."""
    global _crew
    _crew = Crew(slots)
    thread = threading.Thread(target=_crew.work, name="crew")
    thread.start()
    try:
        asyncio.run(_listen(_crew))
    finally:
        _crew.stop()
        thread.join()


async def _listen(crew: Crew) -> None:
    """Take messages until a signal comes, also through restarts of the database. The crew scans meanwhile."""
    stopping = asyncio.Event()

    def stop() -> None:
        crew.stop()
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    told_to_stop = asyncio.create_task(stopping.wait())
    while not stopping.is_set():
        messages = asyncio.create_task(_take_messages())
        await asyncio.wait((told_to_stop, messages), return_when=asyncio.FIRST_COMPLETED)
        messages.cancel()
        for failure in await asyncio.gather(messages, return_exceptions=True):
            if not stopping.is_set():
                logger.error("worker: no messages for the moment, only the scan: %r", failure)
                await asyncio.wait((told_to_stop,), timeout=AGAIN_SECONDS)


async def _take_messages() -> None:
    connector = cast("DjangoConnector", procrastinate_app.connector).get_worker_connector()
    with procrastinate_app.replace_connector(connector) as app:
        async with app.open_async():
            await _forget_what_dead_workers_held(app)
            await app.run_worker_async(
                queues=[QUEUE], concurrency=1, delete_jobs="always", install_signal_handlers=False
            )


async def _forget_what_dead_workers_held(app: App) -> None:
    """A message in the hands of a worker that was killed stays there for ever. The row it spoke of is found anyway."""
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE):
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
