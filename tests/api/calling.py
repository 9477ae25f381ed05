"""A program that has an access token of somebody's."""

from collections.abc import Collection
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from studio.access_tokens import make
from studio.models import AccessToken, User

BOTH = ("read", "generate")


def secret_of(person: User, scopes: Collection[str] = BOTH, *, days: int | None = 90) -> str:
    return make(person, f"Program {uuid4().hex[:8]}", scopes=scopes, days=days, now=timezone.now()).secret


def caller(person: User, scopes: Collection[str] = BOTH) -> Client:
    """It has no cookie, and sends its token along with everything."""
    return with_token(secret_of(person, scopes))


def with_token(secret: str) -> Client:
    return Client(headers={"Authorization": f"Bearer {secret}"})


def token_of(person: User) -> AccessToken:
    return AccessToken.objects.get(person=person)


def kind_of(response: Any) -> str:
    """Of a problem: the end of its type."""
    assert response.headers["Content-Type"] == "application/problem+json", response.content
    document = response.json()
    assert document["status"] == response.status_code
    assert document["title"]
    return str(document["type"]).removeprefix("urn:nb-studio:")
