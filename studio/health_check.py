"""A look at what pictures need: the gateway, its keys, the storage, the clock. Costs nothing, and may be repeated.

Only the gateway's list of models is asked for, which no call is billed for.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import msgspec
from django.conf import settings
from django.utils import timezone

from . import storage_check
from .fetch import Bounds, FetchFailed, read_page
from .jobs import clock
from .jobs.gate import switches
from .jobs.gateway import gateway_keys, key_for, secret_of
from .models import GatewayKey
from .provider.catalogue import MODELS

MODELS_PATH: Final = "/v1/models"
_BOUNDS: Final = Bounds(bytes_max=4_000_000, seconds=15)
_CLOCK_SECONDS_MAX: Final = 2
_REFUSED: Final = (401, 403)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at. `look` is ok, warn, bad, or empty: could not be looked at.

    `name` is endpoint, key, models, storage or clock; `reason` a word of what was wrong. `of` is the key's name.
    """

    name: str
    look: str
    milliseconds: int | None = None
    reason: str = ""
    of: str = ""
    missing: tuple[str, ...] = ()


class _Row(msgspec.Struct):
    id: str


class _Page(msgspec.Struct):
    data: list[_Row]


def look() -> list[Check]:
    """All of it, in the order in which it depends on each other."""
    keys = gateway_keys()
    checks = [check for key in keys for check in _of_key(key, keys)]
    return [*checks, _of_storage(), _of_clock()]


def _of_key(key: GatewayKey, keys: list[GatewayKey]) -> Iterator[Check]:
    began = time.monotonic()
    try:
        headers = (("Accept", "application/json"), ("Authorization", f"Bearer {secret_of(key)}"))
        body = read_page(settings.NB_GATEWAY_URL, MODELS_PATH, headers=headers, bounds=_BOUNDS)
    except FetchFailed as failure:
        yield from _of_failure(failure, key, _since(began))
        return
    yield Check("endpoint", "ok", _since(began), of=key.name)
    yield Check("key", "ok", of=key.name)
    yield _of_models(body, key, keys)


def _of_failure(failure: FetchFailed, key: GatewayKey, milliseconds: int) -> Iterator[Check]:
    if failure.status is None:
        yield Check("endpoint", "bad", reason=failure.reason, of=key.name)
        yield Check("key", "", of=key.name)
    elif failure.status in _REFUSED:
        yield Check("endpoint", "ok", milliseconds, of=key.name)
        yield Check("key", "bad", reason="refused", of=key.name)
    else:
        yield Check("endpoint", "warn", milliseconds, reason=f"status {failure.status}", of=key.name)
        yield Check("key", "", of=key.name)
    yield Check("models", "", of=key.name)


def _of_models(body: bytes, key: GatewayKey, keys: list[GatewayKey]) -> Check:
    """Whether the gateway lists every model that is offered here and goes out with this key."""
    try:
        listed = {row.id for row in msgspec.json.decode(body, type=_Page).data}
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Check("models", "warn", reason="not a list", of=key.name)
    offered = switches()
    wanted = [model for model in MODELS if offered[model.key] and key_for(model, keys).name == key.name]
    missing = tuple(model.name for model in wanted if not listed.intersection(model.wire_ids))
    return Check("models", "warn" if missing else "ok", of=key.name, missing=missing)


def _of_storage() -> Check:
    """Write, read, delete; a test of its own says which of them it is that fails."""
    steps = storage_check.look()
    if wrong := next((step for step in steps if step.look == "bad"), None):
        return Check("storage", "bad", reason=wrong.reason)
    return Check("storage", "ok", sum(step.milliseconds or 0 for step in steps))


def _of_clock() -> Check:
    """This machine's beside the database's, which all machines go by."""
    apart = abs((clock.now() - timezone.now()).total_seconds())
    return Check("clock", "warn" if apart > _CLOCK_SECONDS_MAX else "ok", round(apart * 1000))


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
