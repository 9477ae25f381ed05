from django.db import models
from django.utils.translation import gettext_lazy as _

from .account import Account
from .project import Project


class Spent(models.Model):
    """A part of what the entries of a month come to: what counts is the sum of all rows with the same key.

    The key is everything down to `day`. The database itself adds a *note*, a row with a `moment`, whenever an entry is
    written or a charged call turns out otherwise; `ledger/folding.py` makes one *cell* of all notes of a key. Nobody
    else writes here. `ledger_verify` compares it with the entries, and `spend_rebuild` mends it.
    """

    month = models.DateField()  # its first day
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=16)  # as of the entry. What follows down to `day` is of charges only
    project = models.ForeignKey(Project, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    model_key = models.CharField(max_length=16)
    outcome = models.CharField(max_length=24)  # of the attempt; empty while its answer is still being read
    is_presumed = models.BooleanField()
    day = models.DateField(null=True)  # in the studio's time zone, of a cell; a note's is told by its moment

    moment = models.DateTimeField(null=True)  # when the entry took effect; a cell has none
    entries = models.IntegerField()  # negative where a charge has left this key for another
    booked_micros = models.BigIntegerField()  # what the entries say, with their sign
    cost_micros = models.BigIntegerField()  # what the charges come to as far as is known; positive

    class Meta:
        verbose_name = _("sum of entries")
        verbose_name_plural = _("sums of entries")
        indexes = [
            # Spend review: the studio's month.
            models.Index(fields=["month", "kind"], name="spent_month"),
            # What is left of a person’s month, on every page; and the cells of it, to which notes go.
            models.Index(fields=["account", "month", "moment"], name="spent_account"),
            # What waits to be folded.
            models.Index(fields=["id"], condition=models.Q(moment__isnull=False), name="spent_note"),
            # What is presumed, in all months.
            models.Index(fields=["month"], condition=models.Q(is_presumed=True), name="spent_presumed"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.month:%Y-%m} {self.kind}"
