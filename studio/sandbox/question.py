"""A request body, read as the gateway reads it: camelCase only, everything else quietly ignored."""

import binascii
from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec
import pybase64

from .errors import Refused, invalid_argument

type Fields = dict[str, msgspec.Raw]

_TOP = frozenset({"contents", "generationConfig", "systemInstruction", "safetySettings", "tools", "toolConfig"})
_CONTENT = frozenset({"role", "parts"})
_PART = frozenset({"text", "inlineData", "fileData", "thoughtSignature", "thought"})
_DATA = frozenset({"text", "inlineData", "fileData"})
_CONFIG = frozenset(
    {
        "responseModalities",
        "imageConfig",
        "maxOutputTokens",
        "thinkingConfig",
        "seed",
        "temperature",
        "topP",
        "topK",
        "candidateCount",
    }
)
_IMAGE_CONFIG = frozenset({"aspectRatio", "imageSize"})
_URL_ALPHABET = bytes.maketrans(b"-_", b"+/")


@dataclass(slots=True)
class Inline:
    """An inline picture. `data` is still Base64 inside the body, so that 14 of them cost nothing yet."""

    mime_type: str
    data: msgspec.Raw

    def decode(self) -> bytes:
        """The picture's bytes; both Base64 alphabets are taken. Raises `Refused`."""
        text = bytes(self.data)
        try:
            # A slash may be written \/ and a plus \u002b: then the JSON reader has to undo it.
            encoded = _plain(self.data).encode() if b"\\" in text else text.strip().strip(b'"')
            return pybase64.b64decode(encoded.translate(_URL_ALPHABET), validate=True)
        except (binascii.Error, ValueError) as error:
            raise invalid_argument(
                "Invalid value at 'inline_data.data' (TYPE_BYTES), Base64 decoding failed"
            ) from error


@dataclass(slots=True)
class Question:
    """What was asked, before anyone has judged it."""

    prompt: str = ""
    system_prompt: str = ""
    images: list[Inline] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    signatures: list[str] = field(default_factory=list)
    size: str | None = None
    ratio: str | None = None
    modalities: tuple[str, ...] = ("TEXT", "IMAGE")
    thinking_level: str = ""
    candidate_count: int = 1
    web_search: bool = False
    image_search: bool = False
    ignored: list[str] = field(default_factory=list)


def read(body: bytes, *, lenient: bool) -> Question:
    """The question in a body. `lenient` takes the one snake_case spelling that Google's own SDK sends.

    Raises `Refused` for what is no JSON, or has the wrong types.
    """
    question = Question()
    top = _fields(body, question, "", _TOP)
    contents = _list(top.get("contents"))
    if not contents:
        raise invalid_argument("GenerateContentRequest.contents: contents is not specified")
    for number, raw in enumerate(contents):
        _read_content(raw, question, f"contents[{number}]", lenient=lenient)
    if raw_instruction := top.get("systemInstruction"):
        _read_instruction(raw_instruction, question)
    if raw_config := top.get("generationConfig"):
        _read_config(raw_config, question)
    for tool in _list(top.get("tools")):
        _read_tool(tool, question)
    return question


def _read_content(raw: msgspec.Raw, question: Question, path: str, *, lenient: bool) -> None:
    content = _fields(raw, question, path, _CONTENT)
    role = _text(content.get("role"), "user")
    if role not in {"user", "model"}:
        raise invalid_argument("Please use a valid role: user, model.")
    texts = []
    for number, raw_part in enumerate(_list(content.get("parts"))):
        part = _fields(raw_part, question, f"{path}.parts[{number}]", _PART)
        if len(_DATA & part.keys()) > 1:
            raise invalid_argument(f"Invalid value at '{path}.parts[{number}]' (oneof), 'data' is already set")
        if "text" in part:
            texts.append(_text(part["text"]))
        if "inlineData" in part:
            _read_inline(part["inlineData"], question, f"{path}.parts[{number}].inlineData", lenient=lenient)
        if "fileData" in part:
            file = _fields(part["fileData"], question, f"{path}.fileData", frozenset({"mimeType", "fileUri"}))
            if uri := _text(file.get("fileUri")):
                question.links.append(uri)
        if signature := _text(part.get("thoughtSignature")):
            question.signatures.append(signature)
    if role == "user":
        question.prompt = "\n".join(filter(None, texts)) or question.prompt


def _read_inline(raw: msgspec.Raw, question: Question, path: str, *, lenient: bool) -> None:
    known = frozenset({"mimeType", "data", "mime_type"} if lenient else {"mimeType", "data"})
    inline = _fields(raw, question, path, known)
    mime_type = _text(inline.get("mimeType")) or _text(inline.get("mime_type"))
    # Without a type of its own the picture is not referenced: no error, only no picture.
    if mime_type and "data" in inline:
        question.images.append(Inline(mime_type, inline["data"]))


def _read_instruction(raw: msgspec.Raw, question: Question) -> None:
    instruction = _fields(raw, question, "systemInstruction", _CONTENT)
    parts = [_fields(part, question, "systemInstruction.parts", _PART) for part in _list(instruction.get("parts"))]
    question.system_prompt = "\n".join(_text(part.get("text")) for part in parts)


def _read_config(raw: msgspec.Raw, question: Question) -> None:
    config = _fields(raw, question, "generationConfig", _CONFIG)
    if "responseModalities" in config:
        question.modalities = tuple(_text(item) for item in _list(config["responseModalities"]))
    if "candidateCount" in config:
        question.candidate_count = _whole(config["candidateCount"])
    if "thinkingConfig" in config:
        known = frozenset({"thinkingLevel", "includeThoughts", "thinkingBudget"})
        thinking = _fields(config["thinkingConfig"], question, "generationConfig.thinkingConfig", known)
        question.thinking_level = _text(thinking.get("thinkingLevel")).lower()
    if "imageConfig" in config:
        image = _fields(config["imageConfig"], question, "generationConfig.imageConfig", _IMAGE_CONFIG)
        question.size = _text(image["imageSize"]) if "imageSize" in image else None
        question.ratio = _text(image["aspectRatio"]) if "aspectRatio" in image else None


def _read_tool(raw: msgspec.Raw, question: Question) -> None:
    tool = _fields(raw, question, "tools", frozenset({"googleSearch"}))
    if "googleSearch" not in tool:
        return
    search = _fields(tool["googleSearch"], question, "tools.googleSearch", frozenset({"searchTypes"}))
    # As an array the search types are no error, and no search either.
    types = bytes(search.get("searchTypes", b"{}"))
    question.image_search = b"imageSearch" in types and not types.lstrip().startswith(b"[")
    question.web_search = True


def _fields(raw: bytes | msgspec.Raw, question: Question, path: str, known: Iterable[str]) -> Fields:
    found: Fields = _decode(raw, dict[str, msgspec.Raw])
    for name in found.keys() - known:
        question.ignored.append(f"{path}.{name}".lstrip("."))
    # JSON null is the same as not there.
    return {name: value for name, value in found.items() if name in known and bytes(memoryview(value)[:4]) != b"null"}


def _list(raw: msgspec.Raw | None) -> list[msgspec.Raw]:
    return _decode(raw, list[msgspec.Raw]) if raw else []


def _text(raw: msgspec.Raw | None, default: str = "") -> str:
    return _plain(raw) if raw else default


def _plain(raw: msgspec.Raw) -> str:
    return _decode(raw, str)


def _whole(raw: msgspec.Raw) -> int:
    return _decode(raw, int)


def _decode[Kind](raw: bytes | msgspec.Raw, kind: type[Kind]) -> Kind:
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise invalid_argument(f"Invalid JSON payload received. {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise invalid_argument("Invalid JSON payload received. Unable to parse") from error


__all__ = ["Inline", "Question", "Refused", "read"]
