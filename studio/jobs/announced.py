"""What Django wants to hear of a message that was sent."""

from collections.abc import Mapping
from typing import Any

from django.tasks import Task, TaskResult, TaskResultStatus
from django.utils import timezone
from django.utils.crypto import get_random_string


def announced(task: "Task[Any, Any]", args: list[Any], kwargs: Mapping[str, Any], alias: str) -> "TaskResult[Any, Any]":
    """The receipt. It has no result and never will: what became of it stands in the generation's row."""
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
        backend=alias,
        errors=[],
        worker_ids=[],
    )
