"""The browsers a person has signed in from, known by a signed cookie.

Wrong passwords are counted for each account, or guessing would be free from many addresses. But then anyone could
keep anyone out by guessing on. So tries from a browser the person has used are counted apart from all others.
OWASP calls this device cookies.
"""

import secrets
from typing import Final

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse

from ..models import User

_SALT: Final = "studio.known-browser"
_SECONDS: Final = 365 * 24 * 3600


def _cookie_name() -> str:
    return "__Host-known" if settings.SESSION_COOKIE_SECURE else "known"


def remember(response: HttpResponse, user: AbstractBaseUser) -> None:
    """Let this browser be known as one of this person's."""
    response.set_cookie(
        _cookie_name(),
        signing.dumps([user.pk, secrets.token_urlsafe(16)], salt=_SALT),
        max_age=_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def is_known(request: HttpRequest, user: AbstractBaseUser) -> bool:
    """Whether this person has signed in from this browser before, within a year."""
    return bool(_read(request)[0] == user.pk)


def key_of(request: HttpRequest, login: str) -> str:
    """What tries of this browser for this login are counted under; empty for a browser that is not known for it."""
    pk, nonce = _read(request)
    if pk is None:
        return ""
    is_theirs = User.objects.filter(Q(email__iexact=login) | Q(username__iexact=login), pk=pk).exists()
    return f"known:{nonce}" if is_theirs else ""


def _read(request: HttpRequest) -> tuple[int | None, str]:
    """Whose browser it is, and its own name; None for one that nobody has signed in from."""
    try:
        pk, nonce = signing.loads(request.COOKIES.get(_cookie_name(), ""), salt=_SALT, max_age=_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return None, ""
    return pk, nonce
