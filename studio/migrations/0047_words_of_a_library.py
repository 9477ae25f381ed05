"""Words to find a kept prompt by, those of its title and of its newest version, as runs have them (docs/scale.md)."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import studio.models.search_text

from . import _words

_TABLE = "studio_prompt"
_PROMPTS = """SELECT p.id, p.title || ' ' || COALESCE(v.text, '') FROM studio_prompt AS p
    LEFT JOIN studio_promptversion AS v ON v.id = p.current_id WHERE p.id > %s ORDER BY p.id"""


def forward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _words.add_column(schema_editor, _TABLE, _PROMPTS)
    # A library is searched while one types: from the first letter.
    _words.add_index(schema_editor, _TABLE, prefix="1 2 3")


def backward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _words.drop_index(schema_editor, _TABLE)
    _words.drop_column(schema_editor, _TABLE)


class Migration(migrations.Migration):
    dependencies = [("studio", "0046_words_of_a_project")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunPython(forward, backward)],
            state_operations=[
                migrations.AddField(
                    model_name="prompt",
                    name="search_text",
                    field=studio.models.search_text.SearchTextField(of="said"),
                ),
            ],
        ),
    ]
