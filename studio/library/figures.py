"""What came of a prompt: how often it was asked with, how many pictures it brought, and what each of them cost."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from ..models import Attempt, Generation, Output, Prompt, Run, Status
from ..provider.outcome import Charge

_PAID = (Charge.CHARGED, Charge.PRESUMED)
_ENDED = (Status.SUCCEEDED, Status.REFUSED, Status.FAILED, Status.UNKNOWN)
"""What says something about the words: a frame that was cancelled was never asked for."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Over all versions of a prompt. `uses` are runs; frames that still wait are in neither `ended` nor `pictures`."""

    uses: int = 0
    ended: int = 0
    pictures: int = 0
    charged_micros: int = 0

    @property
    def success_percent(self) -> int | None:
        """Of a hundred frames that came to an end, how many brought a picture. None before the first one did."""
        return round(100 * self.pictures / self.ended) if self.ended else None

    @property
    def cost_per_picture_micros(self) -> int | None:
        """All that was charged, what brought nothing included, for each picture that came. Rounded up."""
        return -(-self.charged_micros // self.pictures) if self.pictures else None


def figures_of(prompt: Prompt) -> Figures:
    """In three queries, however often it was used. Money as the calls were charged, tries that brought nothing too."""
    asked = Generation.objects.filter(run__prompt_version__prompt=prompt)
    counts = asked.aggregate(
        ended=Count("pk", filter=Q(status__in=_ENDED)), pictures=Count("pk", filter=Q(status=Status.SUCCEEDED))
    )
    paid = Attempt.objects.filter(generation__run__prompt_version__prompt=prompt, charge__in=_PAID)
    charged: int = paid.aggregate(sum=Sum(Coalesce("real_micros", "price_micros"), default=0))["sum"]
    return Figures(_uses([prompt.pk]).get(prompt.pk, 0), counts["ended"], counts["pictures"], charged)


def uses_of(prompts: Iterable[Prompt]) -> dict[int, int]:
    """How often each was asked with, by its key, in one query."""
    return _uses([prompt.pk for prompt in prompts])


def made_with(prompt: Prompt, count: int) -> QuerySet[Output]:
    """The newest pictures that are in the prompt's own project, and not in its trash. The figures count all."""
    made = Output.objects.living().filter(generation__run__prompt_version__prompt=prompt, role=Output.Role.PRIMARY)
    made = made.filter(generation__project=prompt.project_id)
    return made.select_related("generation__run").order_by("-pk")[:count]


def _uses(keys: list[int]) -> dict[int, int]:
    counted = (
        Run.objects.filter(prompt_version__prompt__in=keys)
        .order_by()
        .values_list("prompt_version__prompt")
        .annotate(uses=Count("pk"))
    )
    return dict(counted)
