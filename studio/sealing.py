"""Small secrets in the database, closed with the studio's own key: a copy of the database alone opens none of them.

The key is made of `SECRET_KEY`; after a change of it, what `SECRET_KEY_FALLBACKS` names still opens the older ones.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.encoding import force_bytes


class CannotOpen(RuntimeError):
    """Closed with a key that this studio does not have any more."""


def seal(text: str) -> str:
    return _keys().encrypt(text.encode()).decode("ascii")


def unseal(sealed: str) -> str:
    """Raises `CannotOpen`."""
    try:
        return _keys().decrypt(sealed).decode()
    except InvalidToken as error:
        raise CannotOpen("SECRET_KEY has changed: put the one before into SECRET_KEY_FALLBACKS.") from error


def _keys() -> MultiFernet:
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(secret)) for secret in secrets])


def _derived(secret: str | bytes) -> bytes:
    return base64.urlsafe_b64encode(hashlib.sha256(b"studio.sealing\0" + force_bytes(secret)).digest())
