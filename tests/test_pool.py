"""A PostgreSQL that goes away and comes back, and the pool of connections over it."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import ConnectionHandler, OperationalError

from nbweb.environment import POOL, Environment
from tests import pg

pytestmark = [pytest.mark.django_db, pytest.mark.pg, pytest.mark.thorough]
LONG_SECONDS = 2 * POOL["timeout"]


@pytest.fixture
def server() -> Iterator[pg.Server]:
    with pg.server() as started:
        yield started


class Asker:
    """One thread of a process that has settings of its own, and asks as each request does."""

    def __init__(self, url: str, folder: Path) -> None:
        told = Environment.read({"DATABASE_URL": url, "NB_DATA_DIR": str(folder)}).database
        # Pools go by the name of the connection, and the tests' own is "default".
        self._connection = ConnectionHandler({"default": told, "asker": told})["asker"]

    def ask(self) -> float:
        """How long it took. Raises `OperationalError`."""
        began = time.monotonic()
        try:
            with self._connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        finally:
            self._connection.close()
        return time.monotonic() - began

    def close(self) -> None:
        self._connection.close_pool()  # type: ignore[attr-defined]


@pytest.fixture
def asker(server: pg.Server, tmp_path: Path) -> Iterator[Asker]:
    made = Asker(server.url, tmp_path)
    yield made
    made.close()


def test_who_asks_while_it_is_away_is_told_soon_and_is_answered_as_soon_as_it_is_back(
    server: pg.Server, asker: Asker
) -> None:
    asker.ask()
    server.stop()
    try:
        gone_at = time.monotonic()
        while time.monotonic() - gone_at < LONG_SECONDS:
            began = time.monotonic()
            with pytest.raises(OperationalError):
                asker.ask()
            assert time.monotonic() - began < 2 * POOL["timeout"]
    finally:
        server.start()
    assert asker.ask() < POOL["timeout"], "however long it was away"
