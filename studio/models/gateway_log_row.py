from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .attempt import Attempt
from .ledger_entry import LedgerEntry


class GatewayLogRow(models.Model):
    """One call as the gateway's log has it, reduced to what may be kept: never its key, never its free text.

    A row is of one attempt and an attempt has one row. A row that was read again changes nothing: its request id is
    unique. `entry` is what it moved in the ledger, if anything; a row moves money once, when it leaves `open`.
    `quota` is what the gateway took, 500,000 to the dollar, before the bonus on top-ups.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")  # read; nobody's yet, or its attempt is booked at another amount than a person left it
        SETTLED = "settled", _("Settled")  # the ledger says the same, now at the latest
        DISMISSED = "dismissed", _("Dismissed")  # none of the studio's business, says a person with a reason

    class Match(models.TextChoices):
        ID = "id", _("Request id")
        TIME = "time", _("Model and time")
        PERSON = "person", _("Assigned")

    request_id = models.CharField(max_length=200, unique=True)
    logged_at = models.DateTimeField()
    model_name = models.CharField(max_length=200)
    token_name = models.CharField(max_length=200, blank=True)
    token_group = models.CharField(max_length=200, blank=True)
    quota = models.PositiveIntegerField()
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    seconds = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=200, blank=True)
    billing_type = models.CharField(max_length=200, blank=True)
    group_ratio_thousandths = models.PositiveIntegerField(default=0)  # 0: the row does not say
    read_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    attempt = models.OneToOneField(Attempt, on_delete=models.PROTECT, null=True, blank=True, related_name="log_row")
    matched_by = models.CharField(max_length=8, choices=Match, blank=True)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="log_row")
    note = models.CharField(max_length=500, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # empty: the studio itself

    class Meta:
        ordering = ["-logged_at", "-pk"]
        verbose_name = _("row of the gateway’s log")
        verbose_name_plural = _("rows of the gateway’s log")
        constraints = [
            models.CheckConstraint(condition=~models.Q(request_id=""), name="log_row_has_an_id"),
            models.CheckConstraint(
                condition=models.Q(state="open", settled_at__isnull=True, entry__isnull=True)
                | models.Q(state__in=["settled", "dismissed"], settled_at__isnull=False),
                name="log_row_open_or_settled",
            ),
            models.CheckConstraint(
                condition=models.Q(attempt__isnull=True) | ~models.Q(state="dismissed") & ~models.Q(matched_by=""),
                name="log_row_says_how_it_matched",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="dismissed") | ~models.Q(note=""), name="log_row_dismissed_with_a_reason"
            ),
        ]
        indexes = [
            # A run looks at the open rows of a stretch of time; the lists of the page are the open ones.
            models.Index(fields=["logged_at"], condition=models.Q(state="open"), name="log_row_open"),
            # What a month came to at the gateway, for the threshold of its reimbursement plan.
            models.Index(fields=["logged_at"], name="log_row_logged"),
        ]

    def __str__(self) -> str:
        return self.request_id

    @property
    def charged_micros(self) -> int:
        """What the gateway took, in micro-dollars."""
        return self.quota * 2
