"""What an admin has to look at before pictures are made again as they should be: the strip on top of every page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from ..jobs.gateway import key_names
from ..models import GatewayKey, ModelSwitch
from ..provider.catalogue import BY_KEY


@dataclass(frozen=True, slots=True)
class Alert:
    """`address` is where it is put right. `look` is "warn" or "bad": the latter while something is not sent."""

    title: str
    words: str
    address: str
    look: str = "bad"


def alerts() -> list[Alert]:
    """Stopped keys, models the machine switched off, and addresses that are wrong; the worst first. Two queries."""
    keys = list(GatewayKey.objects.filter(name__in=key_names()).order_by("pk"))
    return [*_of_stopped(keys), *_of_models(), *_of_cautions(keys)]


def _of_stopped(keys: list[GatewayKey]) -> Iterator[Alert]:
    for key in keys:
        if key.is_stopped:
            title = _("The key “%(name)s” is stopped") % {"name": key.name}
            yield Alert(title, key.get_stopped_reason_display(), _address(key))


def _of_models() -> Iterator[Alert]:
    for switch in ModelSwitch.objects.filter(is_enabled=False).exclude(reason="").order_by("pk"):
        model = BY_KEY.get(switch.model_key)
        title = _("%(model)s is switched off") % {"model": model.name if model else switch.model_key}
        yield Alert(title, switch.get_reason_display(), _address(switch))


def _of_cautions(keys: list[GatewayKey]) -> Iterator[Alert]:
    for key in keys:
        if key.caution:
            yield Alert(_("Check the gateway’s address"), key.get_caution_display(), _address(key), "warn")


def _address(row: GatewayKey | ModelSwitch) -> str:
    return reverse(f"admin:studio_{row._meta.model_name}_change", args=[row.pk])
