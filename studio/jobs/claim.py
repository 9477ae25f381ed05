"""S1: who takes a queued generation. One conditional update, exactly one winner; losing is no error.

Workers take turns at it, one after the other: each locks the gateway's keys, and then knows for certain how many
calls are under way. So there is never one more than a key allows, and only one probe of a key on trial.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from ..models import GatewayKey, Generation, Status
from ..models.generation import GenerationQuerySet
from .gate import Gate, gates
from .gateway import locked_keys

PREPARING: Final = timedelta(seconds=120)
"""How long a claim lasts before the send. A worker that is slower loses it, and with it the right to send."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to work on one generation, as long as `fence` is the row's newest.

    `key` is the gateway's key as it was when the claim was won in line; None for what somebody else had sent.
    """

    generation_id: int
    worker_id: UUID
    fence: int
    key: GatewayKey | None = field(default=None, compare=False)

    @property
    def is_first(self) -> bool:
        """Whether nobody had it before, so that no call of it was ever made."""
        return self.fence == 1

    @property
    def rows(self) -> GenerationQuerySet:
        """The generation, if the claim still holds; every write of a worker starts here."""
        return Generation.objects.filter(pk=self.generation_id, fence=self.fence)


class LostClaim(Exception):
    """Somebody else has the generation now, or it was cancelled. Not sent, nothing to undo."""


class Withheld(LostClaim):
    """The key was stopped, or began to rest, while the call was prepared. Not sent; the generation waits in line."""


def ready(now: datetime) -> GenerationQuerySet:
    """Queued generations that nobody works on and whose next try has come, oldest first."""
    return (
        Generation.objects.queued()
        .filter(Q(worker_id=None) | Q(lease_expires_at__lt=now))
        .filter(Q(not_before=None) | Q(not_before__lte=now))
        .order_by("id")
    )


def claim(generation_id: int, *, worker_id: UUID, now: datetime) -> Claim | None:
    """The claim, for the one caller who got it; None for everybody else, and while the model may not be sent."""
    model_key = ready(now).order_by().filter(pk=generation_id).values_list("run__model_key", flat=True).first()
    if model_key is None:
        return None
    with transaction.atomic():
        keys = locked_keys()
        gate = gates(now, keys)[model_key]
        won = claim_locked({generation_id: gate}, keys, worker_id=worker_id, now=now) if gate.room else []
    return won[0] if won else None


def claim_locked(
    chosen: Mapping[int, Gate], keys: Sequence[GatewayKey], *, worker_id: UUID, now: datetime
) -> list[Claim]:
    """The claims on these that are still to be had, each by its gate. The caller has locked the keys, and seen room."""
    lease_expires_at = now + PREPARING
    mine = ready(now).order_by().filter(pk__in=chosen)
    if not mine.update(worker_id=worker_id, fence=F("fence") + 1, lease_expires_at=lease_expires_at):
        return []
    fences = dict(Generation.objects.filter(pk__in=chosen, worker_id=worker_id).values_list("pk", "fence"))
    by_name = {key.name: key for key in keys}
    claims = []
    for generation_id in (each for each in chosen if each in fences):
        key = by_name[chosen[generation_id].key_name]
        if key.is_on_trial:
            key.probe_id = generation_id
            key.save(update_fields=["probe"])
        claims.append(Claim(generation_id, worker_id, fences[generation_id], key))
    return claims


def check_still_open(mine: Claim, key_name: str) -> None:
    """Raise `Withheld` if the key was stopped or rests by now, and this is not its probe: connecting takes a while."""
    key = GatewayKey.objects.filter(name=key_name).first()
    if key and (key.is_stopped or (key.is_on_trial and key.probe_id != mine.generation_id)):
        raise Withheld


def take_over(generation: Generation, *, worker_id: UUID, now: datetime) -> Claim | None:
    """As `claim`, for a generation in flight whose worker is dead. Its late writes fail on the fence from now on."""
    won = Generation.objects.filter(pk=generation.pk, fence=generation.fence, status=generation.status).update(
        worker_id=worker_id, fence=F("fence") + 1, lease_expires_at=now + PREPARING
    )
    return _claim_on(generation.pk, worker_id) if won else None


def give_back(mine: Claim, *, not_before: datetime | None = None) -> None:
    """Let go of a generation that was not sent after all: it waits in the queue as before."""
    mine.rows.filter(status=Status.QUEUED).update(worker_id=None, lease_expires_at=None, not_before=not_before)


def let_go(mine: Claim, *, until: datetime) -> None:
    """Stop working on it, for `recover` to take up once `until` has passed."""
    mine.rows.update(lease_expires_at=until)


def _claim_on(generation_id: int, worker_id: UUID) -> Claim | None:
    fence = Generation.objects.filter(pk=generation_id, worker_id=worker_id).values_list("fence", flat=True).first()
    return None if fence is None else Claim(generation_id, worker_id, fence)
