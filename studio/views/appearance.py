"""The theme a person chose, kept in a cookie that the server reads: no flash, no script."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEME_COOKIE = "theme"
THEMES = ("light", "dark")
_YEAR_SECONDS = 365 * 24 * 3600


def chosen_theme(request: HttpRequest) -> str:
    """`light` or `dark` when this person chose one; empty follows the system."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Remember the theme and go back. Anything but a known theme means: follow the system."""
    back = redirect(_address_to_return_to(request))
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        back.set_cookie(THEME_COOKIE, theme, max_age=_YEAR_SECONDS, samesite="Lax", secure=request.is_secure())
    else:
        back.delete_cookie(THEME_COOKIE, samesite="Lax")
    return back


def _address_to_return_to(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else reverse("home")
