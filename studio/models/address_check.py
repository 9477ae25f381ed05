from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AddressCheck(models.Model):
    """One look at an address on a person's behalf; kept for some minutes, to be counted by `links/allowance.py`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    checked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("check of an address")
        verbose_name_plural = _("checks of addresses")
        # Asked before every look: this person's of the last minutes.
        indexes = [models.Index(fields=["person", "checked_at"], name="address_check_recent")]

    def __str__(self) -> str:
        return f"{self.person} {self.checked_at}"
