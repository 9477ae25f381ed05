"""Letting a person's picture in: capped while it streams, judged by its bytes, stored once."""

import logging
import tempfile
import unicodedata
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final, cast

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.utils import timezone

from ..decoder import DecoderAway, Examined, NotAPicture, PictureFacts, copy_clean
from ..models import Project, Upload, User
from ..models.stored import Stored
from . import keys, objects
from .thumbnails import put_thumbnails

logger = logging.getLogger(__name__)

ORIGINAL_BYTES_MAX: Final = 30_000_000
"""Of what is let in. The model takes 7 MB; what is above goes along as a smaller copy, or not at all."""
UPLOADS_A_DAY_MAX: Final = 500
"""Of one person, in any 24 hours: a script that has gone wild is stopped before it has filled the disk."""
DAY: Final = timedelta(days=1)
NAME_CHARACTERS_MAX: Final = 120
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of what is not seen but does something: control, direction, half a pair, line and paragraph."""


class UploadRefused(ValueError):
    """The file is not let in, or no copy of it made. `code` is one of:

    - `empty`, `too_big`, `wrong_type`, `unreadable`, `too_many_pixels`: what it is;
    - `too_many`: what one person may add in a day; `at` is when there is room again;
    - `no_smaller`, `gone`: of a copy alone; `outside`, `no_letters`: of an edited one;
    - `away`: for now.
    """

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Writes an upload to disk as it arrives and keeps nothing past the limit.

    A file that was cut carries `was_cut`, so that the person is told about this file while the others are kept.
    """

    bytes_max: int = ORIGINAL_BYTES_MAX

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        self.was_cut = False
        self.received_bytes = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.received_bytes += len(raw_data)
        if start + len(raw_data) > self.bytes_max:
            self.was_cut = True
            return
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> TemporaryUploadedFile | None:
        file = cast("TemporaryUploadedFile", super().file_complete(file_size))
        file.was_cut = self.was_cut  # type: ignore[attr-defined]
        file.size = self.received_bytes
        return file


class LogUploadHandler(CappedUploadHandler):
    """The same, for an exported log of the gateway."""

    bytes_max = 50_000_000


def bring_in(file: "UploadedFile[bytes]", *, project: Project, person: User) -> Upload:
    """The stored upload; the same bytes from the same person in the same project are the same upload.

    Raises `UploadRefused`. The bytes are stored before the row that names them.
    """
    name = clean_name(file.name or "")
    size_bytes = file.size or 0
    if getattr(file, "was_cut", False) or size_bytes > ORIGINAL_BYTES_MAX:
        raise UploadRefused("too_big", name=name, size=size_bytes, limit=ORIGINAL_BYTES_MAX)
    if size_bytes == 0:
        raise UploadRefused("empty", name=name)
    return keep_picture(cast("BinaryIO", file.file), name=name, project=project, person=person)


def keep_picture(stream: BinaryIO, *, name: str, project: Project, person: User) -> Upload:
    """As `bring_in`, from bytes that are here and within the limit. `stream` is read from its beginning."""
    name = clean_name(name)
    refuse_too_many(name, person)
    with tempfile.TemporaryFile(prefix="nb-copy-") as copied:
        try:
            examined = copy_clean(stream, copied)
        except NotAPicture as refusal:
            raise UploadRefused(refusal.code, name=name) from refusal
        except DecoderAway as error:
            logger.exception("an upload could not be looked at")
            raise UploadRefused("away", name=name) from error
        copy = keep_copy(copied, examined)
    original = keep_file(stream, examined.facts)
    facts = {
        "name": name,
        "mime_type": original.mime_type,
        "size_bytes": original.size_bytes,
        "width": examined.facts.width,
        "height": examined.facts.height,
        "key": original.key,
    }
    upload, is_new = Upload.objects.get_or_create(
        project=project, person=person, sha256=original.sha256, defaults=facts | columns_of(copy, examined)
    )
    if not is_new and not upload.copy_key:  # brought in before there were working copies
        Upload.objects.filter(pk=upload.pk).update(**columns_of(copy, examined))
        upload.refresh_from_db()
    return upload


def keep_copy(copied: BinaryIO, examined: Examined) -> Stored:
    """Store a copy that was made, and the small pictures of it."""
    assert examined.copy is not None, "a copy was asked for"
    copy = keep_file(copied, examined.copy)
    put_thumbnails(copy.sha256, examined.thumbnails)
    return copy


def keep_file(stream: BinaryIO, facts: PictureFacts) -> Stored:
    """Store the whole stream, in pieces, under the name of its content."""
    sha256, size_bytes = objects.digest_of(stream)
    key = keys.picture_key(sha256, facts.mime_type)
    objects.put_stream(key, stream, size_bytes)
    return Stored(key, facts.mime_type, size_bytes, sha256)


def columns_of(copy: Stored, examined: Examined) -> dict[str, object]:
    """What a row says of its working copy, and of what is shown of it."""
    return {
        "copy_key": copy.key,
        "copy_sha256": copy.sha256,
        "copy_mime_type": copy.mime_type,
        "copy_size_bytes": copy.size_bytes,
        "thumbnail_key": keys.thumbnail_key(copy.sha256),
        "colour": examined.colour,
    }


def refuse_too_many(name: str, person: User) -> None:
    """Raises `UploadRefused` with the moment from which on there is room again."""
    since = timezone.now() - DAY
    newest = Upload.objects.added().filter(person=person, created_at__gt=since).order_by("-created_at")
    in_the_way = newest.values_list("created_at", flat=True)[UPLOADS_A_DAY_MAX - 1 : UPLOADS_A_DAY_MAX].first()
    if in_the_way is not None:
        raise UploadRefused("too_many", name=name, limit=UPLOADS_A_DAY_MAX, at=in_the_way + DAY)


def clean_name(name: str) -> str:
    """A label only, never a path: the last part, without control and direction characters, at most 120 long."""
    bare = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(character for character in bare if unicodedata.category(character) not in _HIDDEN)
    label = shown.strip()[:NAME_CHARACTERS_MAX]
    return label if label.strip(". ") else "image"
