"""Which files an archive of frames holds, under which names, and what of them is not there any more."""

from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from django.core.files.storage import FileSystemStorage, default_storage
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import Generation, Output
from ..storage import objects
from ..storage.file_names import file_name, output_stem
from .sheet import Line, sheet_of
from .zipped import Stored, Written, Zipped

FRAMES_MAX: Final = 2_000
"""Of one archive: its list is made before its first byte is sent. A whole project is exported instead."""
SHEET_NAME: Final = "parameters.csv"
_ROLES: Final = (Output.Role.PRIMARY, Output.Role.VARIANT)
_NO_PICTURE: Final = _("There is no picture.")
_MISSING: Final = _("Its file is missing from storage. Ask an admin of the studio.")
_DAMAGED: Final = _("Its file in storage is damaged. Ask an admin of the studio.")
_AT_ONCE: Final = 8
"""Questions to a bucket at the same time: each takes some milliseconds, and all are asked before the first byte."""


@dataclass(frozen=True, slots=True)
class PictureArchive:
    """The file, and how many pictures of how many are in it."""

    file: Zipped
    pictures: int
    missing: int


def archive_of(generations: Sequence[Generation]) -> PictureArchive:
    """The originals of these frames with `parameters.csv`. A picture that storage does not have is named there.

    The generations come with run, project, person and outputs; nothing is asked of the database while it is sent.
    """
    outputs = [output for generation in generations for output in shown_outputs(generation)]
    troubles = dict(zip(outputs, _troubles(outputs), strict=True))
    members = [
        Stored(file_name(output_stem(output), output.mime_type), output.key, output.size_bytes)
        for output in outputs
        if not troubles[output]
    ]
    lines = [line for generation in generations for line in _lines(generation, troubles)]
    written = Written(SHEET_NAME, sheet_of(lines))
    return PictureArchive(Zipped([written, *members]), len(members), len(outputs) - len(members))


def shown_outputs(generation: Generation) -> list[Output]:
    """The frame's own picture, then further ones; no drafts and no thoughts."""
    shown = [output for output in generation.outputs.all() if output.role in _ROLES]
    return sorted(shown, key=lambda output: (output.role != Output.Role.PRIMARY, output.position))


def _lines(generation: Generation, troubles: dict[Output, Promise | None]) -> list[Line]:
    outputs = shown_outputs(generation)
    if not outputs:
        return [Line(generation, None, is_first=True, trouble=_NO_PICTURE)]
    return [Line(generation, output, is_first=output is outputs[0], trouble=troubles[output]) for output in outputs]


def _troubles(outputs: Iterable[Output]) -> list[Promise | None]:
    """For each a sentence, or None if its file is there and whole. Other threads speak no language of their own."""
    if isinstance(default_storage, FileSystemStorage):
        return list(map(_trouble, outputs))
    with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="archive") as pool:
        return list(pool.map(_trouble, outputs))


def _trouble(output: Output) -> Promise | None:
    try:
        is_whole = objects.size_of(output.key) == output.size_bytes
    except FileNotFoundError:
        return _MISSING
    return None if is_whole else _DAMAGED
