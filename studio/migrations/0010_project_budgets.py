"""Projects get a budget for each month, and what they have used of it is counted from the entries that are there."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models.functions import TruncMonth
from django.utils import timezone


def count_what_was_used(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    generations = apps.get_model("studio", "Generation").objects
    entries = apps.get_model("studio", "LedgerEntry").objects
    months = apps.get_model("studio", "ProjectMonth").objects
    zone = timezone.get_default_timezone()
    generations.update(project_month=TruncMonth("created_at", output_field=models.DateField(), tzinfo=zone))
    used = entries.filter(generation__isnull=False).values_list("project", "generation__project_month").order_by()
    for project_id, month, total in used.annotate(total=models.Sum("amount_micros")):
        months.create(project_id=project_id, month=month, used_micros=-total)


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0009_questions"),
    ]

    operations = [
        migrations.AddField(
            model_name="generation",
            name="project_month",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="monthly_budget_micros",
            field=models.BigIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="time_zone",
            field=models.CharField(blank=True, max_length=64, verbose_name="time zone"),
        ),
        migrations.CreateModel(
            name="ProjectMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("budget_micros", models.BigIntegerField(blank=True, null=True)),
                ("used_micros", models.BigIntegerField(default=0)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="months", to="studio.project"
                    ),
                ),
            ],
            options={
                "verbose_name": "project's month",
                "verbose_name_plural": "projects' months",
                "constraints": [
                    models.UniqueConstraint(fields=("project", "month"), name="project_month_once"),
                    models.CheckConstraint(
                        condition=models.Q(("budget_micros__isnull", True), ("budget_micros__gte", 0), _connector="OR"),
                        name="project_month_budget_not_negative",
                    ),
                ],
            },
        ),
        migrations.RunPython(count_what_was_used, migrations.RunPython.noop),
    ]
