"""Does the gateway still charge what the price list says? Its log, as far as it was read, against the list of today.

Only calls since the price in force took effect are compared, so a new price on the list ends the alarm. A single call
at another price is nothing: a key may fall back to a dearer group for a while, and reconciliation corrects that.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from .models import Attempt, GatewayLogRow
from .price_list import Listed, price_list
from .provider.catalogue import BY_KEY, Model

CALLS: Final = 20
"""The last calls of a model that are looked at."""
CALLS_MIN: Final = 5
"""Fewer prove nothing."""
_ROWS: Final = 200  # of all models: the alarm stands on every page of an admin, and must cost little


@dataclass(frozen=True, slots=True)
class Drift:
    """A model of which most of the last calls were logged at another price; the newest of them as an example.

    `group` is what that row says of the key's group, empty when it says nothing.
    """

    model: Model
    calls: int
    differing: int
    ours_micros: int
    seen_micros: int
    group: str
    is_by_tokens: bool


@dataclass(frozen=True, slots=True)
class _Compared:
    ours_micros: int
    row: GatewayLogRow
    is_by_tokens: bool

    @property
    def differs(self) -> bool:
        """By more than a hundredth: what is counted in tokens is rounded, there and here."""
        return abs(self.row.charged_micros - self.ours_micros) * 100 > self.ours_micros


def drifts(now: datetime) -> list[Drift]:
    """The models whose price on the list is out of date, in the order of the catalogue. Two questions at most."""
    rows = (
        GatewayLogRow.objects.filter(attempt__isnull=False, quota__gt=0)
        .select_related("attempt__generation__run")
        .defer("attempt__evidence", "attempt__request_document")
        .order_by("-pk")[:_ROWS]
    )
    # Searches are counted by the log alone, so a call with them says nothing of the price. They are left out here and
    # not in the question: a database that knows little of its tables may begin with all runs to answer that.
    found = [row for row in rows if row.attempt and not row.attempt.generation.run.web_search]
    if not found:
        return []
    listed = price_list(now)
    in_force = {(line.model.key, line.size): line for line in listed if line.is_in_force}
    compared: dict[str, list[_Compared]] = defaultdict(list)
    for row in found:
        assert row.attempt, "rows of attempts were asked for"
        run = row.attempt.generation.run
        line = in_force.get((run.model_key, run.size)) or in_force[run.model_key, ""]
        one = _compare(row, row.attempt, line)
        if one is not None and len(compared[run.model_key]) < CALLS:
            compared[run.model_key].append(one)
    drifting = (_drift(BY_KEY[key], calls) for key, calls in compared.items())
    order = list(BY_KEY)
    return sorted((each for each in drifting if each), key=lambda each: order.index(each.model.key))


def _compare(row: GatewayLogRow, attempt: Attempt, line: Listed) -> _Compared | None:
    """None for a call from before the price took effect, and for one whose tokens nobody counted."""
    if line.row is not None and row.logged_at < line.row.effective_at:
        return None
    if not line.terms.is_by_tokens:
        return _Compared(line.terms.price(), row, False)
    prompt_tokens, output_tokens = (attempt.usage.get(name, 0) for name in ("prompt_tokens", "output_tokens"))
    if not output_tokens:
        return None
    return _Compared(line.terms.price(prompt_tokens=prompt_tokens, output_tokens=output_tokens), row, True)


def _drift(model: Model, calls: Sequence[_Compared]) -> Drift | None:
    """`calls` are newest first."""
    differing = [call for call in calls if call.differs]
    if len(calls) < CALLS_MIN or len(differing) * 2 <= len(calls):
        return None
    newest = differing[0]
    return Drift(
        model,
        len(calls),
        len(differing),
        newest.ours_micros,
        newest.row.charged_micros,
        newest.row.token_group,
        newest.is_by_tokens,
    )
