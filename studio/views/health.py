"""Two questions a supervisor asks: does the process answer, and can it do its work?"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..readiness import missing


@require_safe
@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers; asks nothing of anybody."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when it can; else 503 and the names of what is missing. Why is in the log."""
    found = missing()
    if found:
        return HttpResponse(f"not ready: {', '.join(found)}\n", status=503, content_type="text/plain")
    return HttpResponse("ready\n", content_type="text/plain")
