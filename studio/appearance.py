"""How the studio looks and speaks to one person: kept in cookies, so that the server writes it into the page at once.

What a person chooses while signed in is kept with them as well, and goes along to the next browser they sign in with.
Whoever never chose gets what the studio begins with, and where that says nothing, what their browser says.
"""

from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .models import Instance, User

THEME_COOKIE: Final = "theme"
THEMES: Final = ("light", "dark")
SYSTEM: Final = "system"
"""Chosen like a theme: follow the system, whatever the studio begins with."""
KEYS_COOKIE: Final = "keys"
OFF: Final = "off"
_YEAR_SECONDS: Final = 365 * 24 * 3600


def set_theme(request: HttpRequest, response: HttpResponse, theme: str) -> None:
    """Anything but a known theme means: follow the system."""
    _set(request, response, THEME_COOKIE, theme if theme in THEMES else "")


def set_keys(request: HttpRequest, response: HttpResponse, *, are_on: bool) -> None:
    _set(request, response, KEYS_COOKIE, "" if are_on else OFF)


def carry(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """To the browser that this person has just signed in with."""
    studio = Instance.current()
    if theme := person.theme or _unless_chosen(request, THEME_COOKIE, studio.theme):
        set_theme(request, response, theme)
    set_keys(request, response, are_on=person.single_keys)
    if language := person.language or _unless_chosen(request, settings.LANGUAGE_COOKIE_NAME, studio.language):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            samesite="Lax",
        )


def _unless_chosen(request: HttpRequest, cookie: str, of_studio: str) -> str:
    return "" if cookie in request.COOKIES else of_studio


def _set(request: HttpRequest, response: HttpResponse, cookie: str, value: str) -> None:
    if value:
        response.set_cookie(cookie, value, max_age=_YEAR_SECONDS, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie(cookie, samesite="Lax")
