"""Who is asking: an access token in the header `Authorization`, and nothing else. A browser's session opens nothing.

So no other site can have a browser ask in somebody's name, and no form token is needed.
"""

import math
from http import HTTPStatus

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from ..access_tokens import find, take_turn
from ..models import AccessToken
from ..telemetry.events import Event, tell
from ..telemetry.ids import learn
from ..views.types import StudioRequest
from .problems import Problem, too_many

type Scope = AccessToken.Scope


class TokenRequest(StudioRequest):
    """What an operation receives: `auth` is the token, `user` its person."""

    auth: AccessToken


class Token(HttpBearer):
    """Lets in who shows a live token of this scope; with none, any live token."""

    def __init__(self, scope: Scope | None = None) -> None:
        super().__init__()
        self._scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> AccessToken | None:
        """None for an unknown token. Raises `Problem` for one that may not do this, or asks too often."""
        now = timezone.now()
        found = find(token.strip(), now=now)
        if found is None:
            tell(Event.DENIED, "%s %s denied: no such token", request.method, request.path)
            return None
        learn(person=str(found.person_id))
        if seconds := take_turn(found, now=now):
            raise too_many(math.ceil(seconds))
        if self._scope and self._scope not in found.scopes:
            raise _not_its_scope(self._scope)
        request.user = found.person
        return found


def nobody() -> Problem:
    """No token, or none that opens anything."""
    title = _("An access token is needed.")
    detail = _("Send one of yours as “Authorization: Bearer nbs_…”. It may have expired, or have been revoked.")
    return Problem(HTTPStatus.UNAUTHORIZED, "no-token", title, detail, headers={"WWW-Authenticate": "Bearer"})


def _not_its_scope(scope: Scope) -> Problem:
    title = _("This token may not do that.")
    detail = _("It lacks the scope “%(scope)s”. Make a token that has it.") % {"scope": scope.value}
    challenge = f'Bearer error="insufficient_scope", scope="{scope.value}"'
    return Problem(HTTPStatus.FORBIDDEN, "scope", title, detail, headers={"WWW-Authenticate": challenge})


READ = Token(AccessToken.Scope.READ)
GENERATE = Token(AccessToken.Scope.GENERATE)
ANY = Token()
