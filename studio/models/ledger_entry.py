from typing import Any, Final, NoReturn

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .account import Account
from .attempt import Attempt
from .generation import Generation
from .project import Project


class Kind(models.TextChoices):
    """What an entry does, with its sign as the owner of the account sees it."""

    ALLOWANCE = "allowance", _("Allowance")  # + a month begins, or its limit is changed
    HOLD = "hold", _("Hold")  # − set aside at submit, at the worst price
    RELEASE = "release", _("Hold released")  # + the hold's end, always in full, always once
    CHARGE = "charge", _("Charged")  # − the provider charges for this attempt
    CORRECTION = "correction", _("Correction")  # ± by a named person, with a reason
    REIMBURSEMENT = "reimbursement", _("Reimbursed")  # + given back by the provider


class Certainty(models.TextChoices):
    """How sure a charge was when it was written."""

    CONFIRMED = "confirmed", _("Charged")
    PRESUMED = "presumed", _("Presumed charged")


_IS_CHARGE: Final = models.Q(kind="charge")
_NEWEST: Final = ("-effective_at", "-id")


class LedgerEntryQuerySet(models.QuerySet["LedgerEntry"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("The ledger is append-only: post a correction.")

    def delete(self) -> NoReturn:
        raise TypeError("The ledger is append-only: post a correction.")


class LedgerEntry(models.Model):
    """One line of a person's ledger. Never changed, never deleted: the database itself refuses both.

    `month` is the first day of the month it counts in, which is the month of the submit; `balance_micros` is what
    was left in that month after it. `sequence` has no gaps per person; `entry_hash` covers the line and the one before.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    sequence = models.PositiveBigIntegerField()
    month = models.DateField()
    kind = models.CharField(max_length=16, choices=Kind)
    certainty = models.CharField(max_length=12, choices=Certainty, blank=True)  # charges only
    amount_micros = models.BigIntegerField()
    balance_micros = models.BigIntegerField()
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    generation = models.ForeignKey(Generation, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    attempt = models.ForeignKey(Attempt, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    closes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="closings")
    note = models.CharField(max_length=500, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )  # empty: the studio itself
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    previous_hash = models.CharField(max_length=64, blank=True)
    entry_hash = models.CharField(max_length=64)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        ordering = ["account", "-sequence"]
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.UniqueConstraint(fields=["account", "sequence"], name="entry_sequence_once"),
            models.UniqueConstraint(
                fields=["generation"], condition=models.Q(kind="hold"), name="entry_one_hold_per_generation"
            ),
            models.UniqueConstraint(
                fields=["closes"], condition=models.Q(kind="release"), name="entry_one_release_per_hold"
            ),
            models.UniqueConstraint(
                fields=["attempt"], condition=models.Q(kind="charge"), name="entry_one_charge_per_attempt"
            ),
            models.UniqueConstraint(
                fields=["closes"], condition=models.Q(kind="reimbursement"), name="entry_one_reimbursement_per_charge"
            ),
            models.CheckConstraint(
                condition=(
                    models.Q(kind__in=["hold", "charge"], amount_micros__lt=0)
                    | models.Q(kind__in=["release", "reimbursement"], amount_micros__gt=0)
                    | models.Q(kind__in=["allowance", "correction"]) & ~models.Q(amount_micros=0)
                ),
                name="entry_sign_fits_kind",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="charge") ^ models.Q(certainty=""), name="entry_certainty_of_charges"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="release") | models.Q(closes__isnull=False), name="entry_release_closes_a_hold"
            ),
        ]
        indexes = [
            # The statement: one person's month, newest first.
            models.Index(fields=["account", "month", "-sequence"], name="entry_statement"),
            # The charges behind a figure of the spend review, newest first: of the studio, a person, a project.
            models.Index(fields=["month", *_NEWEST], condition=_IS_CHARGE, name="entry_charges"),
            models.Index(fields=["account", "month", *_NEWEST], condition=_IS_CHARGE, name="entry_charges_person"),
            models.Index(fields=["project", "month", *_NEWEST], condition=_IS_CHARGE, name="entry_charges_project"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.sequence} {self.kind}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("The ledger is append-only: post a correction.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("The ledger is append-only: post a correction.")
