"""The site as the tests run it: the same, but in a folder of its own, quick, and deaf to the shell around it."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

SETTINGS_OF_A_STUDIO = ("NB_", "AWS_", "DATABASE_URL", "SECRET_KEY", "ALLOWED_HOSTS", "DEBUG", "MEDIA_ROOT")


def folder_of_this_run() -> Path:
    """A new folder, removed at the end. The workers of one run find it through the environment and share it."""
    if known := os.environ.get("TEST_RUN_DIR"):
        return Path(known)
    made = Path(tempfile.mkdtemp(prefix="nb-studio-test-"))
    os.environ["TEST_RUN_DIR"] = str(made)
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def forget_the_shell() -> None:
    """Take every setting of a real studio out of the environment: no test may spend with somebody's key."""
    for name in list(os.environ):
        if name.startswith(SETTINGS_OF_A_STUDIO):
            del os.environ[name]


# All of this must stand before nbweb.settings is read: it reads the environment once, when it is imported.
forget_the_shell()
WORKER_DIR = folder_of_this_run() / os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ |= {
    "NB_DATA_DIR": str(WORKER_DIR),
    "NB_WORKER": "off",
    "NB_VERIFY_AT": "never",
    "SECRET_KEY": "a-key-for-tests-alone",
    # Named by tests/pg.py; never the DATABASE_URL of the shell, which may be somebody's studio.
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
}

from .settings import *  # noqa: E402, F403
from .settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

# A real hash takes most of a second, which is its purpose, and not ours here.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.MD5PasswordHasher",
    # The studio that the browser tests start runs with its own settings and knows only real ones.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

# Style sheets and scripts come from where they are written; nothing is collected first.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # The same, but it can empty the append-only ledger between two tests.
    DATABASES["default"]["ENGINE"] = "tests.backends.sqlite3"
    # A file, not ":memory:": the threads of the live server get connections of their own, as in production.
    DATABASES["default"]["TEST"] = {"NAME": WORKER_DIR / "test.sqlite3"}
    # No test pulls the plug, so nothing has to reach the disk.
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
else:
    # The same, but it can empty tables that the processes of a studio are reading.
    DATABASES["default"]["ENGINE"] = "tests.backends.postgresql"
    # The crowds of tests/together.py are larger than the pool, and hold their connections while they wait for a row.
    DATABASES["default"]["OPTIONS"]["pool"]["timeout"] = 20
