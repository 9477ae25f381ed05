"""What a person has seen of what they were told, and when that is forgotten."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from ..models import Generation, Notice, User

UNREAD_MAX: Final = 100
"""Counted no further: from there on it is many."""
READ_KEPT: Final = timedelta(days=30)
UNREAD_KEPT: Final = timedelta(days=180)
"""Of people who do not come any more."""
_AT_ONCE: Final = 5_000


def unread_count(person: User) -> int:
    """At most `UNREAD_MAX`."""
    return Notice.objects.visible_to(person).unread().order_by()[:UNREAD_MAX].count()


def read(notice: Notice, *, now: datetime) -> None:
    if notice.is_unread:
        Notice.objects.unread().filter(pk=notice.pk).update(read_at=now)


def read_about(frames: Sequence[Generation], person: User, *, now: datetime) -> None:
    """Whoever looks at frames has seen what is said about them. Writes only if there is something to write."""
    unread = Notice.objects.unread().filter(person=person, generation__in=frames)
    if keys := list(unread.values_list("pk", flat=True)):
        Notice.objects.unread().filter(pk__in=keys).update(read_at=now)


def read_all(person: User, *, until: datetime, now: datetime) -> None:
    """All that was told by then: what came while the list lay open was not on it."""
    Notice.objects.unread().filter(person=person, told_at__lte=until).update(read_at=now)


def forget(*, now: datetime) -> int:
    """Remove what was read long ago, and what nobody read for half a year; how many. Harmless to repeat.

    Every worker asks so every ten seconds, by an index each: nearly always there is nothing.
    """
    gone = 0
    for old in (
        Notice.objects.filter(read_at__lt=now - READ_KEPT),
        Notice.objects.unread().filter(told_at__lt=now - UNREAD_KEPT),
    ):
        while keys := list(old.order_by().values_list("pk", flat=True)[:_AT_ONCE]):
            gone += Notice.objects.filter(pk__in=keys).delete()[0]
    return gone
