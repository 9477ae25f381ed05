"""The triggers of a table on SQLite. A migration that builds the table anew drops them, and has to make them again."""

from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_RUN_TRIGGERS: Final = (
    """CREATE TRIGGER IF NOT EXISTS studio_run_search_insert AFTER INSERT ON studio_run BEGIN
        INSERT INTO studio_run_search(rowid, {column}) VALUES (new.id, new.{column}); END""",
    """CREATE TRIGGER IF NOT EXISTS studio_run_search_delete AFTER DELETE ON studio_run BEGIN
        INSERT INTO studio_run_search(studio_run_search, rowid, {column})
        VALUES ('delete', old.id, old.{column}); END""",
    """CREATE TRIGGER IF NOT EXISTS studio_run_search_update AFTER UPDATE OF {column} ON studio_run BEGIN
        INSERT INTO studio_run_search(studio_run_search, rowid, {column})
        VALUES ('delete', old.id, old.{column});
        INSERT INTO studio_run_search(rowid, {column}) VALUES (new.id, new.{column}); END""",
)
_NAMES: Final = ("insert", "delete", "update")


def drop_run_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """For RunPython, before the column changes that they read. Does nothing on PostgreSQL, which has none."""
    if schema_editor.connection.vendor == "sqlite":
        for name in _NAMES:
            schema_editor.execute(f"DROP TRIGGER IF EXISTS studio_run_search_{name}")


def restore_run_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """For RunPython, after whatever builds `studio_run` anew. Does nothing on PostgreSQL, which never does that.

    What they read is the column that the table of words has at that point of the migrations.
    """
    if schema_editor.connection.vendor == "sqlite":
        with schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT name FROM pragma_table_info('studio_run_search')")
            column = "search_text" if ("search_text",) in cursor.fetchall() else "prompt"
        for statement in _RUN_TRIGGERS:
            schema_editor.execute(statement.format(column=column))
