"""What was asked, in whichever dialect."""

import binascii
from dataclasses import dataclass, field

import msgspec
import pybase64

from .errors import invalid_argument
from .fields import text

_URL_ALPHABET = bytes.maketrans(b"-_", b"+/")


@dataclass(slots=True)
class Inline:
    """An inline picture. `data` is still Base64 inside the body, so that 14 of them cost nothing yet."""

    mime_type: str
    data: msgspec.Raw

    def decode(self) -> bytes:
        """The picture's bytes; both Base64 alphabets are taken. Raises `Refused`."""
        raw = bytes(self.data)
        try:
            # A slash may be written \/ and a plus \u002b: then the JSON reader has to undo it.
            encoded = text(self.data).encode() if b"\\" in raw else raw.strip().strip(b'"')
            return pybase64.b64decode(encoded.translate(_URL_ALPHABET), validate=True)
        except (binascii.Error, ValueError) as error:
            raise invalid_argument(
                "Invalid value at 'inline_data.data' (TYPE_BYTES), Base64 decoding failed"
            ) from error


@dataclass(frozen=True, slots=True)
class Linked:
    """A picture by address. `path` is where in the body it stands."""

    uri: str
    mime_type: str
    path: str


@dataclass(slots=True)
class Question:
    """What was asked, before anyone has judged it.

    `images` are those of all turns, oldest first. `unsigned` counts pictures of the model's own turns that came
    back without their signature.
    """

    model: str = ""
    lenient: bool = False
    prompt: str = ""
    system_prompt: str = ""
    images: list[Inline | Linked] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    unsigned: int = 0
    size: str | None = None
    ratio: str | None = None
    modalities: tuple[str, ...] = ("TEXT", "IMAGE")
    thinking_level: str = ""
    candidate_count: int = 1
    web_search: bool = False
    image_search: bool = False
    ignored: list[str] = field(default_factory=list)
