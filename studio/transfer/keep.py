"""The pictures of an import: each is what it says before it is stored, and none stays of an import that failed."""

import hashlib
import logging
import tempfile
from pathlib import Path

from django.db.models import Q

from ..decoder import Examined, NotAPicture, examine
from ..models import Link, Output, Upload
from ..storage import keys, objects
from ..storage.thumbnails import put_thumbnails
from .document import File
from .parcel import Parcel, Refused

logger = logging.getLogger(__name__)


class Keeper:
    """Stores pictures, remembers which objects were not there before, and which colour each picture has."""

    def __init__(self, parcel: Parcel) -> None:
        self._parcel = parcel
        self._new: list[tuple[str, str]] = []  # key, and the content it is of
        self.colours: dict[str, str] = {}  # by content

    def keep(self, file: File) -> None:
        """Checked by its digest and by the decoder; then it is stored with its small pictures. Raises `Refused`."""
        with tempfile.NamedTemporaryFile(prefix="nb-import-") as copy:
            digest = hashlib.sha256()
            for piece in self._parcel.pieces_of(file):
                digest.update(piece)
                copy.write(piece)
            copy.flush()
            if digest.hexdigest() != file.sha256:
                raise Refused(f"The file {file.sha256[:12]} is not the one that was exported.")
            examined = _examined(file, Path(copy.name))
            key, thumbnail_key = keys.picture_key(file.sha256, file.mime_type), keys.thumbnail_key(file.sha256)
            self._remember(file, *keys.keys_with(key, thumbnail_key))
            objects.put_file(key, Path(copy.name))
            put_thumbnails(file.sha256, examined.thumbnails)
            self.colours[file.sha256] = examined.colour

    def undo(self) -> None:
        """Remove what was stored and no row names. An object that was there before, or is wanted by now, stays."""
        for key, sha256 in self._new:
            if not _is_named(key, sha256):
                objects.remove(key)

    def _remember(self, file: File, *all_keys: str) -> None:
        self._new += [(key, file.sha256) for key in all_keys if not objects.object_exists(key)]


def _examined(file: File, path: Path) -> Examined:
    try:
        examined = examine(path)
    except NotAPicture as refusal:
        raise Refused(f"The file {file.sha256[:12]} is no picture that is let in: {refusal.code}.") from refusal
    facts = examined.facts
    if (facts.mime_type, facts.width, facts.height) != (file.mime_type, file.width, file.height):
        raise Refused(f"The file {file.sha256[:12]} is another picture than it says.")
    return examined


def _is_named(key: str, sha256: str) -> bool:
    thumbnail_key = keys.thumbnail_key(sha256)
    return (
        Output.objects.filter(sha256=sha256, generation__purged_at__isnull=True).exists()
        or Upload.objects.filter(Q(key=key) | Q(copy_key=key)).exists()
        or Upload.objects.filter(thumbnail_key=thumbnail_key).exists()
        or Link.objects.filter(thumbnail_key=thumbnail_key).exists()
    )
