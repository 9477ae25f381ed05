"""A ledger of any length as pages read it, written by the database itself in seconds: without hashes, so unsound.

Twenty people in four projects, each in two of them with three models, eight pictures a run; every picture has its hold,
its release and its charge, one in ten brings nothing, one in fifty is presumed to be charged. So N entries are about
N / 3 generations. The triggers note all of it, as they do for every writer.
"""

from datetime import UTC, date, datetime, time
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from studio.ledger.balance import month_of
from studio.models import Account, MonthBalance, Project, User

PEOPLE: Final = 20
PROJECTS: Final = 4
VARIATIONS: Final = 8
PRICE_MICROS: Final = 90_000
ALLOWANCE_MICROS: Final = 10**12
WAITING: Final = 40
"""Generations of which no more than the hold is there."""

_PERSON: Final = "(n.i / 8) % 20 + 1"
_PROJECT: Final = "((n.i / 8) % 20 + (n.i / 160) % 2) % 4 + 1"
_MODEL: Final = "CASE (n.i / 320) % 3 WHEN 0 THEN 'pro' WHEN 1 THEN 'nb2' ELSE 'lite' END"
_OUTCOME: Final = (
    "CASE WHEN n.i % 1000 < 900 THEN 'delivered' WHEN n.i % 1000 < 960 THEN 'refused_output'"
    " WHEN n.i % 1000 < 990 THEN 'refused_text' WHEN n.i % 1000 < 997 THEN 'outcome_unknown' ELSE 'corrupt_result' END"
)
_CHARGE: Final = "CASE WHEN n.i % 1000 BETWEEN 940 AND 959 THEN 'presumed' ELSE 'charged' END"


def fill(entries: int, *, months: int) -> int:
    """Fill an empty database with whole months, this one the last; how many entries were written."""
    count = entries // 3 // VARIATIONS * VARIATIONS
    begins, ends = _months_ago(months - 1), _months_ago(-1)
    with transaction.atomic():
        _add_people(months)
        _add_numbers(count, begins, (ends - begins).days * 24 * 3600)
        for table, columns, where in _rows(count - WAITING):
            names, values = ", ".join(columns), ", ".join(columns.values())
            _say(f"INSERT INTO studio_{table} ({names}) SELECT {values} FROM numbers AS n WHERE {where}")
    return count * 3 - WAITING * 2


def tidy() -> None:
    """What PostgreSQL's autovacuum does by itself, a minute later. On SQLite nobody does it.

    And as if the notes had been folded as they came: a million at once leave a table that is nearly all holes.
    """
    if connection.vendor == "postgresql":
        _say("VACUUM FULL studio_spent")
        _say("VACUUM ANALYZE")


def _add_people(months: int) -> None:
    """The first of them is an admin, and as busy as the others."""
    for number in range(1, PROJECTS + 1):
        Project.objects.create(pk=number, name=f"Project {number}")
    for number in range(1, PEOPLE + 1):
        person = User.objects.create(pk=number, username=f"person-{number}", is_staff=number == 1)
        account = Account.objects.create(pk=number, person=person, monthly_allowance_micros=ALLOWANCE_MICROS)
        MonthBalance.objects.bulk_create(
            MonthBalance(account=account, month=_months_ago(ago), allowance_micros=ALLOWANCE_MICROS)
            for ago in range(months)
        )


def _add_numbers(count: int, begins: date, seconds: int) -> None:
    """A number for each picture, the moment it was made, and an id for its call; evenly over all of the time."""
    midnight = f"{datetime.combine(begins, time(), UTC):%Y-%m-%d %H:%M:%S}"
    if connection.vendor == "sqlite":
        at = f"datetime('{midnight}', (n.i * {seconds} / {count}) || ' seconds')"
        month, key = f"date({at}, 'start of month')", "printf('%032x', n.i)"
    else:
        at = f"timestamptz '{midnight}+00' + (n.i * {seconds} / {count}) * interval '1 second'"
        month, key = f"date_trunc('month', {at}, 'UTC')::date", "lpad(to_hex(n.i), 32, '0')::uuid"
    _say(
        "CREATE TEMPORARY TABLE numbers AS WITH RECURSIVE n (i) AS "
        f"(SELECT CAST(0 AS bigint) UNION ALL SELECT n.i + 1 FROM n WHERE n.i < {count - 1}) "
        f"SELECT n.i, {at} AS at, {month} AS month, {key} AS key FROM n"
    )


def _rows(settled: int) -> list[tuple[str, dict[str, str], str]]:
    """Table, columns and condition of each INSERT. What stands behind `settled` pictures still waits."""
    is_settled, price = f"n.i < {settled}", str(PRICE_MICROS)
    return [
        ("run", _run(price), f"n.i % {VARIATIONS} = 0"),
        ("generation", _generation(price, is_settled), "n.i >= 0"),
        ("attempt", _attempt(price), is_settled),
        ("ledgerentry", _entry("hold", 1, f"-{price}"), "n.i >= 0"),
        ("ledgerentry", _entry("release", 2, price, closes_id="n.i * 3 + 1"), is_settled),
        ("ledgerentry", _entry("charge", 3, f"-{price}", certainty="'confirmed'", attempt_id="n.key"), is_settled),
    ]


def _run(price: str) -> dict[str, str]:
    texts = ("system_prompt", "ratio", "thinking_level", "form_hash", "question_hash")
    return dict.fromkeys(texts, "''") | {
        "id": "n.i / 8 + 1",
        "public_id": "n.key",
        "number": "n.i / 8 + 1",
        "project_id": _PROJECT,
        "person_id": _PERSON,
        "prompt": "'A red boat'",
        "model_key": _MODEL,
        "size": "'2K'",
        "web_search": "FALSE",
        "text_answer": "TRUE",
        "variations": str(VARIATIONS),
        "price_micros": price,
        "terms": "'{}'",
        "form_token": "n.key",
        "created_at": "n.at",
    }


def _generation(price: str, is_settled: str) -> dict[str, str]:
    return dict.fromkeys(("reason", "detail", "model_text"), "''") | {
        "id": "n.i + 1",
        "public_id": "n.key",
        "run_id": "n.i / 8 + 1",
        "project_id": _PROJECT,
        "person_id": _PERSON,
        "variation": "n.i % 8",
        "price_micros": price,
        "status": f"CASE WHEN NOT {is_settled} THEN 'queued' WHEN n.i % 1000 < 900 THEN 'succeeded' ELSE 'refused' END",
        "outcome": f"CASE WHEN {is_settled} THEN {_OUTCOME} ELSE '' END",
        "charge": f"CASE WHEN {is_settled} THEN {_CHARGE} ELSE 'held' END",
        "fence": "0",
        "revision": "0",
        "project_month": "n.month",
        "created_at": "n.at",
        "finished_at": f"CASE WHEN {is_settled} THEN n.at END",
    }


def _attempt(price: str) -> dict[str, str]:
    texts = ("reason", "detail", "request_id", "response_id", "finish_reason", "block_reason")
    return dict.fromkeys(texts, "''") | {
        "id": "n.key",
        "generation_id": "n.i + 1",
        "number": "1",
        "price_micros": price,
        "key_name": "'main'",
        "charge": _CHARGE,
        "outcome": _OUTCOME,
        "http_status": "200",
        "request_bytes": "0",
        "answer_bytes": "0",
        "request_document": "'{}'",
        "evidence": """'{"stage": "complete", "http_status": 200, "headers": {"content-type": "application/json"}}'""",
        "usage": "'{}'",
        "searched": "'{}'",
        "started_at": "n.at",
        "answered_at": "n.at",
        "finished_at": "n.at",
    }


def _entry(kind: str, place: int, amount: str, **more: str) -> dict[str, str]:
    return dict.fromkeys(("certainty", "note", "previous_hash", "entry_hash"), "''") | {
        "id": f"n.i * 3 + {place}",
        "account_id": _PERSON,
        "sequence": f"n.i * 3 + {place}",
        "month": "n.month",
        "kind": f"'{kind}'",
        "amount_micros": amount,
        "balance_micros": "0",
        "project_id": _PROJECT,
        "generation_id": "n.i + 1",
        "effective_at": "n.at",
        "recorded_at": "n.at",
        **more,
    }


def _months_ago(months: int) -> date:
    """The first day of a month; a negative number leads into the future."""
    this = month_of(timezone.now())
    year, index = divmod(this.year * 12 + this.month - 1 - months, 12)
    return date(year, index + 1, 1)


def _say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
