"""Rows of a backup into empty tables, past every trigger, read back before they are kept.

The tables may be those of an older version: the models are those of the migrations that the backup names.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import batched
from pathlib import Path
from typing import Any, Final

import msgspec
from django.core.management.color import no_style
from django.db import connection, models
from django.db.migrations.state import StateApps

from .manifest import Manifest, NotABackup, Rows
from .snapshot import be_patient
from .tables import header_of, lines_of, path_of, read_lines, sha256_of

_AT_ONCE: Final = 1000


def load(folder: Path, manifest: Manifest, models_of: StateApps) -> None:
    """All tables. In a transaction of the caller, which this leaves sound or by an exception."""
    be_patient()
    found = [(table, models_of.get_model(table.label)) for table in manifest.tables]
    with _without_triggers([model for _, model in found]):
        for _, model in found:
            # What migrations put there; the backup has it too.
            _execute(f"DELETE FROM {_quoted(model._meta.db_table)}")  # noqa: S608
        for table, model in found:
            _load_table(folder, table, model)
        _rebuild_search()
        if connection.vendor == "postgresql":
            _execute("SET CONSTRAINTS ALL IMMEDIATE")
    for table, model in found:
        _read_back(folder, table, model)
    for statement in connection.ops.sequence_reset_sql(no_style(), [model for _, model in found]):
        _execute(statement)


def _load_table(folder: Path, table: Rows, model: type[models.Model]) -> None:
    lines = read_lines(path_of(folder, table.label))
    by_name = {field.attname: field for field in model._meta.local_concrete_fields}
    fields = [by_name[name] for name in _names(lines, table)]
    into = ", ".join(_quoted(field.column) for field in fields)
    places = ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {_quoted(model._meta.db_table)} ({into}) VALUES ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        for some in batched(lines, _AT_ONCE):
            cursor.executemany(statement, [_row(line, fields) for line in some])


def _row(line: bytes, fields: Sequence["models.Field[Any, Any]"]) -> list[Any]:
    values = msgspec.json.decode(line)
    return [
        field.get_db_prep_save(field.to_python(value), connection) for field, value in zip(fields, values, strict=True)
    ]


def _read_back(folder: Path, table: Rows, model: type[models.Model]) -> None:
    """The very lines again, out of the database."""
    names = _names(read_lines(path_of(folder, table.label)), table)
    if sha256_of(_with_header(names, model)) != table.sha256:
        raise NotABackup(f"{table.label}: the rows that were loaded are not those of the backup. Nothing was kept.")


def _with_header(names: Sequence[str], model: type[models.Model]) -> Iterator[bytes]:
    yield header_of(names)
    yield from lines_of(model, names)


def _names(lines: Iterator[bytes], table: Rows) -> list[str]:
    try:
        return msgspec.json.decode(next(lines), type=list[str])
    except (StopIteration, msgspec.DecodeError) as error:
        raise NotABackup(f"{table.label}: its file has no line of columns.") from error


@contextmanager
def _without_triggers(of: Sequence[type[models.Model]]) -> Iterator[None]:
    """They note what is written, and every note is a row of the backup already. Foreign keys are asked at the end."""
    if connection.vendor == "postgresql":
        tables = [_quoted(model._meta.db_table) for model in of]
        for table in tables:
            _execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        for table in tables:
            _execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        return
    triggers = _ask("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    for name, _ in triggers:
        _execute(f"DROP TRIGGER {_quoted(name)}")
    yield
    for _, statement in triggers:
        _execute(statement)


def _rebuild_search() -> None:
    """SQLite's tables of words have no rows of their own in a backup."""
    if connection.vendor == "sqlite":
        for (name,) in _ask("SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%%USING fts5%%'"):
            _execute(f"INSERT INTO {_quoted(name)} ({_quoted(name)}) VALUES ('rebuild')")  # noqa: S608


def _quoted(name: str | None) -> str:
    assert name, "a column of a table has a name"
    return connection.ops.quote_name(name)


def _execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _ask(question: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        found: list[tuple[str, ...]] = cursor.fetchall()
    return found
