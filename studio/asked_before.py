"""Whether the same words with the same images were paid for before and brought no picture.

A refusal comes with status 200 and is charged, and the same question is mostly refused again: nobody should find
that out by paying twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce

from .models import Attempt, Generation, Project
from .provider.outcome import DECLINED_OUTCOMES, DELIVERED_OUTCOMES, Charge

_DECLINED = Q(outcome__in=DECLINED_OUTCOMES)
_DELIVERED = Q(outcome__in=DELIVERED_OUTCOMES)
_PAID = Q(charge__in=[Charge.CHARGED, Charge.PRESUMED])
_FOR_NOTHING = _DECLINED | _PAID & ~_DELIVERED & ~Q(outcome="")


class DeclinedBefore(Exception):
    """The run asks what was declined before, and the person was not told. Nothing was held."""

    def __init__(self, earlier: "AskedBefore") -> None:
        super().__init__(f"declined {earlier.declined} times before")
        self.earlier = earlier


@dataclass(frozen=True, slots=True)
class AskedBefore:
    """Calls that brought no picture, `declined` of them because of what was asked, and what they were charged.

    `newest` is one to look at, if any is left; one in the trash can only be named.
    """

    times: int
    declined: int
    cost_micros: int
    newest: Generation


def asked_before(question_hash: str, project: Project) -> AskedBefore | None:
    """What became of this question in this project. None unless it was asked for nothing more often than not."""
    asked = Attempt.objects.filter(generation__run__project=project, generation__run__question_hash=question_hash)
    counts = asked.aggregate(
        times=Count("pk", filter=_FOR_NOTHING),
        declined=Count("pk", filter=_DECLINED),
        delivered=Count("pk", filter=_DELIVERED),
        cost=Sum(Coalesce("real_micros", "price_micros"), filter=_FOR_NOTHING & _PAID, default=0),
    )
    if counts["times"] <= counts["delivered"]:
        return None
    rows = asked.filter(_FOR_NOTHING).select_related("generation__run__project")
    newest = rows.order_by(F("generation__trashed_at").asc(nulls_first=True), "-started_at")[0]
    return AskedBefore(counts["times"], counts["declined"], counts["cost"], newest.generation)


def declined_before(question_hashes: Iterable[str], project: Project) -> dict[str, int]:
    """By question: how often it was declined here. Those that never were are left out. One query for all of them."""
    asked = Attempt.objects.filter(
        _DECLINED, generation__run__project=project, generation__run__question_hash__in=set(question_hashes)
    )
    return dict(asked.order_by().values_list("generation__run__question_hash").annotate(times=Count("pk")))
