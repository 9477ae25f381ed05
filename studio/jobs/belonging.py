"""Whether this machine may send for this database. One that was restored or copied never does by itself.

What such a database calls queued may have been sent after the backup was made, by the studio it was taken from. So each
worker remembers beside its spool which studio it sends for, and the newest entry of the ledger it has seen. A database
that does not know that entry has gone back in time, or is another one.
"""

from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings

from ..models import Generation, Instance, LedgerEntry, Worker
from . import clock
from .cancel import take_out
from .identity import worker_id
from .recover import SILENT

NEW_HERE: Final = "new_here"
ANOTHER: Final = "another_studio"
RESTORED: Final = "restored"
WENT_BACK: Final = "went_back"

_LOOK_FIRST: Final = "The studio was restored or moved. This may have been made before: look before asking again."


class Memory(msgspec.Struct, frozen=True):
    """What a worker knows of its studio. `entry_id` and `entry_hash` are the ledger's newest; 0 and empty before it."""

    instance_id: str
    restore_epoch: int
    entry_id: int
    entry_hash: str


def why_not() -> str:
    """Empty when this machine may send; else one word for the reason."""
    known = _read()
    instance = Instance.current()
    if known is None:
        return NEW_HERE if _has_history_of_its_own(instance) else ""
    if known.instance_id != str(instance.instance_id):
        return ANOTHER
    if known.restore_epoch != instance.restore_epoch:
        return RESTORED
    entry = LedgerEntry.objects.filter(pk=known.entry_id).values_list("entry_hash", flat=True).first()
    return "" if not known.entry_id or entry == known.entry_hash else WENT_BACK


def _has_history_of_its_own(instance: Instance) -> bool:
    """Whether somebody has sent for this studio before, and nobody does now: then a worker it never saw is suspect.

    While another one sends, a new one is just one more machine. In a copy nobody does: whoever lives there refuses too.
    """
    workers = Worker.objects.exclude(pk=worker_id()).exclude(spool_name="")
    silent = clock.now() - SILENT * settings.NB_TIMEOUT_SCALE
    sending = workers.filter(heartbeat_at__gte=silent, stopped_at=None, refusal="")
    return (workers.exists() or instance.restore_epoch > 0) and not sending.exists()


def remember() -> None:
    """Write down how far the ledger is. Called again and again by whoever sends."""
    instance = Instance.current()
    newest = LedgerEntry.objects.order_by("-pk").values_list("pk", "entry_hash").first()
    entry_id, entry_hash = newest or (0, "")
    memory = Memory(str(instance.instance_id), instance.restore_epoch, entry_id, entry_hash)
    if memory != _read():
        path = _path()
        draft = path.with_suffix(".new")
        draft.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.write_bytes(msgspec.json.encode(memory))
        draft.replace(path)


def epoch_seen_here() -> int:
    """Of the studio this machine sent for last; 0 when it never did."""
    known = _read()
    return known.restore_epoch if known else 0


def adopt(*, keep_queue: bool = False) -> int:
    """Let this machine send for this database from now on; how many queued generations were cancelled, unpaid.

    Unless `keep_queue`, whatever waits is cancelled: it may have been made already, in the studio that this database
    was taken from, and nobody but a person can say. That holds for a new machine too. A backup brought to one looks
    exactly like a studio that moved there.
    """
    cancelled = 0 if keep_queue or not why_not() else _cancel_what_waits()
    remember()
    return cancelled


def _cancel_what_waits() -> int:
    now = clock.now()
    waiting = Generation.objects.queued().select_related("person", "project")
    return sum(take_out(generation, reason=RESTORED, detail=_LOOK_FIRST, now=now) for generation in waiting)


def _path() -> Path:
    return Path(settings.NB_SPOOL_DIR) / "studio.json"


def _read() -> Memory | None:
    try:
        return msgspec.json.decode(_path().read_bytes(), type=Memory)
    except FileNotFoundError:
        return None
