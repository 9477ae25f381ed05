"""The icon that browsers look for by themselves, where what they show is no page: a picture, or a health check."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe


@require_safe
@cache_control(max_age=86_400, public=True)
def icon(request: HttpRequest) -> HttpResponse:
    """Where it is: its name changes with what is in it."""
    return redirect(static("mark.svg"))
