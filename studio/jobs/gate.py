"""Which models may be sent right now, how many calls of each, and why not the others.

A model goes out with one key, so what holds a key up holds up all its models. The scan, the claim and the pages ask
here, each in at most four queries however long the queue is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Count

from ..models import GatewayKey, Generation, ModelSwitch
from ..provider.catalogue import BY_KEY
from .gateway import gateway_keys, key_for


class Bar(StrEnum):
    """What keeps a model from being sent, the longest first."""

    OFF = "off"  # the model is switched off
    STOPPED = "stopped"  # its key is stopped until an admin says so
    RESTING = "resting"  # the provider is busy; the key rests
    TRYING = "trying"  # the rest is over, and one generation is trying whether it helped
    FULL = "full"  # as many calls are under way as there may be


@dataclass(frozen=True, slots=True)
class Gate:
    """The way out for one model. `room` is how many more calls may begin now; `bar` says why there is none.

    `until` is when a resting key is asked again, `stopped_reason` why a stopped one is not.
    """

    key_name: str
    room: int
    bar: Bar | None = None
    until: datetime | None = None
    stopped_reason: str = ""


def gates(now: datetime, keys: Sequence[GatewayKey] | None = None, *, count_calls: bool = True) -> dict[str, Gate]:
    """The gate of every model of the catalogue, by its key. `keys` are the studio's own, if they are at hand.

    Without `count_calls` no gate is full: to those who wait that is only a place in line.
    """
    keys = list(keys or gateway_keys())
    off = {key for key, is_offered in switches().items() if not is_offered}
    trials = {key.name for key in keys if _is_tried(key, now)}
    calling = _calling(now) if count_calls else {}
    return {
        model.key: _gate(key_for(model, keys), model.key, off, trials, calling.get(model.key, 0), now)
        for model in BY_KEY.values()
    }


def switches() -> dict[str, bool]:
    """Whether each model is offered: as its switch says, else as the catalogue does."""
    said = dict(ModelSwitch.objects.values_list("model_key", "is_enabled"))
    return {model.key: said.get(model.key, model.enabled) for model in BY_KEY.values()}


def _gate(key: GatewayKey, model_key: str, off: set[str], trials: set[str], calling: int, now: datetime) -> Gate:
    if model_key in off:
        return Gate(key.name, 0, Bar.OFF)
    if key.is_stopped:
        return Gate(key.name, 0, Bar.STOPPED, stopped_reason=key.stopped_reason)
    if key.is_resting(now):
        return Gate(key.name, 0, Bar.RESTING, key.rests_until)
    if key.name in trials:
        return Gate(key.name, 0, Bar.TRYING)
    room = max(0, key.calls_max - calling)
    if key.is_on_trial:
        room = min(room, 1)
    return Gate(key.name, room, None if room else Bar.FULL)


def _is_tried(key: GatewayKey, now: datetime) -> bool:
    """Whether the probe of a key on trial is still on its way. One that came to nothing leaves the place to another."""
    if not key.is_on_trial or key.probe_id is None:
        return False
    return Generation.objects.calling(now).filter(pk=key.probe_id).exists()


def _calling(now: datetime) -> dict[str, int]:
    """How many calls of each model are under way, by whichever key.

    A model that moves to another key is counted with what it still has under way by the old one: that may hold up a
    call for a moment, and never lets one too many out.
    """
    counted = Generation.objects.calling(now).values_list("run__model_key").annotate(Count("pk")).order_by()
    return dict(counted)
