"""What a person chose for themselves: theme, language, keys without a modifier. Also before they sign in."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from ..appearance import KEYS_COOKIE, OFF, SYSTEM, THEME_COOKIE, THEMES, set_keys, set_theme
from ..models import User

SURROUND_COOKIE = "surround"
SURROUNDS = ("theme", "black", "grey", "white")


def chosen_theme(request: HttpRequest) -> str:
    """`light` or `dark` when this person chose one; empty follows the system."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return theme if theme in THEMES else ""


def has_single_keys(request: HttpRequest) -> bool:
    """Whether keys without a modifier do something."""
    return request.COOKIES.get(KEYS_COOKIE) != OFF


def chosen_surround(request: HttpRequest) -> str:
    """What lies around a picture in the viewer: the theme's own, or black, grey or white to judge its edges by.

    Written by surround.js; without script it is chosen anew on each page.
    """
    surround = request.COOKIES.get(SURROUND_COOKIE, "")
    return surround if surround in SURROUNDS else "theme"


@require_POST
def appearance(request: HttpRequest) -> HttpResponse:
    """Remember the theme, or with `keys` whether keys without a modifier do something, and go back."""
    back = redirect(_address_to_return_to(request))
    if keys := request.POST.get("keys"):
        set_keys(request, back, are_on=keys != OFF)
        _keep(request, single_keys=keys != OFF)
    else:
        theme = request.POST.get("theme", "")
        set_theme(request, back, theme)
        _keep(request, theme=theme if theme in THEMES else SYSTEM)
    return back


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Django's own, and kept with whoever is signed in."""
    code = request.POST.get("language", "")
    if code in dict(settings.LANGUAGES):
        _keep(request, language=code)
    return set_language(request)


def _keep(request: HttpRequest, **chosen: str | bool) -> None:
    if isinstance(request.user, User):
        User.objects.filter(pk=request.user.pk).update(**chosen)


def _address_to_return_to(request: HttpRequest) -> str:
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else reverse("home")
