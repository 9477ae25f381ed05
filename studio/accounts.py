"""The door: how allauth behaves in a studio that spends its owner's money."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedDoor(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Nobody signs up alone; an admin makes accounts, and later invitations do."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
