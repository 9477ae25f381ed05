import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("studio", "0038_rare_in_the_history"),
    ]

    operations = [
        migrations.AddField(
            model_name="instance",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=10, verbose_name="language"),
        ),
        migrations.AddField(
            model_name="instance",
            name="test_project",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="studio.project",
            ),
        ),
        migrations.AddField(
            model_name="instance",
            name="theme",
            field=models.CharField(blank=True, db_default="", default="", max_length=8, verbose_name="theme"),
        ),
        migrations.AddField(
            model_name="instance",
            name="trash_days",
            field=models.PositiveSmallIntegerField(db_default=30, default=30, verbose_name="days in the trash"),
        ),
        migrations.AddField(
            model_name="user",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=10),
        ),
        migrations.AddField(
            model_name="user",
            name="single_keys",
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name="user",
            name="theme",
            field=models.CharField(blank=True, db_default="", default="", max_length=8),
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
                    ("key_tried", "Test picture made"),
                    ("sessions_ended", "Signed out everywhere"),
                    ("factors_removed", "Second factors taken away"),
                ],
                max_length=16,
            ),
        ),
    ]
