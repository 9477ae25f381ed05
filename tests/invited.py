"""A browser in which an invitation was opened: where an account of one's own begins."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.membership.invitations import invite
from studio.models import Invitation, User


def open_invitation(client: Client, email: str = "", *, by: User) -> None:
    """Into the studio, without a project; for one address, or for whoever has the link."""
    fresh = invite(None, Invitation.Role.MEMBER, email=email, by=by, now=timezone.now())
    client.get(reverse("invitation-link", args=[fresh.token]))
