"""A studio in which everything that is listed is there many times, written by the database itself.

The ledger, its people and its projects are those of `bench/spend/fill.py`, all in one month: so one person's statement
has a twentieth of the entries, which is far more than anybody ever makes in a month. Beside it the first two projects
keep so many prompts, the first person has been told so much, and so much stands in the audit log and was asked for.
A boat is in one of ten prompts, a lighthouse in sixty of all, two Chinese characters in one of fifty.
"""

from typing import Final

from django.db import connection, transaction

from bench.history.fill import definition
from bench.spend import fill as spend
from studio.ledger.folding import fold

_NO_TEXT: Final = "''"
SELDOM: Final = 60
"""So many prompts have the rare word, however long the library: a page of them is full, and shows as much."""
WITHOUT_BOATS: Final = 2
"""A project with one in twenty prompts, and a boat in none of them."""
_UNREAD: Final = 200
"""Of the newest notices; whoever has been told a million things has read most of them."""


def fill(count: int) -> None:
    """So many ledger entries, and so many of each other kind."""
    spend.fill(count, months=1)
    fold(few=0)
    with transaction.atomic():
        if connection.vendor == "postgresql":
            _say("SET LOCAL session_replication_role = replica")
            _say("SET LOCAL statement_timeout = 0")
            # The words are indexed at the end, as one does with so many.
            search = definition("studio_prompt_search")
            _say("DROP INDEX studio_prompt_search")
        _add_numbers(count)
        for table, columns in _rows(count):
            names, values = ", ".join(columns), ", ".join(columns.values())
            _say(f"INSERT INTO studio_{table} ({names}) SELECT {values} FROM numbered AS n ORDER BY n.i")
        _say("UPDATE studio_prompt SET current_id = id")
        if connection.vendor == "postgresql":
            _say(search)


def _add_numbers(count: int) -> None:
    is_sqlite = connection.vendor == "sqlite"
    ago = f"({count} - n.i) * 2"
    at = f"datetime('now', '-' || ({ago}) || ' seconds')" if is_sqlite else f"now() - ({ago}) * interval '1 second'"
    key = "printf('%032x', n.i)" if is_sqlite else "lpad(to_hex(n.i), 32, '0')::uuid"
    _say(
        "CREATE TEMPORARY TABLE numbered AS WITH RECURSIVE n (i) AS "
        f"(SELECT CAST(1 AS bigint) UNION ALL SELECT n.i + 1 FROM n WHERE n.i < {count}) "
        f"SELECT n.i, {at} AS at, {key} AS key FROM n"
    )


def _rows(count: int) -> list[tuple[str, dict[str, str]]]:
    return [
        ("prompt", _prompt(count)),
        ("promptversion", _version(count)),
        ("notice", _notice(count)),
        ("auditentry", _audit_entry()),
        ("budgetrequest", _budget_request()),
    ]


def _prompt(count: int) -> dict[str, str]:
    """One in ten is archived, and not lately: the newest half is in use."""
    is_archived = f"n.i % 5 = 0 AND n.i < {count // 2}"
    return {
        "id": "n.i",
        "public_id": "n.key",
        "project_id": f"CASE WHEN n.i % 20 = 7 THEN {WITHOUT_BOATS} ELSE 1 END",
        "person_id": "n.i % 20 + 1",
        "title": "'Prompt ' || n.i",
        "search_text": f"'prompt ' || n.i || ' ' || lower({_text(count, red='红 色')})",
        "archived_at": f"CASE WHEN {is_archived} THEN n.at END",
        "archived_by_id": f"CASE WHEN {is_archived} THEN 1 END",
        "created_at": "n.at",
    }


def _text(count: int, *, red: str) -> str:
    return (
        "'A ' || CASE WHEN n.i % 10 = 0 THEN 'boat' ELSE 'train' END || ' number ' || (n.i % 5000)"
        f" || CASE WHEN n.i % {count // SELDOM} = 3 THEN ' lighthouse' WHEN n.i % 50 = 4 THEN ' {red}' ELSE '' END"
    )


def _version(count: int) -> dict[str, str]:
    return dict.fromkeys(("system_prompt", "size", "ratio", "model_key", "thinking_level"), _NO_TEXT) | {
        "id": "n.i",
        "public_id": "n.key",
        "prompt_id": "n.i",
        "number": "1",
        "person_id": "n.i % 20 + 1",
        "text": _text(count, red="红色"),
        "blanks": "'[]'",
        "web_search": "FALSE",
        "created_at": "n.at",
    }


def _notice(count: int) -> dict[str, str]:
    return {
        "id": "n.i",
        "public_id": "n.key",
        "person_id": "1",
        "kind": "'approved'",
        "about": "'about ' || n.i",
        "by_id": "2",
        "project_id": "1",
        "generation_id": "n.i % 300 + 1",
        "count": "1",
        "told_at": "n.at",
        "read_at": f"CASE WHEN n.i <= {count - _UNREAD} THEN n.at END",
        "mailed_at": "n.at",
    }


def _audit_entry() -> dict[str, str]:
    return {
        "id": "n.i",
        "recorded_at": "n.at",
        "by_id": "1",
        "action": "'budget_set'",
        "target_kind": "'person'",
        "target_name": "'person-' || (n.i % 20 + 1)",
        "changes": "'{}'",
        "note": _NO_TEXT,
    }


def _budget_request() -> dict[str, str]:
    """All but one are decided; each person may have one open."""
    is_open = "n.i = 5"
    return {
        "id": "n.i",
        "person_id": "n.i % 20 + 1",
        "note": "'For the fair'",
        "status": f"CASE WHEN {is_open} THEN 'open' ELSE 'declined' END",
        "created_at": "n.at",
        "decided_at": f"CASE WHEN NOT {is_open} THEN n.at END",
        "decided_by_id": f"CASE WHEN NOT {is_open} THEN 1 END",
    }


def tidy() -> None:
    """What PostgreSQL's autovacuum does by itself, a minute later. On SQLite nobody does it."""
    if connection.vendor == "postgresql":
        _say("SET statement_timeout = 0")
        spend.tidy()
        _say("RESET statement_timeout")


def _say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
