"""Is a password one that thieves have? Asked of Have I Been Pwned by the first five digits of its SHA-1, and no more.

The service answers with some hundred endings, padded so that not even the length tells which; the comparison is made
here. https://haveibeenpwned.com/API/v3#PwnedPasswords, read 2026-11-29.
"""

import hashlib
import logging
from typing import Final

from ..fetch import Bounds, FetchFailed, read_page

logger = logging.getLogger(__name__)

_BOUNDS: Final = Bounds(bytes_max=500_000, seconds=3)
_PREFIX_DIGITS: Final = 5


def is_breached(password: str, *, service: str) -> bool:
    """Whether the service knows it. False when the service cannot be asked: nobody is kept out by a lost line."""
    digits = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    prefix, ending = digits[:_PREFIX_DIGITS], digits[_PREFIX_DIGITS:]
    try:
        page = read_page(service, f"/range/{prefix}", headers=(("Add-Padding", "true"),), bounds=_BOUNDS)
    except FetchFailed as error:
        logger.warning("The breach check did not answer (%s); the password was taken without it.", error)
        return False
    return any(_is_hit(line, ending) for line in page.decode("ascii", "replace").splitlines())


def _is_hit(line: str, ending: str) -> bool:
    """`ENDING:COUNT`; padding has a count of 0."""
    found, _colon, count = line.strip().partition(":")
    return found.upper() == ending and count.strip() not in {"", "0"}
