from django.db import models
from django.utils.translation import gettext_lazy as _


class Verification(models.Model):
    """One look through books, pictures and answers: asked for by the night or by an admin, done by one worker of all.

    `day` is the night's; None when a person asked. A worker takes it by writing its own name, and what it came to is
    kept: `findings` are the first of them, each with `number`, `kind`, `row`, `template` and `facts`; `errors` the
    checks that could not run.
    """

    day = models.DateField(null=True, blank=True, unique=True)
    asked_at = models.DateTimeField()
    worker_id = models.UUIDField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    seconds = models.FloatField(default=0)
    checks = models.PositiveSmallIntegerField(default=0)
    findings_count = models.PositiveIntegerField(default=0)
    missing_count = models.PositiveIntegerField(null=True, blank=True)  # of them, pictures that are not there
    is_grave = models.BooleanField(default=False)  # books or pictures are wrong, not only something to look at
    findings = models.JSONField(default=list)
    errors = models.JSONField(default=list)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        indexes = [
            # The last one that came to an end: every page of an admin.
            models.Index(fields=["-finished_at"], name="verification_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def is_clean(self) -> bool:
        return not self.findings_count and not self.errors
