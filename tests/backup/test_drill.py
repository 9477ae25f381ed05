"""The drill: a studio is backed up while it works, lost, and restored elsewhere, into the other database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from studio.demo.processes import free_port
from tests import people, pg
from tests.jobs.machines import Studio
from tests.jobs.studio_process import environment, run, server, statuses, wait_until
from tests.sandbox.process import RunningSandbox

pytestmark = [pytest.mark.force, pytest.mark.sqlite]  # with a PostgreSQL of its own, so once is enough


@pytest.fixture
def elsewhere(gateway: RunningSandbox, tmp_path: Path) -> Iterator[Studio]:
    """Another machine, with an empty PostgreSQL."""
    if reason := pg.missing():
        pytest.skip(reason)
    gateway.reset()
    with pg.server() as server:
        yield Studio(tmp_path / "elsewhere", server, gateway)


@pytest.fixture
def lost(transactional_db: None, tmp_path: Path) -> Path:
    """The folder of a studio with its people and no run. Made here, since passwords are hashed quickly in tests."""
    folder = tmp_path / "lost"
    folder.mkdir()
    people.cast()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(folder / "nbstudio.sqlite3")])
    return folder


@contextmanager
def at_work(told: dict[str, str], gateway: RunningSandbox) -> Iterator[None]:
    """One picture is made, one is being made, and one waits; killed at the end, as a machine is that burns down."""
    prompts = ("A boat", "A slow boat [sandbox:slow=30]", "A boat that waits [sandbox:slow=30]")
    run(("-m", "tests.jobs.make_queue", *prompts), told)
    with server({**told, "PORT": str(free_port(8_500)), "NB_WORKER_SLOTS": "1"}):
        gateway.wait_for_requests(2, ended=False, seconds=30)
        yield


def test_P12_a_lost_studio_is_restored_and_never_sends_again_what_was_sent(
    gateway: RunningSandbox, lost: Path, elsewhere: Studio, tmp_path: Path
) -> None:
    backups = tmp_path / "backups"
    told = environment(lost, gateway.url, SECRET_KEY="the same for all", NB_TIMEOUT_SCALE="1")
    with at_work(told, gateway):
        assert "all read back" in run(("manage.py", "backup", str(backups)), told)
    assert statuses(lost) in (["succeeded", each, "queued"] for each in ("sending", "answering"))
    for path in backups.rglob("*"):
        assert path.is_dir() or b"sk-test" not in path.read_bytes()

    elsewhere.folder.mkdir()
    patient = {**elsewhere.told("one"), "NB_TIMEOUT_SCALE": "1"}
    said = run(("manage.py", "restore", str(backups)), patient)
    assert "1 calls were under way" in said
    assert re.search(r"13 checks, 0 findings", said)
    assert elsewhere.statuses() == ["succeeded", "unknown", "queued"]
    with elsewhere.worker("one"):
        wait_until(lambda: refusals(elsewhere) == ["new_here"], seconds=60)
        assert "Cancelled and not paid: 1" in run(("manage.py", "adopt"), elsewhere.told("one"))
        assert elsewhere.statuses() == ["succeeded", "unknown", "cancelled"]
        assert len(gateway.requests()) == 2
        elsewhere.ask("A boat after the fire")
        wait_until(lambda: elsewhere.statuses()[-1] == "succeeded", seconds=60)
    assert len(gateway.requests()) == 3
    assert "13 checks, 0 findings" in run(("manage.py", "ledger_verify"), patient)


def refusals(studio: Studio) -> list[str]:
    with psycopg.connect(studio.url) as connection:
        rows = connection.execute("SELECT refusal FROM studio_worker WHERE stopped_at IS NULL").fetchall()
    return [refusal for (refusal,) in rows]
