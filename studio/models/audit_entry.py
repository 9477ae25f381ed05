from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The audit log is append-only.")

    def delete(self) -> NoReturn:
        raise TypeError("The audit log is append-only.")


class AuditEntry(models.Model):
    """What somebody who runs the studio did, written in the transaction that did it. Never changed, never deleted.

    `changes` holds for each field by its name what stood there before and after, as people read it.
    """

    class Action(models.TextChoices):
        ADDED = "added", _("Added")
        CHANGED = "changed", _("Changed")
        BUDGET_SET = "budget_set", _("Budget set")
        REQUEST_GRANTED = "request_granted", _("Request granted")
        REQUEST_DECLINED = "request_declined", _("Request declined")
        GIVEN_BACK = "given_back", _("Charge given back")
        LET_STAND = "let_stand", _("Charge let stand")
        SETTLED = "settled", _("Presumed charge settled")
        ROW_ASSIGNED = "row_assigned", _("Row of the log assigned")
        ROW_DISMISSED = "row_dismissed", _("Row of the log dismissed")
        ROW_FOLLOWED = "row_followed", _("Corrected to the log")
        SHEET_DRAWN = "sheet_drawn", _("Reimbursement sheet drawn up")
        SHEET_DISCARDED = "sheet_discarded", _("Reimbursement sheet discarded")
        SHEET_SENT = "sheet_sent", _("Reimbursement sheet sent")
        SHEET_CREDITED = "sheet_credited", _("Reimbursement credited")
        SHEET_DECLINED = "sheet_declined", _("Reimbursement declined")
        ADOPTED = "adopted", _("Database adopted")
        ROLE_SET = "role_set", _("Role set")
        JOINED = "joined", _("Joined")
        LEFT = "left", _("Left")
        REMOVED = "removed", _("Removed")
        INVITED = "invited", _("Invited")
        UNINVITED = "uninvited", _("Invitation revoked")
        ARCHIVED = "archived", _("Archived")
        UNARCHIVED = "unarchived", _("Taken out of the archive")
        CLOSED = "closed", _("Account closed")
        REOPENED = "reopened", _("Account reopened")
        KEY_SET = "key_set", _("Key replaced")
        KEY_TRIED = "key_tried", _("Test picture made")
        SESSIONS_ENDED = "sessions_ended", _("Signed out everywhere")
        FACTORS_REMOVED = "factors_removed", _("Second factors taken away")
        TOKEN_MADE = "token_made", _("Access token made")
        TOKEN_REVOKED = "token_revoked", _("Access token revoked")
        WEBHOOK_MADE = "webhook_made", _("Webhook made")
        WEBHOOK_REMOVED = "webhook_removed", _("Webhook removed")

    recorded_at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    action = models.CharField(max_length=16, choices=Action)
    target_kind = models.CharField(max_length=60)
    target_name = models.CharField(max_length=200)
    changes = models.JSONField(default=dict, blank=True)
    note = models.CharField(max_length=500, blank=True)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit log")

    def __str__(self) -> str:
        return f"{self.action} {self.target_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("The audit log is append-only.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The audit log is append-only.")
