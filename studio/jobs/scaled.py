"""Workers of their own, on any number of machines: `manage.py worker`, with PostgreSQL and procrastinate.

The queue is in the generations' rows here as well. A message of procrastinate is written in the submit's own
transaction, and PostgreSQL tells every worker at the moment of the commit. That alone wakes them; the message itself is
taken in passing, some seconds later. It only says "look", so that one that comes twice, late or never changes nothing
but the time it takes.
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
from procrastinate.jobs import Notification, Status

if TYPE_CHECKING:
    from procrastinate.contrib.django.django_connector import DjangoConnector

from .announced import announced
from .crew import Crew

logger = logging.getLogger(__name__)

QUEUE: Final = "generations"
AGAIN_SECONDS: Final = 2

_crew: Crew | None = None


@procrastinate_app.task(name="studio.look", queue=QUEUE)
async def look() -> None:
    """Have the crew of this process look at the queue."""
    assert _crew is not None, "only a worker takes messages"
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
            async with asyncio.TaskGroup() as both:
                listening = both.create_task(app.job_manager.listen_for_jobs(on_notification=_hear, queues=[QUEUE]))
                # It listens as well, if it may, and would then be busy with its messages while a call is prepared.
                await app.run_worker_async(
                    queues=[QUEUE], listen_notify=False, delete_jobs="always", install_signal_handlers=False
                )
                listening.cancel()


async def _hear(*, channel: str, notification: Notification) -> None:
    await look()


async def _forget_what_dead_workers_held(app: App) -> None:
    """A message in the hands of a worker that was killed stays there for ever. The row it spoke of is found anyway."""
    for job in await app.job_manager.get_stalled_jobs(queue=QUEUE):
        await app.job_manager.finish_job(job, status=Status.FAILED, delete_job=True)
