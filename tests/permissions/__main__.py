"""Print docs/permissions.md anew."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings_test")
django.setup()

from tests.permissions.page import PAGE, printed  # noqa: E402

PAGE.write_text(printed())
