"""A picture with its parameters inside, on request: what it was asked for with is written beside its pixels.

Byte by byte: the file is never decoded, and what is drawn stays what it was. Each format says where its text belongs
(`png`, `jpeg`, `webp`), `packet` is that text, and `splices` reads a file as if it had been changed already.
"""

from collections.abc import Callable
from typing import BinaryIO, Final

from . import jpeg, png, webp
from .packet import CannotInscribe, Parameters
from .splices import Splice, Spliced

__all__ = ["INSCRIBED_TYPES", "CannotInscribe", "Parameters", "Splice", "Spliced", "inscribed"]

_FORMATS: Final[dict[str, Callable[[BinaryIO, Parameters], list[Splice]]]] = {
    "image/png": png.splices,
    "image/jpeg": jpeg.splices,
    "image/webp": webp.splices,
}
INSCRIBED_TYPES: Final = frozenset(_FORMATS)


def inscribed(file: BinaryIO, mime_type: str, parameters: Parameters) -> Spliced:
    """The file with the parameters in it, to be read in pieces. Raises `CannotInscribe`, and leaves `file` open."""
    if mime_type not in _FORMATS:
        raise CannotInscribe(mime_type)
    return Spliced(file, _FORMATS[mime_type](file, parameters))
