"""What goes over the wire: one serializer that never holds a picture whole."""

import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO, Final, Self

import msgspec
import pybase64

from .chat import chat_document
from .native import DataOf, Json, native_document
from .request import GenerationRequest, InputImage, InputLink, InputPicture, Part, Turn
from .rules import encoded_bytes
from .way import Mode

PIECE_BYTES: Final = 90 * 1024
"""Read at once from an input file; becomes 120 KiB of Base64. A multiple of three: no piece ends in padding.

Half of it costs a quarter more: each piece passes the library, and waits for the other threads. Over 128 KiB the
allocator maps and unmaps each piece.
"""


class InputChanged(Exception):
    """An input picture is longer or shorter than it was when the request was made. The body cannot be finished."""


class Body:
    """The JSON document of one request: iterable again and again, with its exact length known beforehand.

    Iterating opens each picture in turn and closes it. It raises `InputChanged`, or what opening a picture raises.
    """

    def __init__(self, pieces: tuple[bytes, ...], images: tuple[InputImage, ...]) -> None:
        assert len(pieces) == len(images) + 1
        self._pieces = pieces
        self._images = images

    @classmethod
    def of(cls, request: GenerationRequest, wire_id: str = "") -> Self:
        """The body that asks for `request`; `wire_id` is the model's name where the catalogue's is not the one."""
        # The document is written with a mark in place of each picture and cut there. No prompt can hold the mark.
        mark = secrets.token_hex(16)
        document = msgspec.json.encode(_document(request, lambda _: mark, wire_id or request.model.wire_id))
        images = tuple(picture for picture in request.pictures if isinstance(picture, InputImage))
        return cls(tuple(document.split(mark.encode())), images)

    @property
    def size_bytes(self) -> int:
        """The Content-Length."""
        return sum(map(len, self._pieces)) + sum(encoded_bytes(image.size_bytes) for image in self._images)

    def __iter__(self) -> Iterator[bytes]:
        yield self._pieces[0]
        for image, piece in zip(self._images, self._pieces[1:], strict=True):
            yield from _encoded(image)
            yield piece


def without_pictures(request: GenerationRequest) -> Json:
    """What `Body` writes, for people to read: each picture by its size in words, addresses without their query."""
    return _document(_without_queries(request), lambda image: f"({image.size_bytes} bytes)", request.model.wire_id)


def _without_queries(request: GenerationRequest) -> GenerationRequest:
    def shown(picture: InputPicture) -> InputPicture:
        return replace(picture, uri=picture.shown_uri) if isinstance(picture, InputLink) else picture

    def shown_part(part: Part) -> Part:
        return part if isinstance(part.content, str) else replace(part, content=shown(part.content))

    history = tuple(Turn(turn.role, tuple(map(shown_part, turn.parts))) for turn in request.history)
    return replace(request, images=tuple(map(shown, request.images)), history=history)


def _document(request: GenerationRequest, data_of: DataOf, wire_id: str) -> Json:
    if request.way.mode is Mode.CHAT:
        return chat_document(request, data_of, wire_id)
    return native_document(request, data_of)


def _encoded(image: InputImage) -> Iterator[bytes]:
    left = image.size_bytes
    with image.open() as reader:
        while left:
            piece = _read(reader, min(left, PIECE_BYTES))
            left -= len(piece)
            yield pybase64.b64encode(piece)
        if reader.read(1):
            raise InputChanged(f"an input picture has more than its {image.size_bytes} bytes")


def _read(reader: BinaryIO, size: int) -> bytes:
    """Exactly `size` bytes: a piece cut elsewhere than at a multiple of three would end in padding."""
    piece = reader.read(size)
    while len(piece) < size:
        more = reader.read(size - len(piece))
        if not more:
            raise InputChanged("an input picture ends before its time")
        piece += more
    return piece
