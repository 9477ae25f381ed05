"""Words to search by that both databases understand alike (studio/tokens.py), and the orders of the gallery.

The column is added by hand: Django would build the whole table anew on SQLite for it. What was indexed before were
whole prompts, which each database cut into words in its own way, and Chinese ones not at all.
"""

from django.db import migrations, models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import studio.models.search_text
from studio.tokens import searchable

from ._sqlite import drop_run_triggers, restore_run_triggers

_ADD = "ALTER TABLE studio_run ADD COLUMN search_text text DEFAULT '' NOT NULL"
_DROP = "ALTER TABLE studio_run DROP COLUMN search_text"
_FTS = """CREATE VIRTUAL TABLE studio_run_search USING fts5({column}, content='studio_run', content_rowid='id',
          tokenize='unicode61 remove_diacritics {diacritics}', prefix='2 3')"""
_REBUILD = "INSERT INTO studio_run_search(studio_run_search) VALUES ('rebuild')"
_TSVECTOR = (
    "ALTER TABLE studio_run ADD COLUMN search tsvector GENERATED ALWAYS AS (to_tsvector('simple', {text})) STORED"
)
_GIN = "CREATE INDEX studio_run_search ON studio_run USING gin (search)"


def forward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    drop_run_triggers(apps, schema_editor)
    schema_editor.execute("DROP TABLE studio_run_search" if is_sqlite else "ALTER TABLE studio_run DROP COLUMN search")
    schema_editor.execute(_ADD)
    _fill(schema_editor.connection)
    if is_sqlite:
        schema_editor.execute(_FTS.format(column="search_text", diacritics=0))
        schema_editor.execute(_REBUILD)
        restore_run_triggers(apps, schema_editor)
    else:
        schema_editor.execute(_TSVECTOR.format(text="search_text"))
        schema_editor.execute(_GIN)


def backward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    drop_run_triggers(apps, schema_editor)
    schema_editor.execute("DROP TABLE studio_run_search" if is_sqlite else "ALTER TABLE studio_run DROP COLUMN search")
    schema_editor.execute(_DROP)
    if is_sqlite:
        schema_editor.execute(_FTS.format(column="prompt", diacritics=2))
        schema_editor.execute(_REBUILD)
        restore_run_triggers(apps, schema_editor)
    else:
        schema_editor.execute(_TSVECTOR.format(text="left(prompt, 100000)"))
        schema_editor.execute(_GIN)


def _fill(connection: BaseDatabaseWrapper) -> None:
    """By hand as well: the runs of this migration do not know the column yet."""
    with connection.cursor() as cursor:
        last = 0
        while True:
            cursor.execute("SELECT id, prompt FROM studio_run WHERE id > %s ORDER BY id LIMIT 1000", [last])
            rows = cursor.fetchall()
            if not rows:
                return
            changes = [(searchable(prompt), key) for key, prompt in rows]
            cursor.executemany("UPDATE studio_run SET search_text = %s WHERE id = %s", changes)
            last = rows[-1][0]


class Migration(migrations.Migration):
    dependencies = [("studio", "0022_spent")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forward, backward)],
            state_operations=[
                migrations.AddField(
                    model_name="run",
                    name="search_text",
                    field=studio.models.search_text.SearchTextField(of="prompt"),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["project", "-created_at", "-number"], name="run_gallery"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["-created_at", "-number"], name="run_gallery_everywhere"),
        ),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["project", "person", "-created_at", "-number"], name="run_gallery_person"),
        ),
    ]
