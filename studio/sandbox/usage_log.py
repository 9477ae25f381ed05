"""The gateway's usage log: one row for every charged call, in the real log's shape.

As on the real one, a row carries the key of the call. Whoever stores rows has to drop it.
"""

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

type Row = dict[str, Any]

PAGE_SIZE = 10
PAGE_SIZE_MAX = 5_000
CONSUMPTION = 2
DAY_SECONDS = 86_400


class UsageLog:
    """A row shows `delay` seconds after its call, since the real log is a little behind too.

    `clock` tells Unix seconds; a test that plays a month sets it forward.
    """

    def __init__(self, delay: float = 0.0, clock: Callable[[], float] = time.time) -> None:
        self._delay = delay
        self.clock = clock
        self._lock = threading.Lock()
        self._rows: list[Row] = []

    def add(
        self,
        *,
        request_id: str,
        model_name: str,
        key: str,
        group: str,
        quota: int,
        content: str,
        other: Mapping[str, Any],
        seconds: int,
        error_code: str = "",
    ) -> None:
        """`other` goes in as a JSON text, as on the real log; its `usage` fills the token columns."""
        usage = other["usage"]
        row: Row = {
            "request_id": request_id,
            "created_at": int(self.clock()),
            "type": CONSUMPTION,
            "content": content,
            "username": "sandbox",
            "token_name": "sandbox",
            "token_key": key.removeprefix("sk-"),
            "token_group": group,
            "model_name": model_name,
            "quota": quota,
            "prompt_tokens": usage.get("promptTokenCount", 0),
            "completion_tokens": usage.get("candidatesTokenCount", 0),
            "duration_for_view": seconds,
            "is_stream": False,
            "error_code": error_code,
            "other": msgspec.json.encode(other).decode(),
        }
        with self._lock:
            self._rows.append(row)

    def reset(self) -> None:
        with self._lock:
            self._rows.clear()

    def page(self, query: Mapping[str, str]) -> list[Row]:
        """Newest first. `pageSize` is spelled so; `page_size` is ignored.

        Raises ValueError above 5,000 rows, for a window of more than a day, and for numbers that are none.
        """
        size = int(query.get("pageSize", PAGE_SIZE))
        if size > PAGE_SIZE_MAX:
            raise ValueError(f"pageSize {size} exceeds {PAGE_SIZE_MAX}")
        start = int(query.get("p", 0)) * size
        with self._lock:
            rows = [row for row in reversed(self._rows) if row["created_at"] + self._delay <= self.clock()]
        return list(_matching(rows, query, self.clock()))[start : start + size]


def _window(query: Mapping[str, str], now: float) -> tuple[int, int]:
    """From when to when, in Unix seconds. Where one end is missing, the other is a day from it."""
    start, end = (int(query.get(name) or 0) for name in ("start_timestamp", "end_timestamp"))
    until = end or (start + DAY_SECONDS if start else int(now))
    since = start or until - DAY_SECONDS
    if until - since > DAY_SECONDS:
        raise ValueError("the time range must not exceed one day")
    return since, until


def _matching(rows: Iterable[Row], query: Mapping[str, str], now: float) -> Iterable[Row]:
    exact = {
        "model_name": "model_name",
        "token_name": "token_name",
        "group": "token_group",
        "request_id": "request_id",
    }
    since, until = _window(query, now)
    kind = int(query.get("type") or 0)
    for row in rows:
        is_asked = all(row[field] == query[name] for name, field in exact.items() if query.get(name))
        if is_asked and since <= row["created_at"] <= until and kind in {0, row["type"]}:
            yield row
