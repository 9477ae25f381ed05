"""A studio as its users meet it: gunicorn with the embedded worker, production settings, and a sandbox provider.

It works on the test's own SQLite file, so a test can set the stage and look behind it with the ORM.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection

from nbweb.environment import BASE_DIR
from studio.demo.processes import Processes, free_port, web_command
from studio.models import Generation, Worker
from tests.sandbox.process import RunningSandbox

QUIET_SECONDS = 20


@dataclass
class Studio:
    """A running studio: where it is, and the sandbox it pays."""

    sandbox: RunningSandbox
    folder: Path
    port: int = field(default_factory=free_port)
    timeout_scale: float = 0.03
    processes: Processes = field(default_factory=Processes)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "nbweb.settings",
            "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
            "SECRET_KEY": settings.SECRET_KEY,
            "NB_DATA_DIR": str(self.folder),
            "MEDIA_ROOT": str(settings.MEDIA_ROOT),
            "NB_STATIC_ROOT": str(self.folder / "static"),
            "NB_SANDBOX_PORT": self.sandbox.url.rpartition(":")[2],
            "NB_TIMEOUT_SCALE": str(self.timeout_scale),
            "NB_WORKER": "thread",
            "NB_VERIFY_AT": "never",
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
        }

    @property
    def slots(self) -> int:
        """How many calls it makes at a time, and so how many a power cut finds in the middle."""
        return 4

    @property
    def origins(self) -> list[str]:
        """From where else its pages get pictures."""
        return []

    def prepare(self) -> None:
        """The style sheets under the names they have in production."""
        command = [sys.executable, str(BASE_DIR / "manage.py"), "collectstatic", "--noinput", "--verbosity=0"]
        subprocess.run(command, check=True, env={**os.environ, **self.environment}, stdin=subprocess.DEVNULL)

    def start(self) -> None:
        self.processes.start(web_command(), environment=self.environment, answers_at=f"{self.url}/livez")

    def kill(self) -> None:
        """As a power cut would: the server and its worker are gone in the middle of whatever they did."""
        for child in self.processes.children:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        self.processes.children.clear()

    def restart(self) -> None:
        """As a deploy does."""
        self.processes.stop()
        self.processes.children.clear()
        self.start()

    def stop(self) -> None:
        self.processes.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def begin_anew(self) -> None:
        """With a worker that has signed in: between two tests everybody is forgotten."""
        self.processes.stop()
        self.processes.children.clear()
        Worker.objects.all().delete()
        self.forget()
        self.start()

    def forget(self) -> None:
        """The database was emptied, and is another studio's from now on: its worker must not take it for a restore."""
        (self.folder / "spool" / "studio.json").unlink(missing_ok=True)

    def wait_until_quiet(self) -> None:
        """Until nothing is under way any more, so that the next test begins with an empty queue."""
        deadline = time.monotonic() + QUIET_SECONDS
        while Generation.objects.unfinished().exists() and time.monotonic() < deadline:
            time.sleep(0.1)
