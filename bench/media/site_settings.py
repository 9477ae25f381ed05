"""The studio's own settings, with one address more."""

from nbweb.settings import *  # noqa: F403

ROOT_URLCONF = "bench.media.site"
