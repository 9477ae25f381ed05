"""What was kept before there were versions becomes the first version of its prompt."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def write_first_versions(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    versions = apps.get_model("studio", "PromptVersion").objects
    for prompt in apps.get_model("studio", "Prompt").objects.filter(current=None).iterator():
        prompt.current = versions.create(
            prompt=prompt, number=1, person_id=prompt.person_id, text=prompt.text, created_at=prompt.created_at
        )
        prompt.save(update_fields=["current"])
    if schema_editor.connection.vendor == "postgresql":
        # A table with rows whose foreign keys are still to be checked cannot be altered.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [("studio", "0029_prompt_library")]

    operations = [
        migrations.RunPython(write_first_versions, migrations.RunPython.noop),
        migrations.RemoveField(model_name="prompt", name="text"),
    ]
