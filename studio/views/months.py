"""The month a page of money is about: it stands in the address as `?month=2026-11`."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from ..ledger.balance import month_of


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month, and today as the studio's time zone sees it."""

    first: date
    today: date

    @classmethod
    def asked_for(cls, request: HttpRequest) -> Self:
        """The month of the address, this month without one. Raises Http404 for nonsense and for the future."""
        today = timezone.localdate()
        text = request.GET.get("month", f"{today:%Y-%m}")
        try:
            month = cls(date.fromisoformat(f"{text}-01"), today)
        except ValueError:
            raise Http404(_("No such month.")) from None
        if month.first > today or month.first.year < 2000:
            raise Http404(_("No such month."))
        return month

    @property
    def key(self) -> str:
        return f"{self.first:%Y-%m}"

    @property
    def days(self) -> int:
        return calendar.monthrange(self.first.year, self.first.month)[1]

    @property
    def last(self) -> date:
        return self.first.replace(day=self.days)

    @property
    def is_current(self) -> bool:
        return self.first == month_of(timezone.now())

    @property
    def until(self) -> date:
        """The last day there is something to say about."""
        return min(self.last, self.today)

    @property
    def previous(self) -> "Month":
        return Month((self.first - timedelta(days=1)).replace(day=1), self.today)

    @property
    def next(self) -> "Month":
        return Month(self.last + timedelta(days=1), self.today)
