"""How sure a charge is, on its attempt and on its frame: read under the locks, and changed in both together."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F

from ..models import Attempt, Generation
from ..provider.outcome import Charge


def locked_attempt(attempt_id: UUID) -> Attempt:
    """The attempt, and its generation, nobody else's until the transaction ends. All lock in this order."""
    generation_id = Attempt.objects.values_list("generation_id", flat=True).get(pk=attempt_id)
    Generation.objects.select_for_update().only("pk").get(pk=generation_id)
    Attempt.objects.select_for_update().only("pk").get(pk=attempt_id)
    return Attempt.objects.select_related("generation__person", "generation__run").get(pk=attempt_id)


def set_charges(attempts: Sequence[Attempt], charge: Charge) -> None:
    """The same for many that stand alike now, in two questions."""
    assert len({attempt.charge for attempt in attempts}) < 2, "they stand alike"
    same = Generation.objects.filter(attempts__in=attempts, charge__in={attempt.charge for attempt in attempts})
    same.update(charge=charge, revision=F("revision") + 1)
    Attempt.objects.filter(pk__in=[attempt.pk for attempt in attempts]).update(charge=charge)


def set_charge(attempt: Attempt, charge: Charge) -> None:
    """On the attempt, and on its generation where that says the same as the attempt did."""
    same = Generation.objects.filter(pk=attempt.generation_id, charge=attempt.charge)
    same.update(charge=charge, revision=F("revision") + 1)
    Attempt.objects.filter(pk=attempt.pk).update(charge=charge)
    attempt.charge = charge
