"""Where each setting of the studio is, with a word on how it stands, and what the environment has set."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..jobs.gate import switches
from ..jobs.gateway import gateway_keys
from ..models import Instance, Invitation, Price, User
from ..money import dollars
from .storage_facts import storage_words

_VENDORS: Final = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Place:
    """A page, or a part of one, where something is set. `look` is empty, or "warn": it stands out."""

    title: str
    words: str
    address: str
    icon: str
    look: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """What the environment says. `variable` is its name there."""

    title: str
    words: str
    variable: str


def places() -> Sequence[Place]:
    """In the order in which a new studio needs them."""
    studio = Instance.current()
    provider = reverse("provider")
    return [
        _keys(provider),
        _models(provider),
        Place(_("Prices"), _own_prices(), reverse("prices"), "receipt"),
        Place(_("Members and roles"), _people(), reverse("people"), "users"),
        Place(_("Budgets and limits"), _threshold(studio), reverse("budgets"), "chart-column"),
        Place(_("Storage"), storage_words(), f"{provider}#storage", "folder"),
        _sending(studio, provider),
        Place(_("Gateway balance"), _balance(studio), reverse("reconciliation"), "plug"),
        Place(_("Audit log"), _("Who changed what, and what stood there"), reverse("audit"), "book-open"),
    ]


def of_environment() -> Sequence[Fact]:
    """What only whoever starts the studio can change. No secret is among it."""
    mail: dict[str, Any] = settings.MAILERS["default"].get("OPTIONS", {})
    providers: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
    apps = providers["openid_connect"]["APPS"]
    return [
        Fact(_("Addresses"), ", ".join(settings.ALLOWED_HOSTS), "ALLOWED_HOSTS"),
        Fact(_("HTTPS"), _("on") if settings.SESSION_COOKIE_SECURE else _("off"), "NB_HTTPS"),
        Fact(_("Database"), _VENDORS.get(connection.vendor, connection.vendor), "DATABASE_URL"),
        Fact(_("Gateway"), settings.NB_GATEWAY_URL, "NB_GATEWAY_URL"),
        Fact(_("Mail server"), f"{mail['host']}:{mail['port']}" if mail else _("none"), "NB_MAIL_URL"),
        Fact(_("Single sign-on"), apps[0]["name"] if apps else _("none"), "NB_OIDC_URL"),
        Fact(_("Worker"), settings.NB_WORKER, "NB_WORKER"),
        Fact(_("Time zone"), settings.TIME_ZONE, "NB_TIME_ZONE"),
    ]


def _keys(provider: str) -> Place:
    title, keys = _("Provider and keys"), gateway_keys()
    if any(key.is_stopped for key in keys):
        return Place(title, _("A key is stopped"), provider, "key", "warn")
    count = ngettext("%(count)d key", "%(count)d keys", len(keys)) % {"count": len(keys)}
    words = _("Sandbox: free, for practice") if settings.NB_PRACTICE else count
    return Place(title, words, provider, "key")


def _models(provider: str) -> Place:
    offered = switches()
    facts = {"count": sum(offered.values()), "all": len(offered)}
    return Place(_("Models"), _("%(count)d of %(all)d offered") % facts, f"{provider}#models", "images")


def _own_prices() -> str:
    count = Price.objects.count()
    if not count:
        return _("As the provider lists them")
    return ngettext("%(count)d of your own", "%(count)d of your own", count) % {"count": count}


def _people() -> str:
    people = User.objects.filter(is_active=True).count()
    open_ones = Invitation.objects.open(timezone.now()).count()
    said = ngettext("%(count)d person", "%(count)d people", people) % {"count": people}
    if not open_ones:
        return said
    more = ngettext("%(count)d invitation open", "%(count)d invitations open", open_ones) % {"count": open_ones}
    return f"{said}, {more}"


def _threshold(studio: Instance) -> str:
    if studio.confirm_above_micros is None:
        return _("A month for each, no second question")
    return _("A month for each; asked once more above %(sum)s") % {"sum": dollars(studio.confirm_above_micros)}


def _sending(studio: Instance, provider: str) -> Place:
    if studio.paused_reason:
        return Place(
            _("Sending"), _("Stopped: %(why)s") % {"why": studio.paused_reason}, f"{provider}#pause", "x", "warn"
        )
    return Place(_("Sending"), _("On. The emergency stop is here"), f"{provider}#pause", "shield-alert")


def _balance(studio: Instance) -> str:
    return _("Warns below %(sum)s") % {"sum": dollars(studio.low_balance_micros)}
