"""A database that has no room for every language is refused before anything is in it."""

import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from tests import pg
from tests.jobs.studio_process import environment, run
from tests.sandbox.process import ROOT

pytestmark = [pytest.mark.force, pytest.mark.sqlite]  # with a PostgreSQL of its own, so once is enough

NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def latin(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What a studio is told whose database was made in Latin 1."""
    if reason := pg.missing():
        pytest.skip(reason)
    with pg.server() as server:
        with psycopg.connect(server.url, autocommit=True) as connection:
            connection.execute("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
        url = server.url.rpartition("/")[0] + "/latin"
        yield environment(tmp_path, NOWHERE, DATABASE_URL=url)


def refusal(told: Mapping[str, str], *command: str) -> str:
    arguments = [sys.executable, "manage.py", *command]
    done = subprocess.run(arguments, cwd=ROOT, env=told, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1, done.stdout
    return done.stderr


def test_no_table_is_made_in_it_and_nothing_restored(latin: dict[str, str], tmp_path: Path) -> None:
    said = refusal(latin, "migrate", "--no-input")
    assert "The database is in LATIN1, which has no room for prompts in other languages." in said
    assert "ENCODING 'UTF8'" in said
    with psycopg.connect(latin["DATABASE_URL"]) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)

    there = tmp_path / "there"
    there.mkdir()
    told = environment(there, NOWHERE)
    run(["manage.py", "migrate", "--no-input", "--verbosity", "0"], told)
    run(["manage.py", "backup", str(tmp_path / "backups")], told)
    said = refusal(latin, "restore", str(tmp_path / "backups"))
    assert said.strip() == "CommandError: This database is in LATIN1. A restore needs one in UTF8: name another."
