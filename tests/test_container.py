"""The image, the compose files and the unit speak of settings that there are, and of commands that there are."""

import os
import re
import stat
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from studio.demo.processes import free_port
from tests.jobs.studio_process import environment, server, wait_for_line

ROOT = Path(__file__).resolve().parent.parent
COMPOSES = ("compose.yaml", "compose.embedded.yaml")
ENTRYPOINT = ROOT / "deploy" / "entrypoint.sh"
OF_OTHERS = {
    *("PATH", "PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE"),  # of the image
    *("POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "STUDIO"),  # of PostgreSQL's image and of nginx's template
    *("LISTEN", "BACKUPS", "STORAGE_PASSWORD"),  # of the compose files alone
}


def documented() -> set[str]:
    return set(re.findall(r"`([A-Z][A-Z0-9_]+)`", (ROOT / "docs/settings.md").read_text()))


def composed(name: str) -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load((ROOT / name).read_text())
    return told


def services_of_the_studio(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    yield from ((each, told) for each, told in composed(name)["services"].items() if told["image"] == "nb-studio")


def variables_in_the_image() -> set[str]:
    last = (ROOT / "Dockerfile").read_text().rpartition("\nFROM ")[2]
    return set(re.findall(r"\b([A-Z][A-Z_]+)=", "".join(re.findall(r"^ENV (?:.*\\\n)*.*$", last, re.MULTILINE))))


def variables_asked_for(name: str) -> set[str]:
    """What a compose file takes from the operator's .env."""
    return set(re.findall(r"\$\{([A-Z0-9_]+)", (ROOT / name).read_text()))


def commands() -> set[str]:
    return set(re.findall(r"^  ([a-z]+)\)$", ENTRYPOINT.read_text(), re.MULTILINE))


def test_the_image_sets_what_there_is_to_set() -> None:
    assert {"NB_DATA_DIR", "NB_STATIC_ROOT", "NB_LOG"} <= variables_in_the_image() <= documented() | OF_OTHERS


@pytest.mark.parametrize("name", COMPOSES)
def test_a_compose_file_sets_what_there_is_to_set(name: str) -> None:
    for service, told in composed(name)["services"].items():
        assert set(told.get("environment", {})) <= documented() | OF_OTHERS, service


@pytest.mark.parametrize("name", COMPOSES)
def test_what_a_compose_file_asks_the_operator_for_is_in_the_example(name: str) -> None:
    example = re.findall(r"^([A-Z0-9_]+)=", (ROOT / "deploy/env.example").read_text(), re.MULTILINE)
    assert variables_asked_for(name) <= set(example)
    assert set(example) <= set().union(*map(variables_asked_for, COMPOSES))


@pytest.mark.parametrize("name", COMPOSES)
def test_the_studio_s_containers_run_one_of_its_commands_may_do_little_and_stop_in_peace(name: str) -> None:
    for service, told in services_of_the_studio(name):
        assert told["command"] in commands(), service
        assert (told["read_only"], told["cap_drop"]) == (True, ["ALL"]), service
        sends = told["command"] == "worker" or told["environment"].get("NB_WORKER", "thread") == "thread"
        assert not sends or int(told["stop_grace_period"].removesuffix("s")) > 750, service


def test_every_file_that_a_container_is_given_is_there() -> None:
    for name in COMPOSES:
        assert all((ROOT / path).is_file() for path in re.findall(r"- \./(deploy/\S+?):", (ROOT / name).read_text()))
    ignored = (ROOT / ".dockerignore").read_text().split()
    for path in re.findall(r"/app/(deploy/[\w.]+)", (ROOT / "Dockerfile").read_text()):
        assert f"!{path}" in ignored


def test_a_container_runs_what_it_is_told_and_uploads_arrive_on_its_volume(tmp_path: Path) -> None:
    assert ENTRYPOINT.stat().st_mode & stat.S_IXUSR
    told = {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "NB_DATA_DIR": str(tmp_path / "data")}
    done = subprocess.run(
        [ENTRYPOINT, "sh", "-c", "test -f manage.py && test -d $TMPDIR && echo $TMPDIR"],
        env=told,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == f"{tmp_path / 'data'}/tmp"


def test_the_service_of_a_bare_machine_runs_one_of_its_commands_may_do_little_and_stops_in_peace() -> None:
    lines = (ROOT / "deploy/nb-studio.service").read_text().splitlines()
    told = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    assert told["ExecStart"].partition("/deploy/")[2].split() == ["entrypoint.sh", "embedded"]
    assert "embedded" in commands()
    assert (told["User"], told["ProtectSystem"], told["NoNewPrivileges"]) == ("nb-studio", "strict", "yes")
    assert int(told["TimeoutStopSec"]) > 750
    assert told["KillMode"] == "mixed"  # or the decoder ends before the calls whose pictures it has to read


@pytest.mark.force
def test_an_empty_folder_becomes_a_studio_with_tables_and_style_sheets(tmp_path: Path) -> None:
    port = free_port()
    told = environment(tmp_path, "http://127.0.0.1:9", NB_WORKER="off", PORT=str(port))
    with server(told, "embedded") as process:
        assert wait_for_line(process, "set-up code", seconds=120) is not None
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/setup/", timeout=30) as page:
            assert re.search(rb'rel="stylesheet" href="/static/css/[\w.]+\.css"', page.read())
