"""A history of any length, written by the database itself in minutes: a run, a generation, a call and a picture each.

One project has nearly half of all, eleven share the rest. A prompt has 26 words of five thousand; `boat` stands in one
of ten, `lighthouse` in sixty of all, two Chinese characters in one of fifty. One in twenty brings no picture.
"""

from typing import Final

from django.db import connection, transaction

from studio.models import Account, Membership, Project, Role, User

PROJECTS: Final = 15
PEOPLE: Final = 20
SECONDS_APART: Final = 60
TRASH_MINUTES: Final = 30 * 24 * 60
SELDOM: Final = 60
"""So many times what is rare is there, however long the history: a page of it is full, and shows as much."""
ADMIN, MEMBER, GUEST, NEWCOMER = 1, 2, 3, 4
"""Of the people: who sees all, who is in the first project and the second, in the two idle ones, in the empty one."""
IDLE: Final = (13, 14)
"""Projects that made a hundred runs each, a long time ago."""
EMPTY: Final = 15
NO_BOATS: Final = 12
"""A project of one in twenty, in which nobody ever asked for a boat."""

_PROJECT: Final = (
    "CASE WHEN n.i BETWEEN 1001 AND 1200 THEN 13 + n.i % 2 WHEN n.i % 100 < 46 THEN 1 ELSE 2 + n.i % 11 END"
)
_PERSON: Final = "n.i % 20 + 1"
_MODEL: Final = (
    "CASE WHEN n.i % 200 = 0 THEN 'gen1' WHEN n.i % 3 = 0 THEN 'pro' WHEN n.i % 3 = 1 THEN 'nb2' ELSE 'lite' END"
)
_WORDS: Final = " || ' ' || ".join(
    f"'w' || ((n.i * {31 + 2 * place} + {17 * place * place}) % 5000)" for place in range(24)
)
_TEXT: Final = (
    f"{_WORDS} || CASE WHEN n.i % 10 = 0 AND ({_PROJECT}) <> {NO_BOATS} THEN ' boat' ELSE ' train' END"
    " || CASE WHEN n.i % {seldom} = 7 THEN ' lighthouse' WHEN n.i % 50 = 3 THEN ' 红 色' ELSE ' tower' END"
)
_HAS_PICTURE: Final = "n.i % 20 <> 19"
_IS_SELDOM: Final = "n.i % {seldom} = 19"
"""Of those without a picture: nobody knows what became of it."""
_IS_TRASHED: Final = "n.i % 40 = 5"
_NO_TEXT: Final = "''"


def fill(count: int) -> None:
    """Fill an empty database; the newest is of a minute ago."""
    is_sqlite = connection.vendor == "sqlite"
    with transaction.atomic():
        if not is_sqlite:
            # Every reference is right by its making; the words are indexed at the end, as one does with so many.
            _say("SET LOCAL session_replication_role = replica")
            _say("SET LOCAL statement_timeout = 0")
            search = definition("studio_run_search")
            _say("DROP INDEX studio_run_search")
        _add_people()
        _add_numbers(count, is_sqlite=is_sqlite)
        for table, columns, where in _rows(count):
            names, values = ", ".join(columns), ", ".join(columns.values())
            _say(f"INSERT INTO studio_{table} ({names}) SELECT {values} FROM numbers AS n WHERE {where} ORDER BY n.i")
        if not is_sqlite:
            _say(search)


def tidy() -> None:
    """What PostgreSQL's autovacuum does by itself, a minute later. On SQLite nobody does it."""
    if connection.vendor == "postgresql":
        _say("SET statement_timeout = 0")
        _say("VACUUM ANALYZE")
        _say("RESET statement_timeout")


def _add_people() -> None:
    projects = [Project(pk=number, name=f"Project {number}") for number in range(1, PROJECTS + 1)]
    people = [User(pk=number, username=f"p{number}", is_staff=number == ADMIN) for number in range(1, PEOPLE + 1)]
    Project.objects.bulk_create(projects)
    User.objects.bulk_create(people)
    Account.objects.bulk_create(Account(pk=person.pk, person=person) for person in people)
    seen = [(MEMBER, 1), (MEMBER, 2), *((GUEST, idle) for idle in IDLE), (NEWCOMER, EMPTY)]
    Membership.objects.bulk_create(
        Membership(project_id=project, person_id=person, role=Role.MAKER) for person, project in seen
    )


def _add_numbers(count: int, *, is_sqlite: bool) -> None:
    """A number for each, the moment it was made, and an id."""
    ago = f"({count} - n.i) * {SECONDS_APART}"
    at = f"datetime('now', '-' || ({ago}) || ' seconds')" if is_sqlite else f"now() - ({ago}) * interval '1 second'"
    key = "printf('%032x', n.i)" if is_sqlite else "lpad(to_hex(n.i), 32, '0')::uuid"
    _say(
        "CREATE TEMPORARY TABLE numbers AS WITH RECURSIVE n (i) AS "
        f"(SELECT CAST(1 AS bigint) UNION ALL SELECT n.i + 1 FROM n WHERE n.i < {count}) "
        f"SELECT n.i, {at} AS at, {key} AS key, {_TEXT.format(seldom=count // SELDOM)} AS words FROM n"
    )


def _rows(count: int) -> list[tuple[str, dict[str, str], str]]:
    """Table, columns and condition of each INSERT."""
    seldom = count // SELDOM
    # What was made before is not in the trash any more: its pictures are gone.
    purged = f"CASE WHEN n.i < {count - TRASH_MINUTES} THEN n.at END"
    return [
        ("run", _run(), "TRUE"),
        ("generation", _generation(seldom, purged), "TRUE"),
        ("attempt", _attempt(), "TRUE"),
        ("output", _output(), _HAS_PICTURE),
        ("star", {"person_id": str(ADMIN), "generation_id": "n.i", "created_at": "n.at"}, f"n.i % {seldom} = 1"),
        ("judgement", {"generation_id": "n.i", "is_picked": "TRUE", "changed_at": "n.at"}, "n.i % 50 = 1"),
    ]


def _run() -> dict[str, str]:
    texts = ("system_prompt", "thinking_level", "form_hash", "question_hash")
    return dict.fromkeys(texts, _NO_TEXT) | {
        "id": "n.i",
        "public_id": "n.key",
        "number": "n.i",
        "project_id": _PROJECT,
        "person_id": _PERSON,
        "prompt": "n.words",
        "search_text": "n.words",
        "model_key": _MODEL,
        "size": "'1K'",
        "ratio": "'4:5'",
        "web_search": "FALSE",
        "text_answer": "TRUE",
        "variations": "1",
        "price_micros": "90000",
        "terms": "'{}'",
        "form_token": "n.key",
        "created_at": "n.at",
    }


def _generation(seldom: int, purged: str) -> dict[str, str]:
    is_unknown = _IS_SELDOM.format(seldom=seldom)
    return dict.fromkeys(("reason", "detail", "model_text"), _NO_TEXT) | {
        "id": "n.i",
        "public_id": "n.key",
        "run_id": "n.i",
        "project_id": _PROJECT,
        "person_id": _PERSON,
        "variation": "0",
        "price_micros": "90000",
        "status": f"CASE WHEN {is_unknown} THEN 'unknown' WHEN {_HAS_PICTURE} THEN 'succeeded' ELSE 'refused' END",
        "outcome": f"CASE WHEN {is_unknown} THEN 'outcome_unknown' WHEN {_HAS_PICTURE} THEN 'delivered'"
        " ELSE 'refused_output' END",
        "charge": f"CASE WHEN {is_unknown} THEN 'presumed' ELSE 'charged' END",
        "trashed_at": f"CASE WHEN {_IS_TRASHED} THEN n.at END",
        "trashed_by_id": f"CASE WHEN {_IS_TRASHED} THEN {ADMIN} END",
        "purged_at": f"CASE WHEN {_IS_TRASHED} THEN {purged} END",
        "erased_at": f"CASE WHEN {_IS_TRASHED} THEN {purged} END",
        "fence": "0",
        "revision": "0",
        "created_at": "n.at",
        "sent_at": "n.at",
        "finished_at": "n.at",
    }


def _attempt() -> dict[str, str]:
    texts = ("reason", "detail", "request_id", "response_id", "finish_reason", "block_reason")
    documents = ("request_document", "evidence", "usage", "searched")
    return (
        dict.fromkeys(texts, _NO_TEXT)
        | dict.fromkeys(documents, "'{}'")
        | {
            "id": "n.key",
            "generation_id": "n.i",
            "number": "1",
            "price_micros": "90000",
            "key_name": "'main'",
            "charge": "'charged'",
            "outcome": f"CASE WHEN {_HAS_PICTURE} THEN 'delivered' ELSE 'refused_output' END",
            "http_status": "200",
            "request_bytes": "0",
            "answer_bytes": "0",
            "started_at": "n.at",
            "finished_at": "n.at",
        }
    )


def _output() -> dict[str, str]:
    return {
        "id": "n.i",
        "public_id": "n.key",
        "generation_id": "n.i",
        "attempt_id": "n.key",
        "role": "'primary'",
        "position": "0",
        "mime_type": "'image/png'",
        "size_bytes": "1",
        "width": "800",
        "height": "1000",
        "sha256": _NO_TEXT,
        "key": "'outputs/one.png'",
        "thumbnail_key": "'outputs/one.webp'",
        "created_at": "n.at",
    }


def _say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def definition(index: str) -> str:
    """The statement that makes it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [index])
        return str(cursor.fetchone()[0])
