from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Reconciliation(models.Model):
    """One time that the gateway's log was read and laid beside the ledger, and what came of it.

    From `since` until before `until` by the log's own times. `error` is a word of `AccountUnread` when the log could
    not be read to its end; then nothing was concluded from what is not in it.
    """

    class Source(models.TextChoices):
        API = "api", _("Read from the gateway")
        FILE = "file", _("Read from a file")

    source = models.CharField(max_length=8, choices=Source)
    since = models.DateTimeField()
    until = models.DateTimeField()
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # empty: the studio itself, or a shell
    error = models.CharField(max_length=32, blank=True)

    rows_read = models.PositiveIntegerField(default=0)
    rows_new = models.PositiveIntegerField(default=0)
    rows_without_id = models.PositiveIntegerField(default=0)
    equal = models.PositiveIntegerField(default=0)
    confirmed = models.PositiveIntegerField(default=0)
    charged = models.PositiveIntegerField(default=0)
    released = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    moved_micros = models.BigIntegerField(default=0)  # as the owners of the accounts see it: + was given back

    class Meta:
        ordering = ["-started_at", "-pk"]
        verbose_name = _("reconciliation")
        verbose_name_plural = _("reconciliations")
        indexes = [models.Index(fields=["-started_at", "-id"], name="reconciliation_newest")]

    def __str__(self) -> str:
        return f"{self.source} {self.started_at:%Y-%m-%d %H:%M}"
