"""The studio, and beside it one view that does nothing but send a file: what the media door is measured against."""

from django.conf import settings
from django.http import FileResponse, HttpRequest
from django.urls import include, path

BARE_FILE = "bare.webp"
"""In MEDIA_ROOT."""


def bare(request: HttpRequest) -> FileResponse:
    return FileResponse((settings.MEDIA_ROOT / BARE_FILE).open("rb"), content_type="image/webp")


urlpatterns = [path("bare/", bare), path("", include("nbweb.urls"))]
