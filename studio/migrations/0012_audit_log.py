"""An audit log that the database itself keeps append-only, as it does the ledger."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

SQLITE_FORWARD = (
    """CREATE TRIGGER studio_auditentry_no_update BEFORE UPDATE ON studio_auditentry BEGIN
        SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
    """CREATE TRIGGER studio_auditentry_no_delete BEFORE DELETE ON studio_auditentry BEGIN
        SELECT RAISE(ABORT, 'the audit log is append-only'); END""",
)
SQLITE_BACKWARD = ("DROP TRIGGER studio_auditentry_no_delete", "DROP TRIGGER studio_auditentry_no_update")
POSTGRESQL_FORWARD = (
    """CREATE FUNCTION studio_audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$""",
    """CREATE TRIGGER studio_auditentry_append_only BEFORE UPDATE OR DELETE ON studio_auditentry
        FOR EACH ROW EXECUTE FUNCTION studio_audit_log_is_append_only()""",
)
POSTGRESQL_BACKWARD = (
    "DROP TRIGGER studio_auditentry_append_only ON studio_auditentry",
    "DROP FUNCTION studio_audit_log_is_append_only()",
)


def forward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE_FORWARD if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_FORWARD:
        schema_editor.execute(statement)


def backward(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in SQLITE_BACKWARD if schema_editor.connection.vendor == "sqlite" else POSTGRESQL_BACKWARD:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0011_asking"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "action",
                    models.CharField(
                        choices=[
                            ("added", "Added"),
                            ("changed", "Changed"),
                            ("budget_set", "Budget set"),
                            ("request_granted", "Request granted"),
                            ("request_declined", "Request declined"),
                            ("given_back", "Charge given back"),
                            ("let_stand", "Charge let stand"),
                            ("settled", "Presumed charge settled"),
                            ("adopted", "Database adopted"),
                        ],
                        max_length=16,
                    ),
                ),
                ("target_kind", models.CharField(max_length=60)),
                ("target_name", models.CharField(max_length=200)),
                ("changes", models.JSONField(blank=True, default=dict)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "audit entry",
                "verbose_name_plural": "audit log",
                "ordering": ["-pk"],
            },
        ),
        migrations.RunPython(forward, backward),
    ]
