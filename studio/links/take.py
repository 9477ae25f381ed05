"""A picture from the address a person gave: copied in as an upload, or kept as the address that will be sent."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import unquote, urlsplit

from ..decoder import DecoderAway, NotAPicture, examine
from ..fetch import download_public
from ..models import Link, Project, Upload, User
from ..provider.catalogue import IMAGE_BYTES_MAX, LINK_CHARACTERS_MAX, Model
from ..provider.rules import is_processed_link
from ..storage.thumbnails import put_thumbnails
from ..storage.uploads import ORIGINAL_BYTES_MAX, UploadRefused, keep_picture
from .look import Fetch, Seen, look_at, plain_target
from .refusal import AddressRefused

BUCKET: Final = "gs://"
_SAME_TYPES: Final = {"image/jpg": "image/jpeg", "image/heif": "image/heic"}
"""Two names of one kind: what a server says and what the bytes say may each use either."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks for: an address, whether it goes along as such, and with which model.

    `mime_type` is for what nobody but the provider can open.
    """

    url: str
    is_sent: bool
    model: Model
    mime_type: str = ""


def take(
    wanted: Wanted, *, project: Project, person: User, now: datetime, fetch: Fetch = download_public
) -> Upload | Link:
    """The picture, for the tray. Raises `AddressRefused`. The same from the same person is the same row."""
    if wanted.url.startswith(BUCKET):
        return _unseen(wanted, project=project, person=person)
    if wanted.is_sent:
        _check_sendable(wanted)
    bytes_max = IMAGE_BYTES_MAX if wanted.is_sent else ORIGINAL_BYTES_MAX
    with look_at(wanted.url, person=person, now=now, bytes_max=bytes_max, fetch=fetch) as seen:
        if wanted.is_sent:
            return _kept(seen, project=project, person=person, now=now)
        return _copied(seen, project=project, person=person)


def _check_sendable(wanted: Wanted) -> None:
    """Raises `AddressRefused` for what the provider would not take, before anybody is asked anything."""
    if not wanted.model.link_schemes:
        raise AddressRefused("no_links", model=wanted.model.name)
    if len(plain_target(wanted.url)) > LINK_CHARACTERS_MAX:
        raise AddressRefused("too_long", limit=LINK_CHARACTERS_MAX)
    if is_processed_link(wanted.url):
        raise AddressRefused("processed")


def _copied(seen: Seen, *, project: Project, person: User) -> Upload:
    parts = urlsplit(seen.url)
    name = unquote(parts.path.rstrip("/").rpartition("/")[2]) or str(parts.hostname)
    try:
        return keep_picture(seen.file, name=name, project=project, person=person)
    except UploadRefused as refusal:
        raise AddressRefused(refusal.code, **refusal.facts) from refusal


def _kept(seen: Seen, *, project: Project, person: User, now: datetime) -> Link:
    actual = seen.facts.mime_type
    if _SAME_TYPES.get(seen.said_type, seen.said_type) != _SAME_TYPES.get(actual, actual):
        raise AddressRefused("mismatch", said=seen.said_type[:60], actual=actual)
    try:
        examined = examine(seen.file)
    except NotAPicture as refusal:
        raise AddressRefused(refusal.code) from refusal
    except DecoderAway as error:
        raise AddressRefused("away") from error
    seen.file.seek(0)
    sha256 = hashlib.sha256(seen.file.read()).hexdigest()
    facts = {
        "mime_type": actual,
        "size_bytes": seen.size_bytes,
        "width": seen.facts.width,
        "height": seen.facts.height,
        "thumbnail_key": put_thumbnails(sha256, examined.thumbnails),
        "colour": examined.colour,
        "checked_at": now,
    }
    return Link.objects.update_or_create(project=project, person=person, url=seen.url, defaults=facts)[0]


def _unseen(wanted: Wanted, *, project: Project, person: User) -> Link:
    """A `gs://` address: nobody but the provider can open it, so nothing is looked at."""
    if not wanted.is_sent:
        raise AddressRefused("bucket_copy")
    if "gs" not in wanted.model.link_schemes:
        raise AddressRefused("no_buckets", model=wanted.model.name)
    if len(wanted.url) > LINK_CHARACTERS_MAX:
        raise AddressRefused("too_long", limit=LINK_CHARACTERS_MAX)
    if not wanted.mime_type:
        raise AddressRefused("bucket_type")
    facts = {"mime_type": wanted.mime_type}
    return Link.objects.update_or_create(project=project, person=person, url=wanted.url, defaults=facts)[0]
