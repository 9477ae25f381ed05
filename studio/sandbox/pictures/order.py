"""What one picture is to be."""

from dataclasses import dataclass
from enum import Enum

from ...provider.catalogue import Pixels
from ..photo import Photo


class Format(Enum):
    JPEG = "image/jpeg"
    PNG = "image/png"

    @property
    def mime_type(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Order:
    """The last photo is the base of an edit; without photos the picture is made from words alone.

    `turn` counts up from picture to picture: where a prompt names several colours, each gets its turn.
    """

    prompt: str
    photos: tuple[Photo, ...]
    pixels: Pixels
    format: Format
    seed: str
    turn: int = 0
