import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..provider.outcome import Charge, Outcome
from .generation import Generation


class Attempt(models.Model):
    """One HTTP call of a generation, with its evidence. The row is committed before the first byte leaves.

    Its id goes to the provider as our own request id and names the folder in the spool.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    generation = models.ForeignKey(Generation, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    price_micros = models.BigIntegerField()
    real_micros = models.BigIntegerField(null=True, blank=True)  # by tokens and searches, once they were counted
    key_name = models.CharField(max_length=32, default="main")  # which of the gateway's keys paid for it
    charge = models.CharField(max_length=12, default=Charge.HELD, choices=[(c.value, c.value) for c in Charge])
    outcome = models.CharField(max_length=24, blank=True, choices=[(o.value, o.value) for o in Outcome])
    reason = models.CharField(max_length=64, blank=True)
    detail = models.TextField(blank=True)
    http_status = models.PositiveSmallIntegerField(null=True, blank=True)
    request_id = models.CharField(max_length=200, blank=True)  # the provider's, for its log and its support
    response_id = models.CharField(max_length=200, blank=True)
    finish_reason = models.CharField(max_length=64, blank=True)
    block_reason = models.CharField(max_length=64, blank=True)
    request_bytes = models.PositiveBigIntegerField(default=0)
    answer_bytes = models.PositiveBigIntegerField(default=0)
    request_document = models.JSONField(default=dict, blank=True)  # what was sent, Base64 elided
    evidence = models.JSONField(default=dict, blank=True)
    usage = models.JSONField(default=dict, blank=True)
    searched = models.JSONField(default=dict, blank=True)  # what a web search left; see studio/provider/searched.py
    started_at = models.DateTimeField()  # S3: from here on the call may be charged
    sent_at = models.DateTimeField(null=True, blank=True)
    first_byte_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)  # S6: charge and evidence are on record
    finished_at = models.DateTimeField(null=True, blank=True)  # S8

    class Meta:
        ordering = ["generation", "number"]
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        constraints = [
            models.UniqueConstraint(fields=["generation", "number"], name="attempt_number_once"),
            models.CheckConstraint(condition=models.Q(price_micros__gt=0), name="attempt_price_positive"),
            models.CheckConstraint(condition=models.Q(real_micros__gt=0), name="attempt_cost_positive"),
            models.CheckConstraint(
                condition=models.Q(charge__in=[charge.value for charge in Charge]), name="attempt_charge_known"
            ),
        ]
        indexes = [
            models.Index(fields=["request_id"], name="attempt_request_id"),
            # Reconciliation lays the attempts of a stretch of time beside the gateway's log.
            models.Index(fields=["started_at"], name="attempt_started"),
            # What is presumed, newest first, and what came to more than was held: few among many.
            models.Index(fields=["-started_at"], condition=models.Q(charge="presumed"), name="attempt_presumed"),
            models.Index(
                fields=["-started_at"],
                condition=models.Q(real_micros__gt=models.F("price_micros")),
                name="attempt_over_hold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.generation.frame_number} attempt {self.number}"

    @property
    def cost_micros(self) -> int:
        """What it comes to as far as is known, if it is charged at all."""
        return self.price_micros if self.real_micros is None else self.real_micros

    @property
    def is_over_hold(self) -> bool:
        """Whether it cost more than could come of it as far as anybody knew."""
        return self.cost_micros > self.price_micros

    @property
    def is_answered(self) -> bool:
        """Whether the money of this call is settled."""
        return self.answered_at is not None
