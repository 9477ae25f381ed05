"""The one paid task, as Django's task framework sees it. The message is a wake-up; the row is the queue."""

from django.tasks import task


@task()
def run_generation(generation_id: int) -> None:
    """Take this generation as far as it goes. Any redelivery is harmless: the claim in the row decides."""
    from .run import run_once

    run_once(generation_id)
