"""A table that is searched by words: the column `search_text` (studio/tokens.py) and each database's index of it.

The column is added by hand: Django would build the whole table anew on SQLite for it.
"""

from typing import Final

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from studio.tokens import searchable

from ._sqlite import drop_triggers, restore_triggers

_AT_ONCE: Final = 1000
_FTS: Final = """CREATE VIRTUAL TABLE {table}_search USING fts5({column}, content='{table}', content_rowid='id',
          tokenize='unicode61 remove_diacritics {diacritics}', prefix='{prefix}')"""
_TSVECTOR: Final = (
    "ALTER TABLE {table} ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', {text})) STORED"
)


def add_column(schema_editor: BaseDatabaseSchemaEditor, table: str, question: str) -> None:
    """Add `search_text` and fill it. `question` selects id and text of those behind an id, by id: `… id > %s …`."""
    schema_editor.execute(f"ALTER TABLE {table} ADD COLUMN search_text text DEFAULT '' NOT NULL")
    _fill(schema_editor.connection, table, question)


def drop_column(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    schema_editor.execute(f"ALTER TABLE {table} DROP COLUMN search_text")


def add_index(
    schema_editor: BaseDatabaseSchemaEditor,
    table: str,
    *,
    column: str = "search_text",
    diacritics: int = 0,
    prefix: str = "2 3",
    text: str = "search_text",
    indexed: str = "(ARRAY[project_id]), search",
) -> None:
    """`column`, `diacritics` and `prefix`, the lengths of beginnings that are indexed, are SQLite's.

    `text`, what is cut into words, and `indexed`, the columns of the index, are PostgreSQL's.
    """
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(_FTS.format(table=table, column=column, diacritics=diacritics, prefix=prefix))
        schema_editor.execute(f"INSERT INTO {table}_search({table}_search) VALUES ('rebuild')")  # noqa: S608
        restore_triggers(schema_editor, table)
    else:
        schema_editor.execute(_TSVECTOR.format(table=table, text=text))
        schema_editor.execute(f"CREATE INDEX {table}_search ON {table} USING gin ({indexed})")


def drop_index(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    drop_triggers(schema_editor, table)
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    schema_editor.execute(f"DROP TABLE {table}_search" if is_sqlite else f"ALTER TABLE {table} DROP COLUMN search")


def _fill(connection: BaseDatabaseWrapper, table: str, question: str) -> None:
    """By hand as well: the models of this migration do not know the column yet."""
    with connection.cursor() as cursor:
        last = 0
        while True:
            cursor.execute(f"{question} LIMIT {_AT_ONCE}", [last])
            rows = cursor.fetchall()
            if not rows:
                return
            changes = [(searchable(text), key) for key, text in rows]
            cursor.executemany(f"UPDATE {table} SET search_text = %s WHERE id = %s", changes)  # noqa: S608
            last = rows[-1][0]
