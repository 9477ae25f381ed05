"""Authenticator apps, passkeys and recovery codes: allauth's, with their secrets closed and their codes used once."""

from typing import Any, Final

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.cache import cache

from ..models import Instance, User
from ..sealing import seal, unseal

KINDS: Final = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor. Recovery codes come with one, and stand in for it."""


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """Secrets are closed before they reach the database; the code for a telephone is a picture a page can hold."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_issuer(self) -> str:
        return Instance.called()

    def _get_site_name(self) -> str:
        return Instance.called()

    def build_totp_svg(self, url: str) -> str:
        """As an element of the page: the content policy allows no picture from a `data:` address."""
        svg: str = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]


def has_second_factor(user: User) -> bool:
    return bool(Authenticator.objects.filter(user_id=user.pk, type__in=KINDS).exists())


def lacks_second_factor(user: User) -> bool:
    """Whether this is an admin who has none, in a studio that asks admins for one."""
    return bool(settings.NB_SECOND_FACTOR) and user.is_studio_admin and not has_second_factor(user)


def take_once(user: Any, code: str) -> bool:
    """True the first time this person uses this code, for as long as any clock we allow takes it for valid.

    allauth remembers a code for one period, and with tolerance it is valid for three.
    """
    periods = 2 * app_settings.TOTP_TOLERANCE + 1
    key = f"studio.totp:{user.pk}:{normalize_user_code(code)}"
    return bool(cache.add(key, True, timeout=periods * app_settings.TOTP_PERIOD))
