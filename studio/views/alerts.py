"""What an admin has to look at before pictures are made again as they should be: the strip on top of every page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from ..jobs import belonging
from ..jobs.gateway import gateway_keys
from ..jobs.recover import SILENT
from ..ledger.charges import over_hold_since
from ..models import GatewayKey, Instance, ModelSwitch, Worker
from ..money import dollars
from ..price_drift import drifts
from ..provider.catalogue import BY_KEY
from .verification import troubles

REFUSALS: Final[Mapping[str, Promise]] = {
    belonging.NEW_HERE: gettext_lazy("It does not send: no worker of this studio knows this machine."),
    belonging.ANOTHER: gettext_lazy("It does not send: it used to send for another studio."),
    belonging.RESTORED: gettext_lazy("It does not send: the database was restored from a backup."),
    belonging.WENT_BACK: gettext_lazy("It does not send: the database is older than what this machine has seen in it."),
}
"""Of a worker, by the word of `jobs/belonging.py`."""


OVER_HOLD_SHOWN: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Alert:
    """`address` is where it is put right. `look` is "warn", or "bad": not all is sent, or the books are wrong."""

    title: str
    words: str
    address: str
    look: str = "bad"


def alerts() -> list[Alert]:
    """Storage, workers, keys, models switched off, what the nightly look found, addresses, prices; worst first."""
    keys = sorted(gateway_keys(), key=lambda key: key.pk)
    sending = [*_of_storage(), *_of_workers(), *_of_stopped(keys), *_of_models()]
    return [*sending, *_of_verification(), *_of_balance(), *_of_cautions(keys), *_of_prices()]


def _of_prices() -> Iterator[Alert]:
    """A price list that is out of date, and calls that cost more than anybody had expected."""
    now = timezone.now()
    for drift in drifts(now):
        facts = {
            "model": drift.model.name,
            "calls": drift.calls,
            "differing": drift.differing,
            "ours": dollars(drift.ours_micros),
            "seen": dollars(drift.seen_micros),
        }
        words = _("%(differing)d of the last %(calls)d calls were logged at another price: %(seen)s, here %(ours)s.")
        known = {"model": drift.model.key} | ({} if drift.is_by_tokens else {"amount": facts["seen"]})
        title = _("The price of %(model)s has changed")
        yield Alert(title % facts, words % facts, reverse("prices", query=known), "warn")
    count, more_micros = over_hold_since(now - OVER_HOLD_SHOWN)
    if count:
        facts = {"count": count, "sum": dollars(more_micros)}
        words = ngettext(
            "%(count)d call of the last week, by %(sum)s.", "%(count)d calls of the last week, by %(sum)s.", count
        )
        address = reverse("charges", query={"certainty": "over_hold"})
        yield Alert(_("More was charged than was held"), words % facts, address, "warn")


def _of_storage() -> Iterator[Alert]:
    studio = Instance.current()
    if studio.storage_trouble:
        yield Alert(_("Pictures cannot be stored"), studio.get_storage_trouble_display(), reverse("system"))


def _of_workers() -> Iterator[Alert]:
    """One for all of them: what one refuses, those of the same database mostly refuse as well."""
    refusing = Worker.objects.exclude(refusal="").filter(heartbeat_at__gte=Now() - SILENT, stopped_at=None)
    if worker := refusing.order_by("pk").first():
        yield Alert(_("A worker holds back"), str(REFUSALS.get(worker.refusal, "")), reverse("system"))


def _of_stopped(keys: list[GatewayKey]) -> Iterator[Alert]:
    for key in keys:
        if key.is_stopped:
            title = _("The key “%(name)s” is stopped") % {"name": key.name}
            yield Alert(title, key.get_stopped_reason_display(), reverse("provider"))


def _of_models() -> Iterator[Alert]:
    for switch in ModelSwitch.objects.filter(is_enabled=False).exclude(reason="").order_by("pk"):
        model = BY_KEY.get(switch.model_key)
        title = _("%(model)s is switched off") % {"model": model.name if model else switch.model_key}
        yield Alert(title, switch.get_reason_display(), reverse("provider"))


def _of_verification() -> Iterator[Alert]:
    for title, words, look in troubles():
        yield Alert(title, words, reverse("system") + "#verification", look)


def _of_balance() -> Iterator[Alert]:
    studio = Instance.current()
    if studio.balance_micros is not None and studio.balance_micros < studio.low_balance_micros:
        title = _("%(sum)s left at the gateway") % {"sum": dollars(studio.balance_micros)}
        yield Alert(title, _("Top it up before pictures have to wait."), reverse("reconciliation"), "warn")


def _of_cautions(keys: list[GatewayKey]) -> Iterator[Alert]:
    for key in keys:
        if key.caution:
            yield Alert(_("Check the gateway’s address"), key.get_caution_display(), reverse("provider"), "warn")
