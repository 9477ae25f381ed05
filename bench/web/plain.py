"""The studio as it comes out of Django, without the reader of bodies around it: to see what that reader is worth."""

import os

from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings")

wsgi = get_wsgi_application()
asgi = get_asgi_application()
