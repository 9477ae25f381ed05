"""Which row of the log is which attempt's. Pure: two lists go in, pairs come out.

By any request id that was kept with the attempt; where none is in the log, by model, key and time. The gateway's
documentation does not promise that the id in an answer's header is the one in its log, and a call without an answer has
none.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from ..models import GatewayLogRow
from ..provider.catalogue import BY_WIRE_ID

SLACK: Final = timedelta(minutes=1)
"""How far two machines' clocks, and what happens around a call, may move a row beside its duration."""

type TokenNames = Mapping[str, frozenset[str]]
"""What the gateway calls each key of ours, as far as earlier matches have shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Logged:
    """A row that is nobody's yet. `logged_at` is when the gateway wrote it: when the call ended there."""

    pk: int
    request_id: str
    model_name: str
    token_name: str
    logged_at: datetime
    seconds: int

    @property
    def took(self) -> timedelta:
        return timedelta(seconds=self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """An attempt that has no row yet. `ids` are all that the provider called it; mostly none when no answer came.

    `may_be_charged` is False for what surely cost nothing: only its id can find it a row.
    """

    attempt_id: UUID
    ids: frozenset[str]
    model_key: str
    key_name: str
    began_at: datetime
    may_be_charged: bool = True


@dataclass(frozen=True, slots=True)
class Pair:
    logged: Logged
    call: Call
    by: GatewayLogRow.Match


def pairs(rows: Sequence[Logged], calls: Sequence[Call], known: TokenNames) -> list[Pair]:
    """Each row with at most one call, each call with at most one row."""
    by_id = list(_by_id(rows, calls))
    rows_taken, calls_taken = {pair.logged.pk for pair in by_id}, {pair.call.attempt_id for pair in by_id}
    rows_left = [row for row in rows if row.pk not in rows_taken]
    calls_left = [call for call in calls if call.may_be_charged and call.attempt_id not in calls_taken]
    return by_id + list(_by_time(rows_left, calls_left, learned(by_id, known)))


def learned(by_id: Iterable[Pair], known: TokenNames) -> TokenNames:
    """With the names that these pairs show. Rows found by time show nothing: they were found by the name."""
    names = defaultdict(frozenset[str], known)
    for pair in by_id:
        names[pair.call.key_name] |= {pair.logged.token_name}
    return names


def _by_id(rows: Sequence[Logged], calls: Sequence[Call]) -> Iterator[Pair]:
    owners = {name: call for call in calls for name in call.ids}
    taken = set[UUID]()
    for row in rows:
        call = owners.get(row.request_id)
        if call and call.attempt_id not in taken:
            taken.add(call.attempt_id)
            yield Pair(row, call, GatewayLogRow.Match.ID)


def _by_time(rows: Sequence[Logged], calls: Sequence[Call], known: TokenNames) -> Iterator[Pair]:
    """The nearest first, and before all others the calls that have no id to be found by."""
    near = sorted(
        (bool(call.ids), _distance(row, call), row.logged_at, row.pk, call.attempt_id, row, call)
        for row, call in _near(rows, calls)
        if _may_be(row, call, known)
    )
    rows_taken, calls_taken = set[int](), set[UUID]()
    for *_, row, call in near:
        if row.pk not in rows_taken and call.attempt_id not in calls_taken:
            rows_taken.add(row.pk)
            calls_taken.add(call.attempt_id)
            yield Pair(row, call, GatewayLogRow.Match.TIME)


def _near(rows: Sequence[Logged], calls: Sequence[Call]) -> Iterator[tuple[Logged, Call]]:
    """Those of one model that lie within the row's own duration and some slack."""
    of_model = defaultdict[str, list[Call]](list)
    for call in sorted(calls, key=_beginning):
        of_model[call.model_key].append(call)
    for row in rows:
        model = BY_WIRE_ID.get(row.model_name)
        if model is None:
            continue
        of_this, reach = of_model[model.key], row.took + SLACK
        first = bisect_left(of_this, row.logged_at - reach, key=_beginning)
        last = bisect_right(of_this, row.logged_at + reach, key=_beginning)
        yield from ((row, call) for call in of_this[first:last])


def _beginning(call: Call) -> datetime:
    return call.began_at


def _distance(row: Logged, call: Call) -> timedelta:
    """Between the two beginnings."""
    return abs(row.logged_at - row.took - call.began_at)


def _may_be(row: Logged, call: Call, known: TokenNames) -> bool:
    names = known.get(call.key_name)
    return not names or row.token_name in names
