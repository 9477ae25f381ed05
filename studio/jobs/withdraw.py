"""What waits for somebody who may no longer make pictures where they asked: cancelled, before a byte of it is sent.

They left the project, may only look now, their account is closed, or the project is archived. What is under way goes
on: it is paid, and its picture belongs to the project. Asked of the rows and not of the pages that change them, so that
no door is forgotten.
"""

from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q

from ..access import can_make
from ..models import MAKERS, Generation, Membership
from ..models.generation import GenerationQuerySet
from .cancel import take_out

NO_MAKER: Final = "no_longer_a_maker"
ARCHIVED: Final = "project_archived"


def unwelcome() -> GenerationQuerySet:
    """Queued generations whose person may no longer make them there. An admin of the studio may make everywhere."""
    may_make = Membership.objects.filter(project=OuterRef("project"), person=OuterRef("person"), role__in=MAKERS)
    left = Q(person__is_active=False) | (Q(person__is_staff=False) & ~Exists(may_make))
    archived = Q(project__archived_at__isnull=False)
    return Generation.objects.queued().filter(left | archived).order_by("pk")


def is_unwelcome(generation: Generation) -> bool:
    """The same of one that is at hand with its person, as it is asked before every send: in a fraction of the time."""
    person = generation.person
    return not (person.is_active and can_make(person, generation.project))


def withdraw(*, now: datetime) -> int:
    """Cancel them and give their holds back; how many that were."""
    return sum(withdraw_one(generation, now=now) for generation in unwelcome().select_related("person", "project"))


def withdraw_one(generation: Generation, *, now: datetime) -> bool:
    if generation.project.is_archived:
        reason, words = ARCHIVED, "The project was archived. Nothing was sent."
    else:
        reason = NO_MAKER
        words = f"{generation.person.display_name} no longer makes pictures in this project. Nothing was sent."
    return take_out(generation, reason=reason, detail=words, now=now)
