"""When the provider says to come back: seconds or a date, clamped, and ignored when it is neither."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

SECONDS_MIN: Final = 1
SECONDS_MAX: Final = 120


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> int | None:
    """Whole seconds between 1 and 120 from a `retry-after` header; None when there is none or it makes no sense.

    A date is counted from the answer's own `date` where it has one: the two clocks may differ, theirs does not.
    """
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"[+-]?\d{1,20}", text):
        seconds = int(text)
    elif moment := _moment(text):
        seconds = round((moment - (_moment(headers.get("date", "")) or now)).total_seconds())
    else:
        return None
    return min(max(seconds, SECONDS_MIN), SECONDS_MAX)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
