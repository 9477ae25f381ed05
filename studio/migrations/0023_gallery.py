"""Words to search by that both databases understand alike (studio/tokens.py), and the orders of the gallery.

What was indexed before were whole prompts, which each database cut into words in its own way, and Chinese ones not at
all.
"""

from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import studio.models.search_text

from . import _words

_TABLE = "studio_run"
_RUNS = "SELECT id, prompt FROM studio_run WHERE id > %s ORDER BY id"


def forward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _words.drop_index(schema_editor, _TABLE)
    _words.add_column(schema_editor, _TABLE, _RUNS)
    _words.add_index(schema_editor, _TABLE, indexed="search")


def backward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _words.drop_index(schema_editor, _TABLE)
    _words.drop_column(schema_editor, _TABLE)
    _words.add_index(
        schema_editor, _TABLE, column="prompt", diacritics=2, text="left(prompt, 100000)", indexed="search"
    )


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
