"""A studio with one of everything an address can name, and somebody in every role."""

import copy
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.tokens import default_token_generator
from django.db import connection
from django.test import Client
from django.utils import timezone

from studio.access_tokens import make
from studio.jobs.gateway import gateway_keys
from studio.ledger import decisions
from studio.membership.invitations import Fresh, invite
from studio.models import (
    AccessToken,
    GatewayLogRow,
    Instance,
    Invitation,
    Kind,
    LedgerEntry,
    Link,
    Membership,
    MissingLogRow,
    Notice,
    Output,
    ReimbursementSheet,
    Role,
    SavedView,
    ShareLink,
    Upload,
    User,
    Webhook,
)
from studio.provider.outcome import Outcome
from studio.storage.objects import put_bytes
from studio.talk.comments import say
from studio.talk.sharing import share
from studio.webhooks import keep as webhooks
from tests import people
from tests.api.calling import caller
from tests.library.kept import make_prompt
from tests.people import Cast
from tests.permissions.table import ROLES
from tests.runs import make_run
from tests.views.booked import end

PASSKEY = {"name": "The old laptop", "credential": {}}
WRITES = ("INSERT INTO", "UPDATE", "DELETE FROM")
# What a session remembers, what tries are counted by, and addresses, which allauth writes down when it first sees them.
NOT_COUNTED = (
    *("django_session", "usersessions_usersession", "studio_cacheentry", "account_emailaddress"),
    'UPDATE "studio_accesstoken" SET "paced_until_ms"',
)


@dataclass
class World:
    """Removed was a maker, made the pictures there are, and left. Inactive is an owner whose account was closed."""

    cast: Cast
    removed: User
    inactive: User
    clients: dict[str, Client] = field(default_factory=dict)
    callers: dict[str, Client] = field(default_factory=dict)

    @classmethod
    def made(cls) -> "World":
        cast = people.cast()
        removed, inactive = people.person("rob"), people.person("ida")
        Membership.objects.create(project=cast.project, person=inactive, role=Role.OWNER)
        Instance.current()
        gateway_keys()
        return cls(cast, removed, inactive)

    def again(self) -> "World":
        """The same people, signed in as they were, and nothing yet of what an address may name."""
        clients = {role: _copy(each) for role, each in self.clients.items()}
        return World(self.cast, self.removed, self.inactive, clients, self.callers)

    def client(self, role: str) -> Client:
        """This person's browser, signed in while they still could."""
        if role not in self.clients:
            client = self.clients[role] = Client()
            if person := self._person(role):
                people.come_in(client, person)
        return self.clients[role]

    def caller(self, role: str) -> Client:
        """A program of this person's, its token made while it still could be."""
        if role not in self.callers:
            person = self._person(role)
            self.callers[role] = caller(person) if person else Client()
        return self.callers[role]

    def close_the_account(self) -> None:
        User.objects.filter(pk=self.inactive.pk).update(is_active=False)

    def _person(self, role: str) -> User | None:
        cast = self.cast
        people_by_role: Mapping[str, User | None] = {
            "anonymous": None,
            "inactive": self.inactive,
            "stranger": cast.charlie,
            "removed": self.removed,
            "viewer": cast.vera,
            "maker": cast.bob,
            "owner": cast.alice,
            "admin": cast.dana,
        }
        return people_by_role[role]

    def keys(self, of: str) -> Mapping[str, Any]:
        """The keys of an address, for the thing it is of."""
        return {} if not of else KEYS[of](self)

    # ── Things ─────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def output(self) -> Output:
        """Of a delivered frame that the removed person made, with its files."""
        generation = make_run(self.removed, self.cast.project).generations.get()
        output = end(generation, Outcome.DELIVERED).outputs.get()
        for key in (output.key, output.thumbnail_key):
            put_bytes(key, b"a picture")
        return output

    @cached_property
    def upload(self) -> Upload:
        put_bytes("uploads/cup.webp", b"a picture")
        facts = {"mime_type": "image/png", "size_bytes": 1, "width": 1, "height": 1, "sha256": "1" * 64}
        kept = {**facts, "key": "uploads/cup.png", "thumbnail_key": "uploads/cup.webp"}
        return Upload.objects.create(project=self.cast.project, person=self.removed, name="cup.png", **kept)

    @cached_property
    def link(self) -> Link:
        put_bytes("links/cup.webp", b"a picture")
        return Link.objects.create(
            project=self.cast.project,
            person=self.removed,
            url="https://example.com/cup.png",
            mime_type="image/png",
            thumbnail_key="links/cup.webp",
        )

    @cached_property
    def charge(self) -> LedgerEntry:
        """A presumed charge of the maker's."""
        end(make_run(self.cast.bob, self.cast.project).generations.get(), Outcome.OUTCOME_UNKNOWN)
        return LedgerEntry.objects.filter(kind=Kind.CHARGE).latest("pk")

    @cached_property
    def fresh(self) -> Fresh:
        return invite(self.cast.project, Invitation.Role.MAKER, by=self.cast.alice, now=timezone.now())

    @cached_property
    def sheet(self) -> ReimbursementSheet:
        now = timezone.now()
        return ReimbursementSheet.objects.create(month=now.date().replace(day=1), drawn_at=now, drawn_by=self.cast.dana)


def _copy(client: Client) -> Client:
    same = Client()
    same.cookies = copy.deepcopy(client.cookies)
    return same


def _member(world: World) -> dict[str, Any]:
    vera = Membership.objects.get(person=world.cast.vera)
    return {"public_id": world.cast.project.public_id, "member_id": vera.public_id}


def _opened(world: World) -> dict[str, Any]:
    for role in ROLES:
        world.client(role).get(f"/invitations/{world.fresh.token}/")
    return {}


def _letter_key(world: World) -> dict[str, Any]:
    address = EmailAddress.objects.create(user=world.cast.bob, email="bob.new@example.com")
    return {"key": EmailConfirmationHMAC(address).key}


def _share(world: World) -> tuple[ShareLink, str]:
    return share(world.output.generation, days=7, person=world.cast.bob, now=timezone.now())


def _comment(world: World) -> dict[str, Any]:
    said = say(world.output.generation, "Lovely", person=world.cast.bob, now=timezone.now())
    return {"public_id": said.public_id}


def _token(world: World) -> AccessToken:
    """One that nothing else uses."""
    return make(world.cast.bob, "Another", scopes=["read"], days=None, now=timezone.now()).token


def _webhook(world: World) -> Webhook:
    facts = {"origin": "https://studio.example", "now": timezone.now()}
    return webhooks.make(world.cast.bob, "https://receiver.example/hook", None, **facts).webhook


def _notice(world: World) -> Notice:
    """Bob has read it: to look at it writes nothing."""
    said = Notice.Kind.BUDGET
    now = timezone.now()
    return Notice.objects.create(person=world.cast.bob, kind=said, about="budget", told_at=now, read_at=now)


KEYS: Mapping[str, Callable[[World], Mapping[str, Any]]] = {
    "project": lambda world: {"public_id": world.cast.project.public_id},
    "member": _member,
    "project invitation": lambda world: {
        "public_id": world.cast.project.public_id,
        "invitation_id": world.fresh.invitation.public_id,
    },
    "invitation": lambda world: {"invitation_id": world.fresh.invitation.public_id},
    "person": lambda world: {"pk": world.cast.bob.pk},
    "token": lambda world: {"token": world.fresh.token},
    "opened token": _opened,
    "generation": lambda world: {"public_id": world.output.generation.public_id},
    "prompt": lambda world: {"public_id": make_prompt(world.cast.bob, world.cast.project).public_id},
    "comment": _comment,
    "share link": lambda world: {"public_id": _share(world)[0].public_id},
    "share token": lambda world: {"token": _share(world)[1]},
    "output": lambda world: {"public_id": world.output.public_id, "rendition": "original"},
    "upload": lambda world: {"public_id": world.upload.public_id, "rendition": "thumbnail"},
    "link": lambda world: {"public_id": world.link.public_id, "rendition": "thumbnail"},
    "budget request": lambda world: {
        "pk": decisions.ask_for_more(world.cast.bob, None, note="", now=timezone.now()).pk
    },
    "question": lambda world: {"pk": decisions.ask_about(world.charge, note="Why?", now=timezone.now()).pk},
    "charge": lambda world: {"pk": world.charge.pk},
    "row": lambda world: {
        "pk": GatewayLogRow.objects.create(
            request_id="r", logged_at=timezone.now(), model_name="m", quota=1, read_at=timezone.now()
        ).pk
    },
    "missing row": lambda world: {
        "pk": MissingLogRow.objects.create(attempt=world.output.attempt, noticed_at=timezone.now()).pk
    },
    "sheet": lambda world: {"pk": world.sheet.pk},
    "saved view": lambda world: {
        "public_id": SavedView.objects.create(person=world.cast.bob, name="Cups", query="q=cup").public_id
    },
    "notice": lambda world: {"public_id": _notice(world).public_id},
    "gateway key": lambda _world: {"name": "main"},
    "webhook": lambda world: {"public_id": _webhook(world).public_id},
    "access token": lambda world: {"public_id": _token(world).public_id},
    "api project": lambda world: {"project_id": world.cast.project.public_id},
    "run": lambda world: {"run_id": world.output.generation.run.public_id},
    "api generation": lambda world: {"generation_id": world.output.generation.public_id},
    "api output": lambda world: {"output_id": world.output.public_id},
    "model": lambda _world: {"key": "pro"},
    "passkey": lambda world: {
        "pk": Authenticator.objects.create(user=world.cast.bob, type="webauthn", data=PASSKEY).pk
    },
    "session": lambda world: {
        "pk": UserSession.objects.create(user=world.cast.bob, ip="127.0.0.1", session_key="1" * 32, user_agent="x").pk
    },
    "provider": lambda _world: {"provider_id": "sso"},
    "letter key": _letter_key,
    "reset key": lambda world: {"uidb36": "1", "key": default_token_generator.make_token(world.cast.bob)},
}


def missing(keys: Mapping[str, Any]) -> dict[str, Any]:
    """The same keys of what never was."""
    return {name: uuid.uuid4() if isinstance(key, uuid.UUID) else key for name, key in keys.items()}


class Writing:
    """What is written to the database while it is on, beside what a session remembers."""

    def __init__(self) -> None:
        self.statements: list[str] = []

    def __call__(self, execute: Any, sql: str, *rest: Any) -> Any:
        if sql.lstrip().startswith(WRITES) and not any(table in sql for table in NOT_COUNTED):
            self.statements.append(sql[:90])
        return execute(sql, *rest)

    def __enter__(self) -> "Writing":
        self._wrapper = connection.execute_wrapper(self)
        self._wrapper.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._wrapper.__exit__(*error)
