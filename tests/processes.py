"""Processes of a studio on the tests' own database: another memory and another connection each, as on two machines."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from tests.jobs.studio_process import environment
from tests.sandbox.process import ROOT

SECONDS_MAX = 150
_BEGIN = """
import sys, django
django.setup()
print("ready", flush=True)
sys.stdin.readline()
"""


def settings_of(folder: Path) -> dict[str, str]:
    """For a process that sends nothing."""
    return environment(
        folder,
        "http://127.0.0.1:9",
        DATABASE_URL=address_of_the_database(),
        SECRET_KEY=settings.SECRET_KEY,
        NB_WORKER="off",
        DEBUG="1",  # no style sheet is collected
    )


def address_of_the_database() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()


def side_by_side(script: str, folder: Path, *each: Sequence[str]) -> list[list[str]]:
    """Run the script once for each of these arguments, let go at the same moment; the lines that each printed."""
    told = settings_of(folder)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _BEGIN + script, *arguments],
            cwd=ROOT,
            env=told,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for arguments in each
    ]
    try:
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        printed = [process.communicate(timeout=SECONDS_MAX)[0].splitlines() for process in running]
    finally:
        for process in running:
            process.kill()
            process.communicate()
    assert [process.returncode for process in running] == [0] * len(running)
    return printed
