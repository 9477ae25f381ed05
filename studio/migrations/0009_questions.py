"""Each run knows the digest of what it asks, so that a question asked before is found by an index."""

import hashlib

import msgspec
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from ._sqlite import restore_run_triggers


def fill_question_hashes(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """As `studio/question.py` stood when this was written."""
    runs = apps.get_model("studio", "Run").objects.prefetch_related("inputs__upload", "inputs__output", "inputs__link")
    for run in runs.order_by("pk").iterator(chunk_size=500):
        inputs = sorted(run.inputs.all(), key=lambda each: each.position)
        facts = (
            " ".join(run.prompt.split()),
            " ".join(run.system_prompt.split()),
            [each.link.url if each.link else (each.upload or each.output).sha256 for each in inputs],
            run.continues_id,
        )
        run.question_hash = hashlib.sha256(msgspec.json.encode(facts)).hexdigest()
        run.save(update_fields=["question_hash"])


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0008_address_checks"),
    ]

    operations = [
        # First here is last on the way back, where SQLite builds the table of runs anew.
        migrations.RunPython(migrations.RunPython.noop, restore_run_triggers),
        migrations.AddField(
            model_name="run",
            name="question_hash",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.RunPython(restore_run_triggers, migrations.RunPython.noop),
        migrations.RunPython(fill_question_hashes, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="run",
            index=models.Index(fields=["project", "question_hash"], name="run_question"),
        ),
    ]
