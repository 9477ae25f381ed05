"""The sums of the spend review, beside the ledger: the table, the triggers that keep it, and what was written so far.

The triggers come before the sums. On PostgreSQL making one waits for all who write to its table, and keeps others from
it until the end: so what is summed here and what is noted from then on is everything, and nothing twice.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps
from django.db.models import Case, CharField, Count, DateField, Q, Sum, Value, When
from django.db.models.functions import Coalesce, TruncDate
from django.utils import timezone

from . import _spent


def sum_up(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    entries = apps.get_model("studio", "LedgerEntry").objects.order_by()
    spent = apps.get_model("studio", "Spent")
    booked = {"entries": Count("pk"), "booked_micros": Sum("amount_micros")}
    others = entries.exclude(kind="charge").values("month", "account_id", "kind").annotate(**booked)
    empty = {"model_key": "", "outcome": "", "is_presumed": False, "cost_micros": 0}
    spent.objects.bulk_create((spent(**row, **empty) for row in others.iterator()), batch_size=500)
    key = {
        "model_key": Coalesce("generation__run__model_key", Value(""), output_field=CharField()),
        "outcome": Coalesce("attempt__outcome", Value(""), output_field=CharField()),
        "is_presumed": Case(When(Q(attempt__charge="presumed"), then=True), default=False),
        "day": TruncDate("effective_at", tzinfo=timezone.get_default_timezone(), output_field=DateField()),
    }
    cost = Coalesce(Sum(Coalesce("attempt__real_micros", "attempt__price_micros")), 0)
    charges = (
        entries.filter(kind="charge")
        .values("month", "account_id", "kind", "project_id", **key)
        .annotate(**booked, cost_micros=cost)
    )
    spent.objects.bulk_create((spent(**row) for row in charges.iterator()), batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("studio", "0021_searched")]

    operations = [
        migrations.CreateModel(
            name="Spent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.DateField()),
                ("kind", models.CharField(max_length=16)),
                ("model_key", models.CharField(max_length=16)),
                ("outcome", models.CharField(max_length=24)),
                ("is_presumed", models.BooleanField()),
                ("day", models.DateField(null=True)),
                ("moment", models.DateTimeField(null=True)),
                ("entries", models.IntegerField()),
                ("booked_micros", models.BigIntegerField()),
                ("cost_micros", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="studio.account",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="studio.project",
                    ),
                ),
            ],
            options={
                "verbose_name": "sum of entries",
                "verbose_name_plural": "sums of entries",
            },
        ),
        migrations.RemoveIndex(
            model_name="ledgerentry",
            name="entry_review",
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("charge", "presumed")), fields=["-started_at"], name="attempt_presumed"
            ),
        ),
        migrations.AddIndex(
            model_name="attempt",
            index=models.Index(
                condition=models.Q(("real_micros__gt", models.F("price_micros"))),
                fields=["-started_at"],
                name="attempt_over_hold",
            ),
        ),
        migrations.AddIndex(
            model_name="generation",
            index=models.Index(
                condition=models.Q(("finished_at__isnull", True)), fields=["person"], name="generation_running"
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("kind", "charge")), fields=["month", "-effective_at", "-id"], name="entry_charges"
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("kind", "charge")),
                fields=["account", "month", "-effective_at", "-id"],
                name="entry_charges_person",
            ),
        ),
        migrations.AddIndex(
            model_name="ledgerentry",
            index=models.Index(
                condition=models.Q(("kind", "charge")),
                fields=["project", "month", "-effective_at", "-id"],
                name="entry_charges_project",
            ),
        ),
        migrations.AddIndex(
            model_name="spent",
            index=models.Index(fields=["month", "kind"], name="spent_month"),
        ),
        migrations.AddIndex(
            model_name="spent",
            index=models.Index(fields=["account", "month", "moment"], name="spent_account"),
        ),
        migrations.AddIndex(
            model_name="spent",
            index=models.Index(condition=models.Q(("moment__isnull", False)), fields=["id"], name="spent_note"),
        ),
        migrations.AddIndex(
            model_name="spent",
            index=models.Index(condition=models.Q(("is_presumed", True)), fields=["month"], name="spent_presumed"),
        ),
        migrations.RunPython(_spent.create, _spent.drop),
        migrations.RunPython(sum_up, migrations.RunPython.noop),
    ]
