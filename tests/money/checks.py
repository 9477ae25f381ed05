"""What has to be true after every step: rows, entries and the pencilled book say the same."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, date
from typing import Any

from studio.ledger import audit
from studio.ledger.balance import month_summary
from studio.ledger.project_budget import project_summary
from studio.models import Account, Generation, Kind, LedgerEntry, MonthBalance, ProjectMonth
from tests.ledger import by_entries
from tests.money.life import Life

SENT = {"sending": "sent", "answering": "sent"}
FIELDS = [field.attname for field in LedgerEntry._meta.concrete_fields]


def check_frames(life: Life) -> None:
    rows = {pk: SENT.get(status, status) for pk, status in Generation.objects.values_list("pk", "status")}
    assert rows == {number: frame.status for number, frame in life.book.frames.items()}, "where they are"


def check_months(life: Life) -> None:
    """What people have left is what the book says, in each month that has begun."""
    rows = MonthBalance.objects.values_list("account__person__username", "month", "allowance_micros", "balance_micros")
    kept = {(person, month): (allowance, left) for person, month, allowance, left in rows}
    expected = {key: (allowance, life.book.left(*key)) for key, allowance in life.book.months.items()}
    assert kept == expected, "what is left"


def check_projects(life: Life) -> None:
    rows = ProjectMonth.objects.values_list("project__name", "month", "budget_micros", "used_micros")
    kept = {(project, month): (budget, used) for project, month, budget, used in rows}
    expected = {key: (budget, life.book.used(*key)) for key, budget in life.book.project_months.items()}
    assert kept == expected, "what the projects have used"


def check_entries(life: Life) -> None:
    """Each frame held once at the price agreed to, the hold ended once, each call charged once, all in one month.

    What the tokens of an answer come to is one correction, by nobody.
    """
    entries = list(LedgerEntry.objects.order_by("account", "sequence").values_list(*FIELDS, named=True))
    of_frames: dict[int, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for entry in entries:
        if entry.generation_id:
            of_frames[entry.generation_id][entry.kind].append(entry)
    for number, frame in life.book.frames.items():
        found = of_frames[number]
        assert [entry.amount_micros for entry in found[Kind.HOLD]] == [-frame.price_micros], "one hold"
        ended = [] if frame.is_held else [(frame.price_micros, found[Kind.HOLD][0].id)]
        assert [(entry.amount_micros, entry.closes_id) for entry in found[Kind.RELEASE]] == ended, "the hold's end"
        charges = {entry.attempt_id: -entry.amount_micros for entry in found[Kind.CHARGE]}
        assert charges == frame.charges, "what is charged"
        counted = {call: charges[call] - cost for call, cost in frame.costs.items() if charges[call] != cost}
        assert _by_the_studio(found[Kind.CORRECTION]) == counted, "what tokens came to"
        assert {entry.month for kind in found.values() for entry in kind} == {frame.month}, "the month"
    _check_chains(life, entries)


def _by_the_studio(corrections: Sequence[Any]) -> dict[Any, int]:
    """One a call, or the last would be taken for all of them."""
    own = [entry for entry in corrections if entry.recorded_by_id is None]
    assert len({entry.attempt_id for entry in own}) == len(own), "counted once"
    return {entry.attempt_id: entry.amount_micros for entry in own}


def _check_chains(life: Life, entries: Sequence[Any]) -> None:
    heads: dict[int, tuple[int, str]] = defaultdict(lambda: (0, ""))
    left: dict[tuple[int, date], int] = defaultdict(int)
    for entry in entries:
        before = life.seen.pop(entry.id, None)
        assert before in (None, entry), "an entry was changed"
        assert before or entry.entry_hash == _hash(entry), "the hash covers everything"
        sequence, head = heads[entry.account_id]
        assert (entry.sequence, entry.previous_hash) == (sequence + 1, head), "the numbers and the chain"
        heads[entry.account_id] = (entry.sequence, entry.entry_hash)
        left[entry.account_id, entry.month] += entry.amount_micros
        assert entry.balance_micros == left[entry.account_id, entry.month], "the running balance"
    assert not life.seen, "an entry was removed"
    life.seen = {entry.id: entry for entry in entries}
    assert heads == _heads(), "the head"


def _heads() -> dict[int, tuple[int, str]]:
    return {pk: (sequence, head) for pk, sequence, head in Account.objects.values_list("pk", "sequence", "head_hash")}


def _hash(entry: Any) -> str:
    """As it was on the first day: an entry that was written then must be right for ever."""
    facts = entry._asdict()
    del facts["id"], facts["entry_hash"]
    facts = {name.removesuffix("_id"): value for name, value in facts.items()}
    facts["attempt"] = str(entry.attempt_id or "")
    facts["month"] = entry.month.isoformat()
    for name in ("effective_at", "recorded_at"):
        facts[name] = facts[name].astimezone(UTC).isoformat(timespec="microseconds")
    plain = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def check_what_is_shown(life: Life) -> None:
    """The sums of the running months, as pages ask for them."""
    book = life.book
    for name, person in life.people.items():
        month = book.month(life.now)
        said = month_summary(person, month)
        shown = (said.left_micros, said.held_micros, said.charged_micros + said.presumed_micros)
        assert shown == (book.left(name, month), book.held(name, month), book.charged(name, month))
    for name in life.projects:
        month = book.project_month(name, life.now)
        of_project = project_summary(life.project(name), life.now)
        expected = (book.budget(name, month), book.used(name, month))
        assert (of_project.budget_micros, of_project.used_micros) == expected


def check_sums(_life: Life) -> None:
    """What pages read from the sums, noted and folded, is what the entries come to."""
    by_entries.check_sums()


def check_audit(_life: Life) -> None:
    assert list(audit.findings()) == [], "the audit"
