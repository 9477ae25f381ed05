"""The web process: any WSGI server runs this."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from .bodies import PatientReader

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings")


def _application() -> PatientReader:
    studio = get_wsgi_application()
    from studio.views.body_limit import BODY_BYTES_MAX  # not before Django is set up

    return PatientReader(studio, at_once=settings.NB_BODIES_AT_ONCE, bytes_max=BODY_BYTES_MAX)


application = _application()
