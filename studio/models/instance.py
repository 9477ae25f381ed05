import uuid
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _

PRODUCT: Final = "NB Studio"
"""What a studio is called that has no name of its own."""


class StorageTrouble(models.TextChoices):
    """Why pictures cannot be stored, when that does not pass by itself. The labels are shown as they are."""

    REFUSED = (
        "refused",
        _("The storage refuses what the studio writes. Check its keys and rights; sending goes on by itself."),
    )
    MISSING = "missing", _("The storage’s bucket is not there. Check its name; sending goes on by itself.")


class Instance(models.Model):
    """The studio itself: one row. Who it is, how often it was restored, and where its run numbers stand."""

    instance_id = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(_("name of the studio"), max_length=80, blank=True)  # empty: `PRODUCT`
    set_up_at = models.DateTimeField(null=True, blank=True)  # by the first run in a browser; once, for good
    # What a new person begins with. Empty: as their browser says.
    language = models.CharField(_("language"), max_length=10, blank=True, default="", db_default="")
    theme = models.CharField(_("theme"), max_length=8, blank=True, default="", db_default="")
    # How long what is in the trash can be brought back, unless NB_TRASH_DAYS says it. 0: for ever.
    trash_days = models.PositiveSmallIntegerField(_("days in the trash"), default=30, db_default=30)
    # Where test pictures are kept, once there are any.
    test_project = models.ForeignKey(
        "Project", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    restore_epoch = models.PositiveIntegerField(default=0)
    last_run_number = models.PositiveIntegerField(default=0)
    paused_reason = models.CharField(max_length=200, blank=True)  # not empty: nothing is sent
    # Not empty: nothing is sent, for its picture could not be stored. The worker sets it, and takes it back.
    storage_trouble = models.CharField(max_length=16, blank=True, choices=StorageTrouble)
    # What the gateway gives on top of what is paid in: real cost is what it logs, divided by one and this.
    bonus_thousandths = models.PositiveSmallIntegerField(default=0)
    # A run that costs more than this is asked about once more. None: never.
    confirm_above_micros = models.BigIntegerField(null=True, blank=True, default=2_000_000)
    reconcile_at = models.DateTimeField(null=True, blank=True)  # when the gateway's log is read next; empty: never yet
    balance_micros = models.BigIntegerField(null=True, blank=True)  # of the account at the gateway, before any bonus
    balance_seen_at = models.DateTimeField(null=True, blank=True)  # when it was asked for last
    backed_up_at = models.DateTimeField(null=True, blank=True)  # the moment of the last backup that was read back whole
    low_balance_micros = models.BigIntegerField(_("warn below this balance"), default=10_000_000)

    class Meta:
        verbose_name = _("studio")
        verbose_name_plural = _("studio")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="instance_single"),
            models.CheckConstraint(condition=models.Q(bonus_thousandths__lte=200), name="instance_bonus_in_range"),
        ]

    def __str__(self) -> str:
        return str(self.instance_id)

    @classmethod
    def called(cls) -> str:
        """What the studio is called, wherever people read it."""
        return cls.objects.filter(pk=1).values_list("name", flat=True).first() or PRODUCT

    @classmethod
    def current(cls) -> "Instance":
        """The one row, made when first asked for."""
        return cls.objects.get_or_create(pk=1)[0]

    @classmethod
    def next_run_number(cls) -> int:
        """The next number, taken for good. Runs inside the submit's transaction, which holds the row until commit."""
        return cls.next_run_numbers(1)

    @classmethod
    def next_run_numbers(cls, count: int) -> int:
        """The first of so many, taken together."""
        cls.current()
        cls.objects.filter(pk=1).update(last_run_number=models.F("last_run_number") + count)
        last: int = cls.objects.values_list("last_run_number", flat=True).get(pk=1)
        return last - count + 1


class ModelSwitch(models.Model):
    """Whether a model of the catalogue is offered and sent. Without a row, the catalogue decides.

    An admin's word, or the machine's, which then says why in `reason`: the provider no longer serves it. Only an admin
    switches it on again.
    """

    class Reason(models.TextChoices):
        NOT_FOUND = "not_found", _("The gateway does not know this model with this key.")

    model_key = models.CharField(max_length=16, unique=True)
    is_enabled = models.BooleanField(_("offered"), default=True)
    reason = models.CharField(max_length=16, blank=True, choices=Reason)
    switched_off_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("model switch")
        verbose_name_plural = _("model switches")

    def __str__(self) -> str:
        return self.model_key
