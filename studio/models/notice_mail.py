from typing import Final

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .notice import Notice

_Kind = Notice.Kind


class NoticeMail(models.Model):
    """Which of their notices somebody wants by mail as well, if they do not read them. Nobody has any who did not ask.

    `language` and `origin` (scheme and host) are those of the page they said so on: whoever writes the letter knows
    neither.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="notice_mail"
    )
    comments = models.BooleanField(_("Comments"), default=False)
    verdicts = models.BooleanField(_("Verdicts and picks"), default=False)
    money = models.BooleanField(_("Charges, budgets and reimbursements"), default=False)
    people = models.BooleanField(_("Accepted invitations"), default=False)
    language = models.CharField(max_length=16)
    origin = models.CharField(max_length=300)

    class Meta:
        verbose_name = _("mail of notices")
        verbose_name_plural = _("mail of notices")

    def __str__(self) -> str:
        return str(self.person)

    @property
    def kinds(self) -> frozenset[Notice.Kind]:
        """All that is wanted."""
        wanted = (KINDS[name] for name in KINDS if getattr(self, name))
        return frozenset[Notice.Kind]().union(*wanted)


_TALK: Final = frozenset({_Kind.COMMENT})
_VERDICTS: Final = frozenset({_Kind.APPROVED, _Kind.REJECTED, _Kind.PICKED})
_PEOPLE: Final = frozenset({_Kind.JOINED})

KINDS: Final = {
    "comments": _TALK,
    "verdicts": _VERDICTS,
    "money": frozenset(_Kind) - _TALK - _VERDICTS - _PEOPLE,
    "people": _PEOPLE,
}
"""What each of the switches stands for: every kind, once."""
