"""The end of what lies in the trash: its files are removed, its row is kept.

Two steps, so that a crash between them does no harm. First the row says that there is no way back (`purged_at`);
then the files go, one by one, which may be repeated; then the row says so (`erased_at`). Whoever comes after a crash
finds the first said and the second not, and goes on.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q

from ..models import Generation, Link, Output, Upload
from ..models.generation import GenerationQuerySet
from ..storage import keys, objects
from .move import settled
from .retention import not_in_use, trash_days

logger = logging.getLogger(__name__)

AT_ONCE: Final = 200
"""Frames in one go; what is left is for the next look."""


def purge(*, now: datetime, is_unwanted: Callable[[], bool] = lambda: False) -> int:
    """Purge what is due, and finish what was begun; how many frames' files were removed.

    Any number of workers may do so. Raises the storage's own error when it is away: the rest waits.
    """
    if days := trash_days():
        due = Generation.objects.trashed().filter(trashed_at__lte=now - timedelta(days=days))
        doom(due, now=now)
    begun = Generation.objects.filter(purged_at__isnull=False, erased_at__isnull=True).order_by("purged_at")
    done = 0
    for frame in begun[:AT_ONCE]:
        if is_unwanted():
            break
        done += erase(frame, now=now)
    return done


def doom(frames: GenerationQuerySet, *, now: datetime, count: int = AT_ONCE) -> list[Generation]:
    """Say of those that may end that they do, of so many in one go. What was made from another frees that one.

    Never one that runs, is asked about, or whose picture is in use.
    """
    ending = frames.trashed().filter(pk__in=settled().values("pk")).order_by("-pk")
    doomed: list[Generation] = []
    while len(doomed) < count:
        free = ending.filter(not_in_use()).select_related("run")[: count - len(doomed)]
        more = [frame for frame in free if _doom(frame, now)]
        if not more:
            break
        doomed += more
    return doomed


def _doom(frame: Generation, now: datetime) -> bool:
    """Asked again in the very update: it may have been brought back, or taken for an input, meanwhile."""
    same = Generation.objects.trashed().filter(pk=frame.pk).filter(not_in_use())
    return bool(same.update(purged_at=now, revision=F("revision") + 1))


def erase(frame: Generation, *, now: datetime) -> bool:
    """Remove the files that nothing else names, and say so. Harmless to repeat; False if somebody else has said it."""
    for output in frame.outputs.all():
        for key in keys.keys_with(output.key, output.thumbnail_key):
            if not _is_needed(key, output):
                objects.remove(key)
    return bool(Generation.objects.filter(pk=frame.pk, erased_at=None).update(erased_at=now))


def _is_needed(key: str, output: Output) -> bool:
    """Whether another row names the same object: a picture made twice, or brought in again, is stored once."""
    others = Output.objects.filter(sha256=output.sha256, generation__purged_at__isnull=True)
    uploads, links = Upload.objects.all(), Link.objects.filter(thumbnail_key=output.thumbnail_key)
    if others.exists():
        return True
    if key == output.key:
        return uploads.filter(Q(key=key) | Q(copy_key=key)).exists()
    return uploads.filter(thumbnail_key=output.thumbnail_key).exists() or links.exists()


def erase_soon(frames: Iterable[Generation], *, now: datetime) -> None:
    """As `erase`, for somebody who waits. What the storage does not do now, a worker does later."""
    for frame in frames:
        try:
            erase(frame, now=now)
        except Exception:  # every library of a storage has errors of its own
            logger.exception("frame %s: its files could not be removed yet", frame.pk)
            return
