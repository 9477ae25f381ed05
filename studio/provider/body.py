"""What goes over the wire: one serializer, in camelCase, that never holds a picture whole.

The gateway ignores snake_case keys without a word and draws the picture without the input image, at the full price.
So every body is written here, and a test looks for underscores.
"""

import secrets
from collections.abc import Callable, Iterator
from typing import BinaryIO, Final, Self

import msgspec
import pybase64

from .request import GenerationRequest, InputImage
from .rules import FOLLOW_SOURCE, encoded_bytes

PIECE_BYTES: Final = 48 * 1024
"""Read at once from an input file; becomes 64 KiB of Base64. Over 128 KiB the allocator maps and unmaps each piece."""


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
    def of(cls, request: GenerationRequest) -> Self:
        """The body that asks for `request`."""
        # The document is written with a mark in place of each picture and cut there. No prompt can hold the mark.
        mark = secrets.token_hex(16)
        document = msgspec.json.encode(_document(request, lambda _: mark))
        return cls(tuple(document.split(mark.encode())), request.images)

    @property
    def size_bytes(self) -> int:
        """The Content-Length."""
        return sum(map(len, self._pieces)) + sum(encoded_bytes(image.size_bytes) for image in self._images)

    def __iter__(self) -> Iterator[bytes]:
        yield self._pieces[0]
        for image, piece in zip(self._images, self._pieces[1:], strict=True):
            yield from _encoded(image)
            yield piece


def without_pictures(request: GenerationRequest) -> dict[str, object]:
    """The document that `Body` writes, each picture replaced by its size in words: for people to read."""
    return _document(request, lambda image: f"({image.size_bytes} bytes)")


def _document(request: GenerationRequest, data_of: Callable[[InputImage], str]) -> dict[str, object]:
    document: dict[str, object] = {"contents": _contents(request, data_of)}
    if request.system_prompt and request.system_prompt_mode == "system_instruction":
        document["systemInstruction"] = {"parts": [{"text": _sendable(request.system_prompt)}]}
    document["generationConfig"] = _generation_config(request)
    if request.web_search:
        document["tools"] = [{"googleSearch": {}}]
    return document


def _contents(request: GenerationRequest, data_of: Callable[[InputImage], str]) -> list[dict[str, object]]:
    """Oldest turn first. Text before pictures; the last picture decides the format when no ratio is sent."""
    contents: list[dict[str, object]] = []
    prompt = request.prompt
    if request.system_prompt and request.system_prompt_mode == "model_role":
        contents.append({"role": "model", "parts": [{"text": _sendable(request.system_prompt)}]})
    elif request.system_prompt and request.system_prompt_mode == "prefix":
        prompt = f"{request.system_prompt}\n\n{prompt}"
    parts: list[dict[str, object]] = [{"text": _sendable(prompt)}]
    parts += [{"inlineData": {"mimeType": image.mime_type, "data": data_of(image)}} for image in request.images]
    contents.append({"role": "user", "parts": parts})
    return contents


def _generation_config(request: GenerationRequest) -> dict[str, object]:
    config: dict[str, object] = {"responseModalities": ["TEXT", "IMAGE"] if request.text_answer else ["IMAGE"]}
    image_config: dict[str, str] = {}
    if request.ratio != FOLLOW_SOURCE:
        image_config["aspectRatio"] = request.ratio
    if request.model.sends_size:
        image_config["imageSize"] = request.size
    if image_config:
        config["imageConfig"] = image_config
    if request.thinking_level:
        config["thinkingConfig"] = {"thinkingLevel": request.thinking_level}
    return config


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


def _sendable(text: str) -> str:
    """The text with halves of surrogate pairs joined, and lonely ones replaced: they have no UTF-8."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
