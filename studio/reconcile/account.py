"""The gateway's account pages: its usage log and its balance, read with the system token.

The rules are the gateway's (its pages on log queries and balance, read 2026-11-22): the token goes without `Bearer`,
`pageSize` is camelCase and at most 5,000, both timestamps are always sent and lie within a day, calls come one after
the other and a second apart, a query may take a minute. Reading costs nothing.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

import msgspec

from ..fetch import Bounds, FetchFailed, read_page
from .log_row import MICROS_PER_QUOTA, LogRow, NotARow, rows_of_page

LOG_PATH: Final = "/api/log/self"
BALANCE_PATH: Final = "/api/user/self"
CONSUMPTION: Final = 2
PAGE_ROWS: Final = 5_000
PAGE_BYTES_MAX: Final = 64_000_000
PAGES_MAX: Final = 200
"""Of one day: a million calls. More is a gateway that turns in circles."""
QUERY_SECONDS: Final = 60
APART_SECONDS: Final = 1
WINDOW: Final = timedelta(days=1)


class AccountUnread(Exception):
    """The gateway's pages could not be read. Nothing of what was sent or said is in it; `reason` is one of:

    - `no_token`: the studio was given none;
    - `refused_token`: the gateway does not take it (it must be a system token, not an `sk-` key);
    - `status`: another status than 200, which is then in `status`;
    - `not_a_log`: what came is no page of the log;
    - `stopped`: the worker that read was told to stop;
    - `endless`: more pages than a day can have;
    - otherwise the words of `FetchFailed`: `not_connected`, `timeout`, `connection_lost`, `too_large` …
    """

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason if status is None else f"{reason}: {status}")
        self.reason = reason
        self.status = status


class _Balance(msgspec.Struct):
    quota: int


class _BalancePage(msgspec.Struct):
    success: bool
    data: _Balance | None = None


@dataclass(slots=True)
class Account:
    """One account at the gateway. Calls are a second apart; `sleep` and `clock` are arguments for the tests."""

    base_url: str
    system_token: str = field(repr=False)
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    page_rows: int = PAGE_ROWS
    _asked_at: float | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.system_token = self.system_token.strip()  # one that was read from a file ends with its line

    def rows(self, since: datetime, until: datetime) -> Iterator[LogRow]:
        """Every consumption logged from `since` until before `until`, in windows of a day. Raises `AccountUnread`.

        A row may come twice when the log grows meanwhile; none is left out.
        """
        start = since
        while start < until:
            end = min(start + WINDOW, until)
            yield from self._window(start, end)
            start = end

    def balance_micros(self) -> int:
        """What is left on the account, in micro-dollars before any bonus. Raises `AccountUnread`."""
        try:
            page = msgspec.json.decode(self._ask(BALANCE_PATH), type=_BalancePage)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise AccountUnread("not_a_log") from None
        if not page.success or page.data is None:
            raise AccountUnread("not_a_log")
        return page.data.quota * MICROS_PER_QUOTA

    def _window(self, start: datetime, end: datetime) -> Iterator[LogRow]:
        for number in range(PAGES_MAX):
            query = {
                "p": number,
                "pageSize": self.page_rows,
                "type": CONSUMPTION,
                "start_timestamp": int(start.timestamp()),
                # The gateway counts both ends in.
                "end_timestamp": int(end.timestamp()) - 1,
            }
            try:
                rows = rows_of_page(self._ask(f"{LOG_PATH}?{urlencode(query)}"))
            except NotARow:
                raise AccountUnread("not_a_log") from None
            yield from rows
            if len(rows) < self.page_rows:
                return
        raise AccountUnread("endless")

    def _ask(self, path: str) -> bytes:
        if not self.system_token:
            raise AccountUnread("no_token")
        if not all("!" <= character <= "~" for character in self.system_token):
            raise AccountUnread("refused_token")
        self._wait_my_turn()
        bounds = Bounds(PAGE_BYTES_MAX, QUERY_SECONDS)
        headers = (("Accept", "application/json"), ("Authorization", self.system_token))
        try:
            return read_page(self.base_url, path, headers=headers, bounds=bounds)
        except FetchFailed as failure:
            reason = "refused_token" if failure.status in (401, 403) else failure.reason
            raise AccountUnread(reason, failure.status) from None
        finally:
            self._asked_at = self.clock()

    def _wait_my_turn(self) -> None:
        """A second from the end of one call to the beginning of the next."""
        if self._asked_at is not None:
            self.sleep(max(0.0, self._asked_at + APART_SECONDS - self.clock()))
