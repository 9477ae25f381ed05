"""One guarded look at what is behind an address: it is there, it is a picture by its bytes, and it is not too large."""

import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Final, cast

from django.conf import settings

from ..decoder import DecoderAway, NotAPicture, PictureFacts, facts_of
from ..fetch import Fetched, FetchFailed, FetchRefused, download_public, public_target_of
from ..models import User
from ..telemetry.events import Event, tell
from .allowance import spend_check
from .refusal import AddressRefused

logger = logging.getLogger(__name__)

LOOK_SECONDS: Final = 15
"""For all of it: names, redirects and the last byte. Somebody waits in front of the page."""
_IN_MEMORY_BYTES: Final = 1 << 20
_SAID_AS_IT_IS: Final = {"not_https": "not_https", "port": "port", "userinfo": "userinfo", "bad_url": "bad_address"}
"""What anybody can see from the address itself. Everything else that is refused sounds like "nobody there"."""

type Fetch = Callable[..., Fetched]
"""`studio.fetch.download_public`, or what a test puts in its place."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The picture behind an address. `url` is the address as it is sent, `said_type` the type its server gives."""

    url: str
    file: BinaryIO
    size_bytes: int
    facts: PictureFacts
    said_type: str


def plain_target(url: str) -> str:
    """The address as it is sent, without what stands behind a `#`. Raises `AddressRefused`; asks nobody."""
    try:
        return public_target_of(url, loopback=_gateways()).url
    except FetchRefused as refusal:
        raise AddressRefused(_SAID_AS_IT_IS.get(refusal.reason, "unreachable")) from refusal


@contextmanager
def look_at(url: str, *, person: User, now: datetime, bytes_max: int, fetch: Fetch = download_public) -> Iterator[Seen]:
    """The picture, its file open as long as the block lasts. Raises `AddressRefused`."""
    address = plain_target(url)
    spend_check(person, now=now)
    with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES, prefix="nb-look-") as spooled:
        file = cast("BinaryIO", spooled)
        fetched = _fetched(address, file, bytes_max, fetch)
        file.seek(0)
        try:
            facts = facts_of(file)
        except NotAPicture as refusal:
            raise AddressRefused(refusal.code) from refusal
        except DecoderAway as error:
            logger.exception("an address could not be looked at")
            raise AddressRefused("away") from error
        file.seek(0)
        said_type = fetched.content_type.partition(";")[0].strip().lower()
        yield Seen(address, file, fetched.size_bytes, facts, said_type)


def _fetched(address: str, into: BinaryIO, bytes_max: int, fetch: Fetch) -> Fetched:
    try:
        return fetch(address, into=into, bytes_max=bytes_max, deadline_seconds=LOOK_SECONDS, loopback=_gateways())
    except FetchRefused as refusal:
        # The sentence names the host at most. Somebody may be looking around, or a name is set up wrongly.
        tell(Event.FETCH_BLOCKED, "an address was not fetched: %s", refusal, why="person")
        raise AddressRefused("unreachable") from refusal
    except FetchFailed as failure:
        logger.info("an address did not give a picture: %s", failure)
        match failure.reason:
            case "status":
                raise AddressRefused("status", status=failure.status) from failure
            case "too_large":
                raise AddressRefused("too_large", limit=bytes_max) from failure
            case _whatever:
                raise AddressRefused("unreachable") from failure


def _gateways() -> tuple[str, ...]:
    """In practice the sandbox's own pictures have addresses too, on this machine; paid studios have none such."""
    return tuple(settings.NB_OSS_HOSTS) if settings.NB_PRACTICE else ()
