"""Two questions a supervisor asks: does the process answer, and can it do its work?"""

import os

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; asks nothing of anybody."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when the database can be read and pictures can be written; else 503 and what is missing."""
    missing = [name for name, is_there in (("database", _database()), ("media", _media())) if not is_there]
    if missing:
        return HttpResponse(f"not ready: {', '.join(missing)}\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM studio_instance LIMIT 1")
            cursor.fetchall()
    except DatabaseError:
        return False
    return True


def _media() -> bool:
    """Whether the disk takes pictures. A bucket answers for itself, with every picture."""
    if not isinstance(storages["default"], FileSystemStorage):
        return True
    root = settings.MEDIA_ROOT
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(root, os.W_OK | os.X_OK)
