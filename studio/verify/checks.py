"""All checks, in the order in which they run: what each is about, and what it may find."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..ledger import audit
from ..ledger.audit import Finding, Scope
from ..reconcile.log_row import LogRow
from . import answers, gateway_log, pictures, strays, usage_file


@dataclass(frozen=True, slots=True)
class Check:
    """`title` says what holds when it finds nothing; `kinds` are its findings, each a section of docs/operations.md."""

    number: int
    title: Promise
    find: Callable[[Scope], Iterator[Finding]]
    kinds: tuple[str, ...]
    is_grave: bool = True  # a finding means that books or pictures are wrong, not only that somebody has to look


CHECKS: Final = (
    Check(
        1, _("Each person’s entries are one unbroken chain"), audit.chains.find, ("sequence", "chain", "left", "head")
    ),
    Check(2, _("Each charged call has one charge, no other has any"), audit.charges.find, ("charge", "reimbursement")),
    Check(3, _("Each hold ends once, in full"), audit.holds.find, ("hold", "release", "reimbursement")),
    Check(
        4,
        _("Balances are the sums of their entries"),
        audit.balances.find,
        ("balance", "allowance", "project-balance", "spend"),
    ),
    Check(5, _("Amounts are whole micro-dollars of the right sign"), audit.amounts.find, ("amount",)),
    Check(6, _("Charges are of the price that was agreed to"), audit.prices.find, ("price",)),
    Check(7, _("No row names one that is gone"), audit.orphans.find, ("orphan",)),
    Check(8, _("Nothing is under way past its time"), audit.overdue.find, ("overdue",), is_grave=False),
    Check(9, _("Every picture is there and unchanged"), pictures.find, ("picture-missing", "picture-changed")),
    Check(10, _("Every file belongs to a picture"), strays.find, ("stray-file",), is_grave=False),
    Check(11, _("Every answer kept belongs to a call"), answers.find, ("stray-answer",), is_grave=False),
    Check(
        12,
        _("Calls without an answer are reviewed within a week"),
        audit.unreviewed.find,
        ("unreviewed",),
        is_grave=False,
    ),
    Check(
        13,
        _("The gateway’s log and the books agree"),
        gateway_log.find,
        ("log-amount", "log-theirs", "log-ours", "file-amount", "file-theirs", "file-ours"),
    ),
)


def checks_with_file(rows: Sequence[LogRow]) -> Sequence[Check]:
    """The same, and the last also lays these rows of an exported log beside the books."""
    *others, of_log = CHECKS

    def find(scope: Scope) -> Iterator[Finding]:
        yield from of_log.find(scope)
        yield from usage_file.find(rows, scope)

    return (*others, replace(of_log, find=find))
