"""The one clock that leases, rests and heartbeats go by: the database's.

Machines disagree about the time, and their clocks are put right in the middle of a call. All workers and web
processes share one database, so what one of them writes and another compares is read from there. How long something
takes is measured with `time.monotonic`, which never jumps.
"""

from datetime import UTC, datetime
from typing import Final

from django.db import connection

_ASKED: Final = {
    "postgresql": "SELECT clock_timestamp()",
    "sqlite": "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')",
}


def now() -> datetime:
    """This moment, as the database sees it. Whole milliseconds on SQLite, cut and not rounded."""
    with connection.cursor() as cursor:
        cursor.execute(_ASKED[connection.vendor])
        (moment,) = cursor.fetchone()
    return moment if isinstance(moment, datetime) else datetime.fromisoformat(moment).replace(tzinfo=UTC)
