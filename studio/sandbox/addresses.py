"""Pictures by address. The provider would fetch them; the sandbox opens no connection and only judges the address.

The one place it knows is its own bucket: what lies there is looked at, without a detour over the network.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from ..provider.catalogue import CHINA_FIRST_HOSTS, IMAGE_TYPES
from .errors import Refused, invalid_argument, lookalike
from .keys import may_name_buckets
from .question import Linked

TAKEN_TYPES: Final = (*IMAGE_TYPES, "image/jpg")
PROCESSED: Final = ("x-oss-process", "imageMogr", "imageView", "x-bce-process", "x-tos-process")
"""Marks of links that make a picture on the fly; what they deliver is not what their name says."""
CHINA_ONLY: Final = tuple(f".{end}" for end in (*CHINA_FIRST_HOSTS, "china-cdn.example"))
"""Ends of host names that the provider's servers are taken not to reach: it says nothing, and sees no picture."""


class NotReferenced(Exception):
    """The address cannot be reached. No error comes of it: the picture is simply not there."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What one call may reach. `on_shelf` gives the bytes and the type of a picture at an address of our own bucket."""

    key: str
    on_shelf: Callable[[str], tuple[bytes, str] | None]

    def look(self, link: Linked) -> bytes | None:
        """The picture, or None when it is elsewhere and nobody looks. Raises `Refused` or `NotReferenced`."""
        if not link.mime_type:
            # As with inline pictures: without a type it is not referenced.
            raise NotReferenced
        if link.mime_type not in TAKEN_TYPES:
            raise invalid_argument(f"Unsupported MIME type: {link.mime_type}")
        if link.uri.startswith("gs://"):
            self._check_buckets()
            return None
        if any(mark in link.uri for mark in PROCESSED):
            raise mismatch()
        if placed := self.on_shelf(link.uri):
            return _of_type(link.mime_type, *placed)
        parts = urlsplit(link.uri)
        if parts.scheme != "https" or not parts.hostname:
            raise invalid_argument("Cannot fetch content from the provided URL.")
        if parts.hostname.endswith(CHINA_ONLY):
            raise NotReferenced
        return None

    def _check_buckets(self) -> None:
        if not may_name_buckets(self.key):
            raise invalid_argument("Invalid or unsupported file uri")


def mismatch() -> Refused:
    return Refused(429, lookalike("the image content does not match the MIME type"))


def _of_type(said: str, data: bytes, actual: str) -> bytes:
    if said.replace("image/jpg", "image/jpeg") != actual:
        raise mismatch()
    return data
