"""The triggers of a table on SQLite. A migration that builds the table anew drops them, and has to make them again."""

from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_TRIGGERS: Final = (
    """CREATE TRIGGER IF NOT EXISTS {table}_search_insert AFTER INSERT ON {table} BEGIN
        INSERT INTO {table}_search(rowid, {column}) VALUES (new.id, new.{column}); END""",
    """CREATE TRIGGER IF NOT EXISTS {table}_search_delete AFTER DELETE ON {table} BEGIN
        INSERT INTO {table}_search({table}_search, rowid, {column})
        VALUES ('delete', old.id, old.{column}); END""",
    """CREATE TRIGGER IF NOT EXISTS {table}_search_update AFTER UPDATE OF {column} ON {table} BEGIN
        INSERT INTO {table}_search({table}_search, rowid, {column})
        VALUES ('delete', old.id, old.{column});
        INSERT INTO {table}_search(rowid, {column}) VALUES (new.id, new.{column}); END""",
)
_NAMES: Final = ("insert", "delete", "update")


def drop_run_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """For RunPython, before the column changes that they read. Does nothing on PostgreSQL, which has none."""
    drop_triggers(schema_editor, "studio_run")


def restore_run_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """For RunPython, after whatever builds `studio_run` anew. Does nothing on PostgreSQL, which never does that."""
    restore_triggers(schema_editor, "studio_run")


def restore_prompt_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The same of `studio_prompt`."""
    restore_triggers(schema_editor, "studio_prompt")


def drop_triggers(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    if schema_editor.connection.vendor == "sqlite":
        for name in _NAMES:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_search_{name}")


def restore_triggers(schema_editor: BaseDatabaseSchemaEditor, table: str) -> None:
    """What they read is the column that the table of words has at that point of the migrations."""
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(f"SELECT name FROM pragma_table_info('{table}_search')")  # noqa: S608
            column = "search_text" if ("search_text",) in cursor.fetchall() else "prompt"
        for statement in _TRIGGERS:
            schema_editor.execute(statement.format(table=table, column=column))
