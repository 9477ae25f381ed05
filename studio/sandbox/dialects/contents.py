"""The body of `generateContent`, read as the gateway reads it: camelCase only, everything else quietly ignored."""

from typing import Final

import msgspec

from ..errors import invalid_argument
from ..fields import Fields, fields, listed, text, whole
from ..question import Inline, Linked, Question

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
_OF_THE_SDK: Final = {"mime_type": "mimeType", "file_uri": "fileUri", "thinking_level": "thinkingLevel"}


def read(body: bytes, lenient: bool) -> Question:
    """The question in a body. `lenient` takes the few snake_case names that Google's own SDK sends.

    Raises `Refused` for what is no JSON, or has the wrong types.
    """
    question = Question(lenient=lenient)
    top = _fields(body, question, "", _TOP)
    contents = listed(top.get("contents"))
    if not contents:
        raise invalid_argument("GenerateContentRequest.contents: contents is not specified")
    for number, raw in enumerate(contents):
        _read_content(raw, question, f"contents[{number}]")
    if raw_instruction := top.get("systemInstruction"):
        _read_instruction(raw_instruction, question)
    if raw_config := top.get("generationConfig"):
        _read_config(raw_config, question)
    for tool in listed(top.get("tools")):
        _read_tool(tool, question)
    return question


def _read_content(raw: msgspec.Raw, question: Question, path: str) -> None:
    content = _fields(raw, question, path, _CONTENT)
    role = text(content.get("role"), "user")
    if role not in {"user", "model"}:
        raise invalid_argument("Please use a valid role: user, model.")
    texts = []
    for number, raw_part in enumerate(listed(content.get("parts"))):
        here = f"{path}.parts[{number}]"
        part = _fields(raw_part, question, here, _PART)
        if len(_DATA & part.keys()) > 1:
            raise invalid_argument(f"Invalid value at '{here}' (oneof), 'data' is already set")
        if "text" in part:
            texts.append(text(part["text"]))
        if "inlineData" in part:
            _read_inline(part["inlineData"], question, f"{here}.inlineData")
        if "fileData" in part:
            _read_link(part["fileData"], question, f"{here}.fileData")
        if signature := text(part.get("thoughtSignature")):
            question.signatures.append(signature)
        elif role == "model" and "inlineData" in part and "thought" not in part:
            question.unsigned += 1
    if role == "user":
        question.prompt = "\n".join(filter(None, texts)) or question.prompt


def _read_inline(raw: msgspec.Raw, question: Question, path: str) -> None:
    inline = _fields(raw, question, path, frozenset({"mimeType", "data"}))
    mime_type = text(inline.get("mimeType"))
    # Without a type of its own the picture is not referenced: no error, only no picture.
    if mime_type and "data" in inline:
        question.images.append(Inline(mime_type, inline["data"]))


def _read_link(raw: msgspec.Raw, question: Question, path: str) -> None:
    file = _fields(raw, question, path, frozenset({"mimeType", "fileUri"}))
    if uri := text(file.get("fileUri")):
        question.images.append(Linked(uri, text(file.get("mimeType")), f"{path}.fileUri"))


def _read_instruction(raw: msgspec.Raw, question: Question) -> None:
    instruction = _fields(raw, question, "systemInstruction", _CONTENT)
    parts = [_fields(part, question, "systemInstruction.parts", _PART) for part in listed(instruction.get("parts"))]
    question.system_prompt = "\n".join(text(part.get("text")) for part in parts)


def _read_config(raw: msgspec.Raw, question: Question) -> None:
    config = _fields(raw, question, "generationConfig", _CONFIG)
    if "responseModalities" in config:
        question.modalities = tuple(text(item) for item in listed(config["responseModalities"]))
    if "candidateCount" in config:
        question.candidate_count = whole(config["candidateCount"])
    if "thinkingConfig" in config:
        known = frozenset({"thinkingLevel", "includeThoughts", "thinkingBudget"})
        thinking = _fields(config["thinkingConfig"], question, "generationConfig.thinkingConfig", known)
        question.thinking_level = text(thinking.get("thinkingLevel")).lower()
    if "imageConfig" in config:
        image = _fields(config["imageConfig"], question, "generationConfig.imageConfig", _IMAGE_CONFIG)
        question.size = text(image["imageSize"]) if "imageSize" in image else None
        question.ratio = text(image["aspectRatio"]) if "aspectRatio" in image else None


def _read_tool(raw: msgspec.Raw, question: Question) -> None:
    tool = _fields(raw, question, "tools", frozenset({"googleSearch"}))
    if "googleSearch" not in tool:
        return
    search = _fields(tool["googleSearch"], question, "tools.googleSearch", frozenset({"searchTypes"}))
    # As an array the search types are no error, and no search either.
    types = bytes(search.get("searchTypes", b"{}"))
    question.image_search = b"imageSearch" in types and not types.lstrip().startswith(b"[")
    question.web_search = True


def _fields(raw: bytes | msgspec.Raw, question: Question, path: str, known: frozenset[str]) -> Fields:
    """As `fields`; for Google's own SDK also by the names it fails to turn into camelCase."""
    spellings = {snake: camel for snake, camel in _OF_THE_SDK.items() if question.lenient and camel in known}
    found = fields(raw, question.ignored, path, known | spellings.keys())
    return {spellings.get(name, name): value for name, value in found.items()}
