from pathlib import Path

import pytest
from pytest_django import Settings

from tests.money.life import STUDIO_ZONE


@pytest.fixture
def studio(settings: Settings, tmp_path: Path, db: None) -> None:
    """Whole folders of its own, and a calendar that is not the server's."""
    settings.TIME_ZONE = STUDIO_ZONE
    settings.NB_SPOOL_DIR = tmp_path / "spool"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.NB_TIMEOUT_SCALE = 1
