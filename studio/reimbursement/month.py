"""What a month came to at the gateway, beside the threshold, and how much of it the log has not told yet."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from ..models import Attempt, GatewayLogRow, Instance
from ..provider.outcome import Charge
from ..provider.terms import real_cost
from .plan import THRESHOLD_MICROS, PlanMonth


@dataclass(frozen=True, slots=True, kw_only=True)
class Spend:
    """In micro-dollars. `logged` is the whole account's, by the log; `unlogged` is ours that has no row yet."""

    logged_micros: int
    unlogged_count: int
    unlogged_micros: int
    bonus_thousandths: int
    read_until: datetime | None

    @property
    def left_micros(self) -> int:
        """What is missing to the threshold."""
        return max(0, THRESHOLD_MICROS - self.logged_micros)

    @property
    def is_reached(self) -> bool:
        return not self.left_micros

    @property
    def real_micros(self) -> int:
        """What was really paid for it. The plan's page does not say which of the two its threshold means."""
        return real_cost(self.logged_micros, self.bonus_thousandths)

    @property
    def percent(self) -> int:
        """Rounded down, so that a hundred is said when it is reached."""
        return min(100, self.logged_micros * 100 // THRESHOLD_MICROS)


def spend_of(month: PlanMonth) -> Spend:
    rows = GatewayLogRow.objects.filter(logged_at__gte=month.since, logged_at__lt=month.until)
    quota = rows.aggregate(total=Sum("quota", default=0))["total"]
    unlogged = Attempt.objects.filter(
        started_at__gte=month.since,
        started_at__lt=month.until,
        charge__in=[Charge.CHARGED, Charge.PRESUMED],
        log_row__isnull=True,
    ).aggregate(count=Count("pk"), total=Sum(Coalesce("real_micros", "price_micros"), default=0))
    return Spend(
        logged_micros=GatewayLogRow(quota=quota).charged_micros,
        unlogged_count=unlogged["count"],
        unlogged_micros=unlogged["total"],
        bonus_thousandths=Instance.current().bonus_thousandths,
        read_until=rows.order_by("-logged_at").values_list("logged_at", flat=True).first(),
    )
