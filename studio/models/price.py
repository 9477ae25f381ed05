from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..provider.terms import SEARCH_MICROS, Terms


class Price(models.Model):
    """What a model costs from a moment on, in this studio. Where there is no row, the catalogue's price holds.

    `amount_micros` is micro-dollars per HTTP call, or per million tokens in with `output_micros` per million tokens
    out; the key group's multiplier is in thousandths (1400 is 1.4 ×). A row is never changed: a later one takes over.
    """

    class BillingMode(models.TextChoices):
        PER_REQUEST = "per_request", _("Per request")
        PER_TOKEN = "per_token", _("Per token")

    model_key = models.CharField(max_length=16)
    size = models.CharField(max_length=8, blank=True)  # empty: every size
    billing_mode = models.CharField(max_length=12, choices=BillingMode, default=BillingMode.PER_REQUEST)
    amount_micros = models.BigIntegerField()
    output_micros = models.BigIntegerField(null=True, blank=True)  # by tokens only
    search_micros = models.BigIntegerField(default=SEARCH_MICROS)  # one web search, on top of either
    multiplier_thousandths = models.PositiveIntegerField(default=1000)
    effective_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["model_key", "size", "-effective_at"]
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        constraints = [
            models.UniqueConstraint(
                fields=["model_key", "size", "billing_mode", "effective_at"], name="price_once_per_moment"
            ),
            models.CheckConstraint(condition=models.Q(amount_micros__gt=0), name="price_positive"),
            models.CheckConstraint(condition=models.Q(multiplier_thousandths__gt=0), name="price_multiplier_positive"),
            models.CheckConstraint(condition=models.Q(search_micros__gt=0), name="price_search_positive"),
            models.CheckConstraint(
                condition=models.Q(billing_mode="per_request", output_micros__isnull=True)
                | models.Q(billing_mode="per_token", output_micros__isnull=False, output_micros__gt=0),
                name="price_fits_its_mode",
            ),
        ]

    def __str__(self) -> str:
        return f"{' '.join(filter(None, (self.model_key, self.size)))} from {self.effective_at:%Y-%m-%d %H:%M} UTC"

    @property
    def is_by_tokens(self) -> bool:
        return self.billing_mode == self.BillingMode.PER_TOKEN

    @property
    def terms(self) -> Terms:
        further = {"search_micros": self.search_micros, "multiplier_thousandths": self.multiplier_thousandths}
        if self.output_micros is None:
            return Terms(call_micros=self.amount_micros, **further)
        return Terms(input_micros=self.amount_micros, output_micros=self.output_micros, **further)
