from pathlib import Path

import pytest
from pytest_django import Settings

from tests import people
from tests.people import Cast


@pytest.fixture
def cast(db: None, settings: Settings, tmp_path: Path) -> Cast:
    settings.MEDIA_ROOT = tmp_path / "media"
    return people.cast()
