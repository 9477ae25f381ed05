"""What stands in front of every page: an empty studio is set up first, a session ends in time, admins prove themselves.

And what is answered to somebody signed in is kept nowhere.

Each is a middleware, so that a new page cannot forget it.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone

from ..accounts import first_run as beginning
from ..accounts.second_factor import lacks_second_factor
from ..accounts.sensitive import asked_again
from ..models import User

type Answer = Callable[[HttpRequest], HttpResponse]

_BEGAN: Final = "began_at"
_SEEN: Final = "seen_at"
_SEEN_SECONDS: Final = 600
"""How exactly it is known when a session was last used: one write in this time, not one for every page."""
_BY_ITSELF: Final = frozenset({"running"})
"""Pages that a browser asks for without anybody being there."""
_ALWAYS_OPEN: Final = frozenset({"set-up", "set_language", "appearance", "icon", "livez", "readyz"})
_ADMIN: Final = ("admin/", "admin-review/")
_NO_CHANGE: Final = frozenset({"logout", "jsi18n"})


class FirstRun:
    """Until there is anybody in it, every page of a studio is the one that sets it up."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        match = request.resolver_match
        if (match and match.url_name in _ALWAYS_OPEN) or beginning.is_set_up():
            return None
        beginning.announce_once()
        return redirect("set-up")


def session_life(get_response: Answer) -> Answer:
    """A session ends when it was not used for long, and at last however much it is used."""

    def middleware(request: HttpRequest) -> HttpResponse:
        session, now = request.session, time.time()
        if session.get("_auth_user_id") is not None:
            if now - session.setdefault(_BEGAN, now) > settings.NB_SESSION_SECONDS:
                logout(request)
            elif now - session.get(_SEEN, 0) > _SEEN_SECONDS and not _is_by_itself(request):
                session[_SEEN] = now  # which writes the session, and with it how long it lives on
                UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=timezone.now())
        return get_response(request)

    return middleware


def keep_nothing(get_response: Answer) -> Answer:
    """What is answered to somebody signed in is kept by nobody on the way, nor by a browser others use after them."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.session.get("_auth_user_id") is not None:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return middleware


@receiver(user_logged_in)
def begin_session(request: HttpRequest, **_: Any) -> None:
    request.session[_BEGAN] = request.session[_SEEN] = time.time()


class AdminRooms:
    """Admins come in with a second factor, and change what Django's admin holds only when they have lately confirmed.

    The studio's own pages say by `sensitive.confirmed` which of them move money or rights.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not match.route.startswith(_ADMIN) or not isinstance(request.user, User):
            return None
        if match.url_name in _NO_CHANGE:
            return None
        if lacks_second_factor(request.user):
            return redirect(f"{reverse('mfa_index')}?for=admin")
        return asked_again(request) if "admin" in match.namespaces else None


def _is_by_itself(request: HttpRequest) -> bool:
    return request.path.endswith(tuple(f"/{name}/" for name in _BY_ITSELF))
