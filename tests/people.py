"""The cast, the same in every test.

Alice owns the project, Bob makes on her team, Vera looks, Charlie is a stranger, Dana is an admin of the studio.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from studio.ledger import post
from studio.models import Membership, Project, Role, User

PASSWORD = "correct horse battery"
MONEY_MICROS = 10_000_000


@dataclass(frozen=True, slots=True)
class Cast:
    """The people and the one project they are, or are not, in."""

    alice: User
    bob: User
    vera: User
    charlie: User
    dana: User
    project: Project


def person(username: str, *, allowance_micros: int = MONEY_MICROS, **facts: object) -> User:
    """A person with something to spend this month."""
    user = User.objects.create_user(username, f"{username}@example.com", PASSWORD, first_name=username.title(), **facts)
    with transaction.atomic():
        post.set_allowance(user, allowance_micros, recorded_by=None, now=timezone.now())
    return user


def cast() -> Cast:
    """Everybody, with the project "Autumn catalogue"."""
    project = Project.objects.create(name="Autumn catalogue")
    people = {name: person(name) for name in ("alice", "bob", "vera", "charlie")}
    for name, role in (("alice", Role.OWNER), ("bob", Role.MAKER), ("vera", Role.VIEWER)):
        Membership.objects.create(project=project, person=people[name], role=role)
    return Cast(**people, dana=person("dana", is_staff=True, is_superuser=True), project=project)


def known_cast() -> Cast:
    """The same people, once they are there."""
    people = {name: User.objects.get(username=name) for name in ("alice", "bob", "vera", "charlie", "dana")}
    return Cast(**people, project=Project.objects.get(name="Autumn catalogue"))


def allow(user: User, amount_micros: int, now: datetime | None = None) -> None:
    """Set what the person may spend this month."""
    with transaction.atomic():
        post.set_allowance(user, amount_micros, recorded_by=None, now=now or timezone.now())
