from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from studio.models import GatewayKey
from studio.provider.spool import Spool
from tests import people
from tests.jobs.books import assert_books_agree
from tests.people import Cast
from tests.sandbox.process import RunningSandbox, running_sandbox


@pytest.fixture(scope="session")
def gateway() -> Iterator[RunningSandbox]:
    """One sandbox for all tests of this process; `sandbox` hands it out clean."""
    with running_sandbox() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(gateway: RunningSandbox, settings: Settings, tmp_path: Path, db: None) -> Iterator[RunningSandbox]:
    """The provider of this studio. When the test is over, its book and our ledger tell one story."""
    gateway.reset()
    settings.NB_GATEWAY_URL = gateway.url
    settings.NB_API_KEY = "sk-test"
    settings.NB_OSS_HOSTS = (gateway.url,)
    settings.NB_TIMEOUT_SCALE = 0.02  # 300 s become 6
    settings.NB_SPOOL_DIR = tmp_path / "spool"
    settings.MEDIA_ROOT = tmp_path / "media"
    yield gateway
    assert_books_agree(gateway)


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


@pytest.fixture
def spool(settings: Settings) -> Spool:
    return Spool(settings.NB_SPOOL_DIR, reserve_bytes=0)


@pytest.fixture
def key(db: None) -> GatewayKey:
    """The studio's main key, free to go."""
    return GatewayKey.objects.named("main")
