"""`manage.py demo`: the whole product on this machine, with a team, photographs and a free provider."""

import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from nbweb.environment import BASE_DIR
from studio.demo import processes
from studio.demo.declined import make_declined
from studio.demo.team import TEAM, make_team


class Command(BaseCommand):
    help = "Set up the demo team and serve the studio with its sandbox provider until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port of the studio on 127.0.0.1")

    def handle(self, *args: Any, port: int, **options: Any) -> None:
        if not processes.is_free(port):
            raise CommandError(f"Port {port} is taken. Choose another: make demo PORT={port + 1}")
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        make_team(photos=Path(BASE_DIR / "demo" / "photos"), now=timezone.now())
        if settings.NB_PRACTICE:  # a gateway that is paid has books of its own
            make_declined(now=timezone.now())
        signal.signal(signal.SIGTERM, _as_ctrl_c)
        running = processes.Processes()
        try:
            self._serve(running, port)
        except KeyboardInterrupt:
            self.stdout.write("\nStopping: waiting for pictures that are being made …")
        except processes.CouldNotStart as error:
            raise CommandError(str(error)) from error
        finally:
            running.stop()

    def _serve(self, running: processes.Processes, port: int) -> None:
        address = f"http://127.0.0.1:{port}"
        environment = {"PORT": str(port), "HOST": "127.0.0.1", "NB_DEMO": "1"}
        if settings.NB_PRACTICE:
            environment["NB_SANDBOX_PORT"] = str(self._start_sandbox(running))
        running.start(processes.web_command(), environment=environment, answers_at=f"{address}/livez")
        self.stdout.write(f"\nNB Studio is at {address}\n")
        for member in TEAM:
            role = "admin" if member.is_admin else member.role.label.lower()
            self.stdout.write(f"  {member.email:18} {settings.NB_DEMO_PASSWORD}   ({role})")
        pays = (
            "the sandbox: free, watermarked" if settings.NB_PRACTICE else f"{settings.NB_GATEWAY_URL}: calls cost money"
        )
        self.stdout.write(f"\nPictures come from {pays}. Ctrl-C stops everything.\n")
        sys.stdout.flush()
        running.wait()

    def _start_sandbox(self, running: processes.Processes) -> int:
        port = processes.free_port(int(settings.NB_GATEWAY_URL.rpartition(":")[2]))
        command = processes.sandbox_command(port)
        running.start(command, environment={}, answers_at=f"http://127.0.0.1:{port}/sandbox/health")
        return port


def _as_ctrl_c(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt
