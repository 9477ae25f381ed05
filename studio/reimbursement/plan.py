"""What the gateway's page on its plan says, and which calls fit it. Pure.

Source: the gateway's page "nano-banana-pro-guarantee", read 2026-11-22. It covers Pro calls that are paid by the
request and that Google's moderation left without a picture, with status 200; not what is repeated. Rows of the log with
fewer than a thousand tokens out are its evidence.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from typing import Final

from ..provider.outcome import Charge, Outcome

THRESHOLD_MICROS: Final = 1_000_000_000
"""The plan begins at $1,000 of spend in a month, over all models."""
TOKENS_OUT_BELOW: Final = 1_000
MODEL_KEY: Final = "pro"
BY_THE_CALL: Final = "by_count"
"""The only word that the log is known to have for a call that is paid by the request."""
CLOCK: Final = timezone(timedelta(hours=8))
"""The only time zone that the page names. It does not say where its month begins, so this is taken."""
SINCE: Final = datetime(2026, 5, 1, tzinfo=CLOCK)
"""The page prints the day without a year; 2026 is the year it was put up."""
MODERATED: Final = frozenset({Outcome.REFUSED_TEXT, Outcome.REFUSED_PROMPT, Outcome.REFUSED_OUTPUT})
"""Declined by its own word. An answer without an image may have other causes, so it is not claimed."""
_BUSINESS_DAYS: Final = 5


class WhyNot(StrEnum):
    """Why a charge that brought no picture is not on the list. The first that holds, in this order."""

    OTHER_MODEL = "other_model"
    BY_TOKENS = "by_tokens"
    NO_ANSWER = "no_answer"  # no status 200: the call was not answered
    NOT_MODERATED = "not_moderated"
    BEFORE_THE_PLAN = "before_the_plan"
    REPEATED = "repeated"
    NOT_CONFIRMED = "not_confirmed"  # the log has no row yet, or a person has still to decide about it
    COST_NOTHING = "cost_nothing"
    MANY_TOKENS = "many_tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Of the gateway's log, as far as the plan asks. `is_settled`: the ledger says the same as it."""

    quota: int
    completion_tokens: int
    billing_type: str = ""
    is_settled: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A charge without a picture. `is_repeated`: the same question was declined before in that project."""

    model_key: str
    http_status: int | None
    outcome: str
    charge: Charge
    at: datetime
    agreed_by_tokens: bool = False
    is_repeated: bool = False
    row: Row | None = None

    @property
    def is_by_tokens(self) -> bool:
        """The log knows better than what was agreed; where it does not say, what was agreed counts."""
        if self.row and self.row.billing_type:
            return self.row.billing_type != BY_THE_CALL
        return self.agreed_by_tokens


def why_not(call: Call) -> WhyNot | None:
    """None: the plan covers it, by all that a machine can know."""
    if call.model_key != MODEL_KEY:
        return WhyNot.OTHER_MODEL
    if call.is_by_tokens:
        return WhyNot.BY_TOKENS
    if call.http_status != 200:
        return WhyNot.NO_ANSWER
    if call.outcome not in MODERATED:
        return WhyNot.NOT_MODERATED
    if call.at < SINCE:
        return WhyNot.BEFORE_THE_PLAN
    if call.is_repeated:
        return WhyNot.REPEATED
    return _why_not_by_the_log(call)


def _why_not_by_the_log(call: Call) -> WhyNot | None:
    if call.row is None or not call.row.is_settled or call.charge is not Charge.CHARGED:
        return WhyNot.NOT_CONFIRMED
    if not call.row.quota:
        return WhyNot.COST_NOTHING
    if call.row.completion_tokens >= TOKENS_OUT_BELOW:
        return WhyNot.MANY_TOKENS
    return None


@dataclass(frozen=True, slots=True)
class PlanMonth:
    """A month of the plan, by its first day: from `since` until before `until`."""

    first: date

    @property
    def next_first(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def since(self) -> datetime:
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        return _midnight(self.next_first)

    @property
    def credited_by(self) -> date:
        """The fifth business day of the next month. Weekends are left out; public holidays are not known here."""
        day, counted = self.next_first, 0
        while True:
            counted += day.weekday() < 5
            if counted == _BUSINESS_DAYS:
                return day
            day += timedelta(days=1)

    def is_over(self, now: datetime) -> bool:
        return now >= self.until


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CLOCK).astimezone(UTC)
