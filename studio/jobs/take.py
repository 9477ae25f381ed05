"""S1 for as many as a worker has room for: who is next is asked, and claimed, under the same locks.

One transaction for all of them. A hundred that each claimed for themselves would wait for one another, and for longer
than the calls they are about to make should.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists

from ..models import GatewayKey, Instance
from .claim import Claim, claim_locked, ready
from .gate import Gate, gates
from .gateway import locked_keys
from .line import as_there_is_room, next_by_model


def take(count: int, *, worker_id: UUID, now: datetime, but_not: Collection[int] = ()) -> list[Claim]:
    """Claims on the next `count` in line; fewer when fewer may be sent, none while it is paused or cannot store."""
    is_held_up = Exists(Instance.objects.exclude(paused_reason="", storage_trouble=""))
    waiting = ready(now).exclude(pk__in=but_not).exclude(is_held_up).values_list("pk", "run__model_key", "person")
    first = list(waiting[: count + 1])  # most of the time nobody waits; no locks are needed to see that
    if not first:
        return []
    with transaction.atomic():
        keys = locked_keys()
        ways = gates(now, keys)
        if len(first) <= count and len({person for _, _, person in first}) == 1:
            # All that wait are one person's, as in a quiet studio: nobody has to be asked whose turn it is.
            chosen = as_there_is_room(((pk, model_key) for pk, model_key, _ in first), ways, count)
        else:
            chosen = next_by_model(now, count, ways, but_not=but_not)
        return claim_locked(_one_probe(chosen, ways, keys), keys, worker_id=worker_id, now=now) if chosen else []


def _one_probe(
    chosen: Sequence[tuple[int, str]], ways: Mapping[str, Gate], keys: Sequence[GatewayKey]
) -> dict[int, Gate]:
    """The chosen with their gates; of all models of a key on trial the first one alone."""
    left = {key.name: 1 for key in keys if key.is_on_trial}
    found = {}
    for generation_id, model_key in chosen:
        gate = ways[model_key]
        if left.get(gate.key_name, 1):
            found[generation_id] = gate
            if gate.key_name in left:
                left[gate.key_name] = 0
    return found
