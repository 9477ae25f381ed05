"""The triggers of a table on SQLite. A migration that builds the table anew drops them, and has to make them again."""

from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

RUN_TRIGGERS: Final = (
    """CREATE TRIGGER IF NOT EXISTS studio_run_search_insert AFTER INSERT ON studio_run BEGIN
        INSERT INTO studio_run_search(rowid, prompt) VALUES (new.id, new.prompt); END""",
    """CREATE TRIGGER IF NOT EXISTS studio_run_search_delete AFTER DELETE ON studio_run BEGIN
        INSERT INTO studio_run_search(studio_run_search, rowid, prompt) VALUES ('delete', old.id, old.prompt); END""",
    """CREATE TRIGGER IF NOT EXISTS studio_run_search_update AFTER UPDATE OF prompt ON studio_run BEGIN
        INSERT INTO studio_run_search(studio_run_search, rowid, prompt) VALUES ('delete', old.id, old.prompt);
        INSERT INTO studio_run_search(rowid, prompt) VALUES (new.id, new.prompt); END""",
)


def restore_run_triggers(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """For RunPython, after whatever builds `studio_run` anew. Does nothing on PostgreSQL, which never does that."""
    if schema_editor.connection.vendor == "sqlite":
        for statement in RUN_TRIGGERS:
            schema_editor.execute(statement)
