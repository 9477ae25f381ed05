"""What holds for every test: no network, no skipping in CI, and which tests want which database."""

import gc
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation
from pytest_django import Settings as PytestSettings

from nbweb.environment import Environment, s3_options
from studio.models import User
from tests import network, people
from tests import s3 as s3_server

HERE = Path(__file__).parent
ONCE = ("accounts", "storage", "transfer", "views")
"""Rooms where further cases of a test put another input to the same questions: PostgreSQL is asked by the first."""
SLOW = {"sandbox", "gateway", "transactional_db"}
"""Fixtures behind which another program answers, or rows are committed and removed: what needs one is not quick."""
PLAIN = ("permissions", "fetch", "forms", "views/test_bad_bodies.py", "views/test_bad_pictures.py")
"""Rooms whose questions are the ORM's plainest, or that ask none of importance: one database tells as much as two."""
LONG = (
    *("jobs/test_scaled.py", "money/test_planted_bugs.py", "jobs/test_hammer.py", "models/test_migrations.py"),
    *("jobs/test_races.py", "jobs/test_breakages.py", "money/test_machine.py", "reimbursement/test_credit.py"),
    *("e2e/test_walk.py", "e2e/test_walk_in_chinese.py", "e2e/test_first_team.py"),
)
"""Begun first, for they take from half a minute to three: the last file that is begun keeps only one worker busy."""
IS_CI = os.environ.get("CI") == "true"
OPTIONAL = "optional: "
"""What the reason begins with of a skipped test that needs what no machine has to have."""

# No deadline: on a busy machine time says nothing about the code. In CI the same examples every time,
# so that what fails there fails here too.
hypothesis.settings.register_profile("studio", deadline=None, derandomize=IS_CI, print_blob=True)
hypothesis.settings.load_profile("studio")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark the tests by what they need, leave out those about the other database, and put the long ones first."""
    other_database = "sqlite" if settings.DATABASES["default"]["ENGINE"].endswith("postgresql") else "pg"
    seen = set[str]()
    for item in items:
        if HERE / "e2e" in item.path.parents:
            item.add_marker("e2e")
        if _wants_database(item):
            item.add_marker("database")
        if _is_slow(item):
            item.add_marker("thorough")
        if _is_in(item, PLAIN) or (_is_in(item, ONCE) and _base(item) in seen):
            item.add_marker("plain")
        seen.add(_base(item))
    left_out = [item for item in items if item.get_closest_marker(other_database)]
    config.hook.pytest_deselected(items=left_out)
    kept = [item for item in items if item not in left_out]
    items[:] = sorted(kept, key=lambda item: not _is_in(item, LONG))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: looking through it again and again takes a twentieth of the time."""
    gc.collect()
    gc.freeze()


def _is_in(item: pytest.Item, rooms: Sequence[str]) -> bool:
    return any(item.path.is_relative_to(HERE / room) for room in rooms)


def _base(item: pytest.Item) -> str:
    """The name of the test without that of the case."""
    return item.nodeid.partition("[")[0]


def _wants_database(item: pytest.Item) -> bool:
    is_marked = item.get_closest_marker("django_db") is not None
    return is_marked or not {"db", "transactional_db", "live_server"}.isdisjoint(getattr(item, "fixturenames", ()))


def _is_slow(item: pytest.Item) -> bool:
    database = item.get_closest_marker("django_db")
    commits = database is not None and bool(database.kwargs.get("transaction"))
    return commits or not SLOW.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failure: a part of the machine is missing, and nobody would notice."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    is_worker = hasattr(session.config, "workerinput")
    skipped = (
        [each for each in reporter.stats.get("skipped", []) if OPTIONAL not in each.longrepr[-1]] if reporter else []
    )
    if IS_CI and not is_worker and skipped:
        reporter.section("skipped, which is a failure where CI=true", red=True)
        for report in skipped:
            reporter.line(f"{report.nodeid}: {report.longrepr[-1]}")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def closed_network(monkeypatch: pytest.MonkeyPatch) -> None:
    network.close(monkeypatch.setattr)


@pytest.fixture(autouse=True)
def nobody_spoke_before() -> None:
    """The last page of another test may have been in Chinese, and a thread keeps its language."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def past_the_first_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """A studio that somebody has set up, as all are but one that has just been started."""
    monkeypatch.setattr("studio.accounts.first_run._Known.is_set_up", True)


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser of this person's, past the door."""

    def sign_in(user: User) -> Client:
        client = Client()
        people.come_in(client, user)
        return client

    return sign_in


@pytest.fixture(scope="session")
def s3() -> Iterator[s3_server.S3]:
    """A real S3 server, empty; `s3.bucket()` makes a bucket, `s3.client()` a client."""
    if reason := s3_server.missing():
        pytest.skip(reason)
    with s3_server.server() as server:
        yield server


@pytest.fixture
def bucket(s3: s3_server.S3, settings: PytestSettings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The studio's storage is a new bucket; its name."""
    for variable, value in s3.environment().items():
        monkeypatch.setenv(variable, value)
    name = s3.bucket()
    use_bucket(settings, s3, name, tmp_path)
    return name


def use_bucket(settings: PytestSettings, s3: s3_server.S3, name: str, folder: Path) -> None:
    """Set the studio's storage up as its environment would; the keys are in the process's own environment."""
    variables = {**s3.environment(), "AWS_STORAGE_BUCKET_NAME": name, "NB_DATA_DIR": str(folder)}
    options = s3_options(Environment.read(variables))
    storage = {"BACKEND": "studio.storage.bucket.BucketStorage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": storage, "bucket": storage}
