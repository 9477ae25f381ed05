"""Do the entries and the generations tell one story? Read-only; safe on a live studio.

One file a check; each yields findings that name the row. No finding means: nothing is missing, doubled or changed.
What has to agree is read in one statement, or in an order in which a writer at work can only look innocent.
`studio/verify/` numbers these checks and adds those that look beyond the database.
"""

from collections.abc import Iterator

from . import amounts, balances, chains, charges, holds, orphans, overdue, prices, unreviewed
from .finding import Finding
from .scope import Interrupted, Scope

__all__ = [
    "Finding",
    "Interrupted",
    "Scope",
    "amounts",
    "balances",
    "chains",
    "charges",
    "findings",
    "holds",
    "orphans",
    "overdue",
    "prices",
    "unreviewed",
]


def findings(scope: Scope | None = None) -> Iterator[Finding]:
    """Everything that is wrong with the books, whatever the time is; `overdue` and `unreviewed` ask the clock too."""
    scope = scope or Scope()
    for check in (chains, charges, holds, balances, amounts, prices, orphans):
        yield from check.find(scope)
