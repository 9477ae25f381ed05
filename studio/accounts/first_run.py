"""How a studio begins: the one who can read the server's log names it and becomes its first admin. Once.

The code is made of `SECRET_KEY` and the studio's own number, so that every process knows the same one, none has to
keep it, and whoever only reaches the port cannot guess it (130 bits).
"""

import base64
import hmac
import logging
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Final

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from ..ledger.decisions import set_budget
from ..models import Instance, Membership, Project, Role, User

logger = logging.getLogger(__name__)

FIRST_BUDGET_MICROS: Final = 5_000_000
"""What the first admin may spend a month until they say otherwise: enough to try all models, no more."""
_CODE_BYTES: Final = 16
_GROUP: Final = 4


class AlreadySetUp(Exception):
    """Somebody else was first."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the first admin says of the studio and of themselves."""

    studio_name: str
    name: str
    email: str
    password: str


class _Known:
    """That the studio is set up, once it is: it never goes back, and no page has to ask again."""

    is_set_up = False


def is_set_up() -> bool:
    """Whether this studio has had anybody in it. One question, until the answer is yes."""
    if not _Known.is_set_up:
        _Known.is_set_up = User.objects.exists() or Instance.objects.exclude(set_up_at=None).exists()
    return _Known.is_set_up


def forget() -> None:
    """Ask again: the database is another one."""
    _Known.is_set_up = False
    announce_once.cache_clear()


def code() -> str:
    """The set-up code as it is shown: groups of four letters and digits."""
    number = Instance.current().instance_id
    digest = hmac.digest(settings.SECRET_KEY.encode(), b"studio.first-run\0" + number.bytes, "sha256")
    text = base64.b32encode(digest[:_CODE_BYTES]).decode("ascii").rstrip("=")
    return "-".join(re.findall(rf".{{1,{_GROUP}}}", text))


def is_code(typed: str) -> bool:
    """Whether this is the code, however it was copied: spaces, dashes and small letters do not matter."""
    plain = re.sub(r"[^A-Z2-7]", "", typed.upper())
    return constant_time_compare(plain, code().replace("-", ""))


@cache
def announce_once() -> None:
    """Say the code in the log of this process, where only those who run the server read."""
    if not is_set_up():
        logger.warning("This studio is new. Open it in a browser and type this set-up code: %s", code())


def begin(beginning: Beginning, *, request: HttpRequest, now: datetime) -> User:
    """Name the studio, make its first admin, their project and a small budget. Raises `AlreadySetUp`."""
    # A second of work on a busy machine, for which nobody's row and no connection has to wait.
    password_hash = make_password(beginning.password)
    with transaction.atomic():
        Instance.current()
        mine = Instance.objects.filter(pk=1, set_up_at=None).update(set_up_at=now, name=beginning.studio_name)
        if not mine or User.objects.exists():
            raise AlreadySetUp
        admin = _admin(beginning, password_hash, request)
        set_budget(admin, FIRST_BUDGET_MICROS, by=admin, now=now)
        project = Project.objects.create(name=_("First project"))
        Membership.objects.create(project=project, person=admin, role=Role.OWNER)
    logger.info("The studio is set up. Its first admin is number %s.", admin.pk)
    return admin


def _admin(beginning: Beginning, password_hash: str, request: HttpRequest) -> User:
    first, _space, last = " ".join(beginning.name.split()).partition(" ")
    admin = User(first_name=first, last_name=last, email=beginning.email, is_staff=True, is_superuser=True)
    admin.password = password_hash
    get_adapter(request).populate_username(request, admin)
    admin.save()
    # Whoever reads the server's log is believed about their own address.
    EmailAddress.objects.create(user=admin, email=beginning.email, primary=True, verified=True)
    return admin
