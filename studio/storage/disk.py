"""Pictures on this machine's disk: each file is there whole, or not at all, also after a power cut."""

import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage

from .streams import Part, Stream


class DiskStorage(FileSystemStorage):
    """Django's own, but a file gets its name only once all of it has reached the disk.

    The spool forgets an answer as soon as its pictures are stored, so "stored" must not mean "in a buffer"; and a
    name stands for a content, so nobody may ever see half of it under that name.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        """As a bucket does, it takes what is saved in the place of what has that name; see `_save` for how."""
        super().__init__(*arguments, **{"allow_overwrite": True} | options)

    def _save(self, name: str, content: "File[Any]") -> str:
        path = Path(self.path(name))
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, unnamed = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                for chunk in content.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
            if self.file_permissions_mode is not None:
                Path(unnamed).chmod(self.file_permissions_mode)
            Path(unnamed).rename(path)
        except BaseException:
            Path(unnamed).unlink(missing_ok=True)
            raise
        for folder in (path.parent, path.parent.parent):
            _sync(folder)
        return name

    def stream(self, name: str, part: range | None = None) -> Stream:
        """The object, or a part of it. Raises FileNotFoundError."""
        file = Path(self.path(name)).open("rb")  # noqa: SIM115  (whoever sends it closes it)
        if part is None:
            # The file itself, so that a server may have the system send it.
            return Stream(file, os.fstat(file.fileno()).st_size)
        file.seek(part.start)
        return Stream(Part(file, len(part)), len(part))


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
