"""The web process: any WSGI server runs this."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings")

application = get_wsgi_application()
