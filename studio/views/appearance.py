"""What a person chose to look at pictures in, kept in cookies that the server reads, so that nothing flashes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

THEME_COOKIE = "theme"
THEMES = ("light", "dark")
SURROUND_COOKIE = "surround"
SURROUNDS = ("theme", "black", "grey", "white")
_YEAR_SECONDS = 365 * 24 * 3600


def chosen_theme(request: HttpRequest) -> str:
    """`light` or `dark` when this person chose one; empty follows the system."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def chosen_surround(request: HttpRequest) -> str:
    """What lies around a picture in the viewer: the theme's own, or black, grey or white to judge its edges by.

    Written by surround.js; without script it is chosen anew on each page.
    """
    surround = request.COOKIES.get(SURROUND_COOKIE, "")
    return surround if surround in SURROUNDS else "theme"


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
