"""What the ORM cannot say: search columns and a ledger that the database itself keeps append-only.

Both are here from the start, because adding them to a large table later rewrites it under a lock.
SQLite searches prompts through an FTS5 table kept by triggers; PostgreSQL through a stored `tsvector` column.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from ._sqlite import restore_run_triggers

SQLITE_FORWARD = (
    """CREATE VIRTUAL TABLE studio_run_search USING fts5(
        prompt, content='studio_run', content_rowid='id', tokenize='unicode61 remove_diacritics 2', prefix='2 3')""",
    """CREATE TRIGGER studio_ledgerentry_no_update BEFORE UPDATE ON studio_ledgerentry BEGIN
        SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
    """CREATE TRIGGER studio_ledgerentry_no_delete BEFORE DELETE ON studio_ledgerentry BEGIN
        SELECT RAISE(ABORT, 'the ledger is append-only'); END""",
)
SQLITE_BACKWARD = (
    "DROP TRIGGER studio_ledgerentry_no_delete",
    "DROP TRIGGER studio_ledgerentry_no_update",
    "DROP TRIGGER studio_run_search_update",
    "DROP TRIGGER studio_run_search_delete",
    "DROP TRIGGER studio_run_search_insert",
    "DROP TABLE studio_run_search",
)

POSTGRESQL_FORWARD = (
    """ALTER TABLE studio_run ADD COLUMN search tsvector
        GENERATED ALWAYS AS (to_tsvector('simple', left(prompt, 100000))) STORED""",
    "CREATE INDEX studio_run_search ON studio_run USING gin (search)",
    """CREATE FUNCTION studio_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$""",
    """CREATE TRIGGER studio_ledgerentry_append_only BEFORE UPDATE OR DELETE ON studio_ledgerentry
        FOR EACH ROW EXECUTE FUNCTION studio_ledger_is_append_only()""",
)
POSTGRESQL_BACKWARD = (
    "DROP TRIGGER studio_ledgerentry_append_only ON studio_ledgerentry",
    "DROP FUNCTION studio_ledger_is_append_only()",
    "DROP INDEX studio_run_search",
    "ALTER TABLE studio_run DROP COLUMN search",
)


def forward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in SQLITE_FORWARD if vendor == "sqlite" else POSTGRESQL_FORWARD:
        schema_editor.execute(statement)
    restore_run_triggers(apps, schema_editor)


def backward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    vendor = schema_editor.connection.vendor
    for statement in SQLITE_BACKWARD if vendor == "sqlite" else POSTGRESQL_BACKWARD:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("studio", "0001_first")]

    operations = [migrations.RunPython(forward, backward)]
