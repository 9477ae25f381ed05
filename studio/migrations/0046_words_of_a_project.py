"""PostgreSQL's index of words knows the project of a run as well (docs/scale.md): 20 s for a million runs."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_DROP = "DROP INDEX studio_run_search"
_CREATE = "CREATE INDEX studio_run_search ON studio_run USING gin ({columns})"


def forward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _build(schema_editor, "(ARRAY[project_id]), search")


def backward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    _build(schema_editor, "search")


def _build(schema_editor: BaseDatabaseSchemaEditor, columns: str) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(_DROP)
        schema_editor.execute(_CREATE.format(columns=columns))


class Migration(migrations.Migration):
    dependencies = [("studio", "0045_webhooks")]

    operations = [migrations.RunPython(forward, backward)]
