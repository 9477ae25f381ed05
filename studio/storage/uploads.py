"""Letting a person's picture in: capped while it streams, judged by its bytes, stored once."""

import hashlib
import logging
import unicodedata
from pathlib import PurePosixPath
from typing import Any, BinaryIO, Final, cast

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from ..decoder import DecoderAway, NotAPicture, examine
from ..models import Project, Upload, User
from ..provider.catalogue import IMAGE_BYTES_MAX
from . import keys, objects

logger = logging.getLogger(__name__)

NAME_CHARACTERS_MAX: Final = 120
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of what is not seen but does something: control, direction, half a pair, line and paragraph."""


class UploadRefused(ValueError):
    """The file is not let in: `code` is empty, too_big, wrong_type, unreadable, too_many_pixels or away (for now)."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class CappedUploadHandler(TemporaryFileUploadHandler):
    """Writes an upload to disk as it arrives and keeps nothing past the limit, which is that of one image.

    A file that was cut carries `was_cut`, so that the person is told about this file while the others are kept.
    """

    bytes_max: int = IMAGE_BYTES_MAX

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
    if getattr(file, "was_cut", False) or size_bytes > IMAGE_BYTES_MAX:
        raise UploadRefused("too_big", name=name, size=size_bytes, limit=IMAGE_BYTES_MAX)
    if size_bytes == 0:
        raise UploadRefused("empty", name=name)
    return keep_picture(cast("BinaryIO", file.file), name=name, project=project, person=person)


def keep_picture(stream: BinaryIO, *, name: str, project: Project, person: User) -> Upload:
    """As `bring_in`, from bytes that are here and within the limit. `stream` is read from its beginning."""
    name = clean_name(name)
    try:
        examined = examine(stream)
    except NotAPicture as refusal:
        raise UploadRefused(refusal.code, name=name) from refusal
    except DecoderAway as error:
        logger.exception("an upload could not be looked at")
        raise UploadRefused("away", name=name) from error
    facts, (small, icon) = examined.facts, examined.thumbnails
    stream.seek(0)
    data = stream.read()  # at most 7 MB: whoever took it in saw to it
    sha256 = hashlib.sha256(data).hexdigest()
    key, thumbnail_key = keys.picture_key(sha256, facts.mime_type), keys.thumbnail_key(sha256)
    objects.put_bytes(key, data)
    objects.put_bytes(thumbnail_key, small)
    objects.put_bytes(keys.icon_key(thumbnail_key), icon)
    upload, _ = Upload.objects.get_or_create(
        project=project,
        person=person,
        sha256=sha256,
        defaults={
            "name": name,
            "mime_type": facts.mime_type,
            "size_bytes": len(data),
            "width": facts.width,
            "height": facts.height,
            "key": key,
            "thumbnail_key": thumbnail_key,
        },
    )
    return upload


def clean_name(name: str) -> str:
    """A label only, never a path: the last part, without control and direction characters, at most 120 long."""
    bare = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(character for character in bare if unicodedata.category(character) not in _HIDDEN)
    label = shown.strip()[:NAME_CHARACTERS_MAX]
    return label if label.strip(". ") else "image"
