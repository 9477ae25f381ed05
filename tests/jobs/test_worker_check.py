"""`manage.py worker --check`, which a container asks of itself."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from studio.jobs.place import spool_name
from studio.models import Worker

pytestmark = pytest.mark.django_db


def test_a_container_is_well_as_long_as_its_own_worker_is_heard_of(settings: Settings, tmp_path: Path) -> None:
    settings.NB_SPOOL_DIR = tmp_path
    now = timezone.now()
    Worker.objects.create(spool_name="of another machine", started_at=now, heartbeat_at=now)
    with pytest.raises(CommandError, match="No worker of this machine"):
        call_command("worker", "--check")
    Worker.objects.create(spool_name=spool_name(), started_at=now, heartbeat_at=now)
    call_command("worker", "--check")
    Worker.objects.update(heartbeat_at=now - timedelta(minutes=2))
    with pytest.raises(CommandError):
        call_command("worker", "--check")
