from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from studio.ledger import audit
from tests import people
from tests.people import Cast


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = tmp_path / "media"
    return people.cast()


@pytest.fixture
def books(cast: Cast) -> Iterator[None]:
    """Whatever the test does: in the end the ledger is what it was."""
    yield
    assert list(audit.findings()) == []
