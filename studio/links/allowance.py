"""How often one person may make the studio ask another machine: nobody may use it to look around with."""

from datetime import datetime, timedelta
from typing import Final

from ..models import AddressCheck, User
from .refusal import AddressRefused

CHECKS_MAX: Final = 30
WINDOW: Final = timedelta(minutes=10)


def spend_check(person: User, *, now: datetime) -> None:
    """Count one check of this person's. Raises `AddressRefused` when there were too many within the window.

    Written first and counted afterwards, so that two processes at once can refuse one too many, but never let one too
    many through. A refused one does not count, and what is out of the window is forgotten.
    """
    AddressCheck.objects.filter(person=person, checked_at__lte=now - WINDOW).delete()
    mine = AddressCheck.objects.create(person=person, checked_at=now)
    if AddressCheck.objects.filter(person=person).count() > CHECKS_MAX:
        mine.delete()
        raise AddressRefused("too_many_checks", limit=CHECKS_MAX, minutes=WINDOW // timedelta(minutes=1))
