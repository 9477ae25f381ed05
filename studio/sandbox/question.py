"""A request body, read as the gateway reads it: camelCase only, everything else quietly ignored."""

import binascii
from dataclasses import dataclass, field

import msgspec
import pybase64

from .errors import invalid_argument
from .fields import fields, listed, text, whole

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
        raw = bytes(self.data)
        try:
            # A slash may be written \/ and a plus \u002b: then the JSON reader has to undo it.
            encoded = text(self.data).encode() if b"\\" in raw else raw.strip().strip(b'"')
            return pybase64.b64decode(encoded.translate(_URL_ALPHABET), validate=True)
        except (binascii.Error, ValueError) as error:
            raise invalid_argument(
                "Invalid value at 'inline_data.data' (TYPE_BYTES), Base64 decoding failed"
            ) from error


@dataclass(slots=True)
class Question:
    """What was asked, before anyone has judged it."""

    model: str = ""
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


def read(body: bytes, lenient: bool) -> Question:
    """The question in a body. `lenient` takes the one snake_case spelling that Google's own SDK sends.

    Raises `Refused` for what is no JSON, or has the wrong types.
    """
    question = Question()
    top = fields(body, question.ignored, "", _TOP)
    contents = listed(top.get("contents"))
    if not contents:
        raise invalid_argument("GenerateContentRequest.contents: contents is not specified")
    for number, raw in enumerate(contents):
        _read_content(raw, question, f"contents[{number}]", lenient=lenient)
    if raw_instruction := top.get("systemInstruction"):
        _read_instruction(raw_instruction, question)
    if raw_config := top.get("generationConfig"):
        _read_config(raw_config, question)
    for tool in listed(top.get("tools")):
        _read_tool(tool, question)
    return question


def _read_content(raw: msgspec.Raw, question: Question, path: str, *, lenient: bool) -> None:
    content = fields(raw, question.ignored, path, _CONTENT)
    role = text(content.get("role"), "user")
    if role not in {"user", "model"}:
        raise invalid_argument("Please use a valid role: user, model.")
    texts = []
    for number, raw_part in enumerate(listed(content.get("parts"))):
        part = fields(raw_part, question.ignored, f"{path}.parts[{number}]", _PART)
        if len(_DATA & part.keys()) > 1:
            raise invalid_argument(f"Invalid value at '{path}.parts[{number}]' (oneof), 'data' is already set")
        if "text" in part:
            texts.append(text(part["text"]))
        if "inlineData" in part:
            _read_inline(part["inlineData"], question, f"{path}.parts[{number}].inlineData", lenient=lenient)
        if "fileData" in part:
            file = fields(part["fileData"], question.ignored, f"{path}.fileData", frozenset({"mimeType", "fileUri"}))
            if uri := text(file.get("fileUri")):
                question.links.append(uri)
        if signature := text(part.get("thoughtSignature")):
            question.signatures.append(signature)
    if role == "user":
        question.prompt = "\n".join(filter(None, texts)) or question.prompt


def _read_inline(raw: msgspec.Raw, question: Question, path: str, *, lenient: bool) -> None:
    known = frozenset({"mimeType", "data", "mime_type"} if lenient else {"mimeType", "data"})
    inline = fields(raw, question.ignored, path, known)
    mime_type = text(inline.get("mimeType")) or text(inline.get("mime_type"))
    # Without a type of its own the picture is not referenced: no error, only no picture.
    if mime_type and "data" in inline:
        question.images.append(Inline(mime_type, inline["data"]))


def _read_instruction(raw: msgspec.Raw, question: Question) -> None:
    instruction = fields(raw, question.ignored, "systemInstruction", _CONTENT)
    parts = [
        fields(part, question.ignored, "systemInstruction.parts", _PART) for part in listed(instruction.get("parts"))
    ]
    question.system_prompt = "\n".join(text(part.get("text")) for part in parts)


def _read_config(raw: msgspec.Raw, question: Question) -> None:
    config = fields(raw, question.ignored, "generationConfig", _CONFIG)
    if "responseModalities" in config:
        question.modalities = tuple(text(item) for item in listed(config["responseModalities"]))
    if "candidateCount" in config:
        question.candidate_count = whole(config["candidateCount"])
    if "thinkingConfig" in config:
        known = frozenset({"thinkingLevel", "includeThoughts", "thinkingBudget"})
        thinking = fields(config["thinkingConfig"], question.ignored, "generationConfig.thinkingConfig", known)
        question.thinking_level = text(thinking.get("thinkingLevel")).lower()
    if "imageConfig" in config:
        image = fields(config["imageConfig"], question.ignored, "generationConfig.imageConfig", _IMAGE_CONFIG)
        question.size = text(image["imageSize"]) if "imageSize" in image else None
        question.ratio = text(image["aspectRatio"]) if "aspectRatio" in image else None


def _read_tool(raw: msgspec.Raw, question: Question) -> None:
    tool = fields(raw, question.ignored, "tools", frozenset({"googleSearch"}))
    if "googleSearch" not in tool:
        return
    search = fields(tool["googleSearch"], question.ignored, "tools.googleSearch", frozenset({"searchTypes"}))
    # As an array the search types are no error, and no search either.
    types = bytes(search.get("searchTypes", b"{}"))
    question.image_search = b"imageSearch" in types and not types.lstrip().startswith(b"[")
    question.web_search = True
