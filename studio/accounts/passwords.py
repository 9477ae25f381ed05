"""What a password must be besides Django's own rules: not too long to hash, and not one that thieves have."""

from typing import Final

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .breaches import is_breached

CHARACTERS_MAX: Final = 1_000


class MaximumLengthValidator:
    """Long enough for any sentence, and short enough that nobody keeps the processor busy with one."""

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if len(password) > CHARACTERS_MAX:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        return _("Your password can have %(count)d characters at most.") % {"count": CHARACTERS_MAX}


class BreachedPasswordValidator:
    """Asks a service that knows them. The settings name it only where the owner wants that (`NB_BREACH_CHECK`)."""

    def __init__(self, service: str) -> None:
        self.service = service

    def validate(self, password: str, user: AbstractBaseUser | None = None) -> None:
        if len(password) <= CHARACTERS_MAX and is_breached(password, service=self.service):
            raise ValidationError(
                _("This password was stolen from another site and is on the lists that thieves try. Choose another."),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return _("Your password can’t be one that was stolen elsewhere.")
