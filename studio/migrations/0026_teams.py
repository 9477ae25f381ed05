import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def give_ids(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Every membership that is there, an id of its own."""
    memberships = apps.get_model("studio", "Membership").objects
    for pk in memberships.values_list("pk", flat=True).iterator():
        memberships.filter(pk=pk).update(public_id=uuid.uuid4())


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0025_working_copies"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
        migrations.RunPython(give_ids, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="membership",
            name="public_id",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddField(
            model_name="project",
            name="archived_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="project",
            name="default_model",
            field=models.CharField(blank=True, db_default="", max_length=16),
        ),
        migrations.AddField(
            model_name="project",
            name="default_ratio",
            field=models.CharField(blank=True, db_default="", max_length=5),
        ),
        migrations.AddField(
            model_name="project",
            name="default_size",
            field=models.CharField(blank=True, db_default="", max_length=4),
        ),
        migrations.AddField(
            model_name="project",
            name="description",
            field=models.CharField(blank=True, db_default="", max_length=500, verbose_name="description"),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="action",
            field=models.CharField(
                choices=[
                    ("added", "Added"),
                    ("changed", "Changed"),
                    ("budget_set", "Budget set"),
                    ("request_granted", "Request granted"),
                    ("request_declined", "Request declined"),
                    ("given_back", "Charge given back"),
                    ("let_stand", "Charge let stand"),
                    ("settled", "Presumed charge settled"),
                    ("row_assigned", "Row of the log assigned"),
                    ("row_dismissed", "Row of the log dismissed"),
                    ("row_followed", "Corrected to the log"),
                    ("sheet_drawn", "Reimbursement sheet drawn up"),
                    ("sheet_discarded", "Reimbursement sheet discarded"),
                    ("sheet_sent", "Reimbursement sheet sent"),
                    ("sheet_credited", "Reimbursement credited"),
                    ("sheet_declined", "Reimbursement declined"),
                    ("adopted", "Database adopted"),
                    ("role_set", "Role set"),
                    ("joined", "Joined"),
                    ("left", "Left"),
                    ("removed", "Removed"),
                    ("invited", "Invited"),
                    ("uninvited", "Invitation revoked"),
                    ("archived", "Archived"),
                    ("unarchived", "Taken out of the archive"),
                    ("closed", "Account closed"),
                    ("reopened", "Account reopened"),
                    ("key_set", "Key replaced"),
                ],
                max_length=16,
            ),
        ),
        migrations.CreateModel(
            name="Invitation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("viewer", "Viewer"),
                            ("maker", "Maker"),
                            ("owner", "Owner"),
                            ("member", "Member of the studio"),
                            ("admin", "Admin of the studio"),
                        ],
                        max_length=8,
                    ),
                ),
                ("email", models.EmailField(blank=True, max_length=254)),
                ("monthly_budget_micros", models.BigIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("accepted_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "accepted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "invited_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="invitations",
                        to="studio.project",
                    ),
                ),
            ],
            options={
                "verbose_name": "invitation",
                "verbose_name_plural": "invitations",
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("project__isnull", False), ("role__in", ["viewer", "maker", "owner"])),
                            models.Q(("project__isnull", True), ("role__in", ["member", "admin"])),
                            _connector="OR",
                        ),
                        name="invitation_role_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("accepted_at__isnull", True), ("accepted_by__isnull", True)),
                            models.Q(
                                ("accepted_at__isnull", False),
                                ("accepted_by__isnull", False),
                                ("revoked_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="invitation_ends_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("monthly_budget_micros__gte", 0)), name="invitation_budget_not_negative"
                    ),
                ],
            },
        ),
    ]
