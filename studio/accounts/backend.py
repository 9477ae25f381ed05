"""Who a name and a password belong to, at the price of one hash whatever the answer; and who a session does."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from .session_store import SessionStore


class OneHash(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """allauth looks an address up as an address and as a name, and would hash twice where it finds the same person.

    The second hash is what tells a stranger with a clock that the account exists.
    """

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        self._checked: set[Any] = set()
        person: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return person

    def get_user(self, user_id: int) -> AbstractBaseUser | None:
        """Whom the session brought along, where allauth says which request this is; Django asks no other way."""
        session = getattr(context.request, "session", None)
        person = session.take_person(user_id) if isinstance(session, SessionStore) else None
        if person is not None:
            return person if self.user_can_authenticate(person) else None
        found: AbstractBaseUser | None = super().get_user(user_id)
        return found

    def _check_password(self, user: AbstractBaseUser | None, password: str) -> AbstractBaseUser | None:
        if user is None or user.pk in self._checked:
            return None
        self._checked.add(user.pk)
        checked: AbstractBaseUser | None = super()._check_password(user, password)
        return checked
