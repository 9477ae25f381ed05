from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(models.Model):
    """A person's side of the ledger: what they may spend a month, and where their chain of entries ends.

    Written by `studio/ledger/` alone. Locking this row is what puts a person's entries in one order.
    """

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="account")
    monthly_allowance_micros = models.BigIntegerField(default=0)
    sequence = models.PositiveBigIntegerField(default=0)  # of the newest entry
    head_hash = models.CharField(max_length=64, blank=True)  # of the newest entry

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(monthly_allowance_micros__gte=0), name="account_allowance_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)


class MonthBalance(models.Model):
    """What is left to a person in one month: the sum of that month's entries, kept beside them.

    It exists so that a hold can be refused by one conditional write; `ledger_verify` rebuilds it.
    """

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="months")
    month = models.DateField()  # its first day
    allowance_micros = models.BigIntegerField(default=0)
    balance_micros = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("month")
        verbose_name_plural = _("months")
        constraints = [models.UniqueConstraint(fields=["account", "month"], name="month_once")]

    def __str__(self) -> str:
        return f"{self.account} {self.month:%Y-%m}"
