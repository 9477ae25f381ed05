"""The prompt library: versions of prompts, the pictures that go along, and which version a run came from."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from . import _spent
from ._sqlite import restore_run_triggers


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0028_picture_colours"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="prompt",
            options={"ordering": ["-pk"], "verbose_name": "prompt", "verbose_name_plural": "prompts"},
        ),
        migrations.AddField(
            model_name="prompt",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="prompt",
            name="archived_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.CreateModel(
            name="PromptVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField(verbose_name="text")),
                ("blanks", models.JSONField(blank=True, default=list)),
                ("system_prompt", models.TextField(blank=True)),
                ("model_key", models.CharField(blank=True, max_length=16)),
                ("size", models.CharField(blank=True, max_length=8)),
                ("ratio", models.CharField(blank=True, max_length=8)),
                ("variations", models.PositiveSmallIntegerField(blank=True, null=True)),
                ("thinking_level", models.CharField(blank=True, max_length=16)),
                ("web_search", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "prompt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="versions", to="studio.prompt"
                    ),
                ),
                (
                    "restores",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.RESTRICT,
                        related_name="+",
                        to="studio.promptversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "prompt version",
                "verbose_name_plural": "prompt versions",
                "ordering": ["prompt", "-number"],
            },
        ),
        migrations.CreateModel(
            name="PromptReference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "output",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="studio.output",
                    ),
                ),
                (
                    "upload",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="studio.upload",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="references",
                        to="studio.promptversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "reference",
                "verbose_name_plural": "references",
                "ordering": ["position"],
            },
        ),
        migrations.AddField(
            model_name="prompt",
            name="current",
            field=models.OneToOneField(
                null=True, on_delete=django.db.models.deletion.RESTRICT, related_name="+", to="studio.promptversion"
            ),
        ),
        migrations.AddIndex(
            model_name="prompt",
            index=models.Index(
                condition=models.Q(("archived_at__isnull", True)), fields=["project", "-id"], name="prompt_library"
            ),
        ),
        migrations.AddConstraint(
            model_name="promptversion",
            constraint=models.UniqueConstraint(fields=("prompt", "number"), name="prompt_version_once"),
        ),
        migrations.AddConstraint(
            model_name="promptreference",
            constraint=models.UniqueConstraint(fields=("version", "position"), name="prompt_reference_position_once"),
        ),
        migrations.AddConstraint(
            model_name="promptreference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("output__isnull", True), ("upload__isnull", False)),
                    models.Q(("output__isnull", False), ("upload__isnull", True)),
                    _connector="OR",
                ),
                name="prompt_reference_is_one_picture",
            ),
        ),
        # Backwards SQLite builds the table of runs anew.
        migrations.RunPython(migrations.RunPython.noop, restore_run_triggers),
        *_spent.beside(
            migrations.AddField(
                model_name="run",
                name="prompt_version",
                field=models.ForeignKey(
                    blank=True,
                    null=True,
                    on_delete=django.db.models.deletion.RESTRICT,
                    related_name="runs",
                    to="studio.promptversion",
                ),
            ),
        ),
    ]
