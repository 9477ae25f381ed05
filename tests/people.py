"""The cast, the same in every test.

Alice owns the project, Bob makes on her team, Vera looks, Charlie is a stranger, Dana is an admin of the studio, with
the authenticator app that admins need.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.test import Client
from django.utils import timezone

from studio.ledger import post
from studio.ledger.balance import month_of
from studio.ledger.chain import entry_hash
from studio.models import Account, Kind, LedgerEntry, Membership, MonthBalance, Project, Role, User
from studio.sealing import seal

PASSWORD = "correct horse battery"
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MONEY_MICROS = 10_000_000
_NAMES = ("alice", "bob", "vera", "charlie", "dana")
_ROLES = {"alice": Role.OWNER, "bob": Role.MAKER, "vera": Role.VIEWER}


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
    password = _hashed()
    people = User.objects.bulk_create(
        User(
            username=name,
            email=f"{name}@example.com",
            password=password,
            first_name=name.title(),
            is_staff=name == "dana",
            is_superuser=name == "dana",
        )
        for name in _NAMES
    )
    by_name = {user.username: user for user in people}
    Membership.objects.bulk_create(
        Membership(project=project, person=by_name[name], role=role) for name, role in _ROLES.items()
    )
    _give_money(people)
    give_app(by_name["dana"])
    return Cast(**by_name, project=project)


def give_app(user: User) -> None:
    """An authenticator app on the person's telephone; `code_of_app` is what it shows."""
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": _sealed()})


def code_of_app(*, secret: str = APP_SECRET, periods_ago: int = 0) -> str:
    """What an authenticator app shows now, or showed so many half minutes ago."""
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 - periods_ago))
    return code


def come_in(client: Client, user: User) -> None:
    """Past the door without its form, as somebody who has just proven who they are."""
    client.force_login(user)
    session = client.session
    proof = {"method": "password", "at": time.time(), "reauthenticated": True}
    session["account_authentication_methods"] = [proof]
    session["account_authentication_methods_user"] = str(user.pk)
    session.save()
    UserSession.objects.create(user=user, ip="127.0.0.1", session_key=session.session_key, user_agent="Chromium")


@cache
def _sealed() -> str:
    return seal(APP_SECRET)


def _give_money(people: list[User]) -> None:
    """What `person` has the ledger write for each, at once: most tests begin here, and twenty questions each add up."""
    now = timezone.now()
    month = month_of(now)
    accounts = [Account(person=user, monthly_allowance_micros=MONEY_MICROS, sequence=1) for user in people]
    Account.objects.bulk_create(accounts)
    MonthBalance.objects.bulk_create(
        MonthBalance(account=account, month=month, allowance_micros=MONEY_MICROS, balance_micros=MONEY_MICROS)
        for account in accounts
    )
    entries = [
        LedgerEntry(
            account=account,
            sequence=1,
            month=month,
            kind=Kind.ALLOWANCE,
            amount_micros=MONEY_MICROS,
            balance_micros=MONEY_MICROS,
            effective_at=now,
            recorded_at=now,
        )
        for account in accounts
    ]
    for entry, account in zip(entries, accounts, strict=True):
        entry.entry_hash = account.head_hash = entry_hash(entry)
    LedgerEntry.objects.bulk_create(entries)
    Account.objects.bulk_update(accounts, ["head_hash"])


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


def known_cast() -> Cast:
    """The same people, once they are there."""
    people = {name: User.objects.get(username=name) for name in _NAMES}
    return Cast(**people, project=Project.objects.get(name="Autumn catalogue"))


def allow(user: User, amount_micros: int, now: datetime | None = None) -> None:
    """Set what the person may spend this month."""
    with transaction.atomic():
        post.set_allowance(user, amount_micros, recorded_by=None, now=now or timezone.now())
