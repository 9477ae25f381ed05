from pathlib import Path

import pytest
from pytest_django import Settings

from tests import people
from tests.people import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


@pytest.fixture(autouse=True)
def own_storage(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"
