from pathlib import Path

import pytest
from pytest_django import Settings

from tests import people
from tests.people import Cast
from tests.verify.sound import Studio, sound_studio


@pytest.fixture
def places(tmp_path: Path, settings: Settings) -> None:
    """Pictures and answers of this test alone."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.NB_SPOOL_DIR = tmp_path / "spool"


@pytest.fixture
def studio(db: None, places: None) -> Studio:
    """Sound in all that is checked."""
    return sound_studio()


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()
