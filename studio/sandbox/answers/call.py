"""One call being answered, and the reply to it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import msgspec

from ...provider.catalogue import Pixels
from ..behaviour import Behaviour
from ..checks import Accepted
from ..easel import Easel
from ..pictures.order import Format
from ..shelf import Shelf

PICTURES_MAX = 40


@dataclass(slots=True)
class Reply:
    """A body in one piece, or in many; `length` is the Content-Length of many, where they have one."""

    status: int
    body: bytes | Iterable[bytes]
    content_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    usage: dict[str, Any] = field(default_factory=dict)
    length: int | None = None


def json_reply(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(status, msgspec.json.encode(content), headers=headers or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """What an answer may use: the accepted question, what is to happen, and the means to paint."""

    accepted: Accepted
    behaviour: Behaviour
    prompt: str
    sequence: int
    id: str
    url: str
    base_url: str
    has_history: bool
    is_unsigned: bool
    quota: int
    searches: int
    chance: Random
    easel: Easel
    shelf: Shelf
    signer: str

    @property
    def pixels(self) -> Pixels:
        if self.behaviour.pixels:
            across, down = self.behaviour.pixels.split("x")
            return int(across), int(down)
        return self.accepted.model.pixels(self.accepted.size, self.accepted.ratio)

    @property
    def format(self) -> Format:
        return Format.PNG if self.behaviour.png else Format.JPEG

    def picture(self, number: int = 0) -> bytes:
        """A finished picture; each `number` of a call is another one."""
        return self.easel.paint(self.prompt, self.accepted.photos, self.pixels, self.format, self.sequence, number)

    def count(self, default: int) -> int:
        return max(1, min(self.behaviour.count or default, PICTURES_MAX))

    @property
    def texts(self) -> bool:
        """Whether words may stand beside the picture. Asked for pictures alone, the model says nothing."""
        return self.accepted.texts


type Part = dict[str, Any]
