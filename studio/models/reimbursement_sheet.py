from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .gateway_log_row import GatewayLogRow
from .ledger_entry import LedgerEntry


class ReimbursementSheet(models.Model):
    """Charges of one month that the gateway is asked to give back under its plan, in one letter.

    `month` is the first day of the plan's month; `bonus_thousandths` is the bonus on top-ups as it was when the sheet
    was drawn up, by which the gateway divides. `credited_micros` is what it gave back, as an admin read it there.
    """

    class State(models.TextChoices):
        DRAWN = "drawn", _("Not sent yet")  # draw_up(): its charges are on no other sheet from here on
        SENT = "sent", _("Sent")  # send()
        CREDITED = "credited", _("Credited")  # close(): some or all of it. Final
        DECLINED = "declined", _("Declined")  # close(): nothing of it. Final

    month = models.DateField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAWN)
    bonus_thousandths = models.PositiveSmallIntegerField(default=0)
    credited_micros = models.BigIntegerField(null=True, blank=True)
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("reimbursement sheet")
        verbose_name_plural = _("reimbursement sheets")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="drawn", sent_at__isnull=True, closed_at__isnull=True)
                | models.Q(state="sent", sent_at__isnull=False, closed_at__isnull=True)
                | models.Q(state__in=["credited", "declined"], sent_at__isnull=False, closed_at__isnull=False),
                name="sheet_state_fits_its_moments",
            ),
            models.CheckConstraint(
                condition=models.Q(state="credited", credited_micros__isnull=False, credited_micros__gt=0)
                | ~models.Q(state="credited") & models.Q(credited_micros__isnull=True),
                name="sheet_credited_with_a_sum",
            ),
        ]

    def __str__(self) -> str:
        return f"sheet {self.pk} of {self.month:%Y-%m}"

    def get_absolute_url(self) -> str:
        return reverse("reimbursement-sheet", args=[self.pk])

    @property
    def is_drawn(self) -> bool:
        return self.state == self.State.DRAWN

    @property
    def is_sent(self) -> bool:
        """And not answered yet."""
        return self.state == self.State.SENT


class SheetLine(models.Model):
    """One charge on a sheet, by its row of the gateway's log. A row is on one sheet at most."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        CREDITED = "credited", _("Credited")  # and given back to who paid it: `entry` is that
        LEFT = "left", _("Credited, nothing posted")  # its person had the money back, or corrected, before
        DECLINED = "declined", _("Declined")  # the gateway did not give it back; the charge stands

    sheet = models.ForeignKey(ReimbursementSheet, on_delete=models.CASCADE, related_name="lines")
    row = models.OneToOneField(GatewayLogRow, on_delete=models.PROTECT, related_name="sheet_line")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    entry = models.OneToOneField(
        LedgerEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="sheet_line"
    )

    class Meta:
        ordering = ["row__logged_at", "pk"]
        verbose_name = _("line of a reimbursement sheet")
        verbose_name_plural = _("lines of reimbursement sheets")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state="credited") ^ models.Q(entry__isnull=True),
                name="sheet_line_credited_by_an_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.row_id} {self.state}"
