"""The site with SQLite as Django sets it up by itself: what the studio's settings are measured against."""

from nbweb.settings import *  # noqa: F403
from nbweb.settings import ENVIRONMENT

DATABASES = {
    "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ENVIRONMENT.data_dir / "plain.sqlite3"},
}
