"""The JSON of a question on Gemini's own wire, in camelCase.

The gateway ignores snake_case keys without a word and draws the picture without the input image, at the full price.
So every key of the wire is written here, and a test looks for underscores.
"""

from collections.abc import Callable

from .request import GenerationRequest, InputImage, InputPicture, Part
from .rules import FOLLOW_SOURCE
from .sendable import sendable

type Json = dict[str, object]
type DataOf = Callable[[InputImage], str]
"""What stands in the document for the Base64 of a picture."""


def native_document(request: GenerationRequest, data_of: DataOf) -> Json:
    """`contents`, `generationConfig` and what else the question needs."""
    document: Json = {"contents": _contents(request, data_of)}
    if request.system_prompt and request.way.system_prompt_mode == "system_instruction":
        document["systemInstruction"] = {"parts": [{"text": sendable(request.system_prompt)}]}
    document["generationConfig"] = _generation_config(request)
    if request.web_search:
        document["tools"] = [{"googleSearch": {}}]
    return document


def _contents(request: GenerationRequest, data_of: DataOf) -> list[Json]:
    """Oldest turn first, the system prompt before all of them."""
    turns: list[Json] = []
    if request.system_prompt and request.way.system_prompt_mode == "model_role":
        turns.append({"role": "model", "parts": [{"text": sendable(request.system_prompt)}]})
    first = request.system_prompt if request.way.system_prompt_mode == "prefix" else ""
    for turn in request.history:
        parts = [_part(part, data_of) for part in turn.parts]
        turns.append({"role": turn.role, "parts": _prefixed(parts, first)})
        first = ""
    turns.append({"role": "user", "parts": _prefixed(_asked(request, data_of), first)})
    return turns


def _asked(request: GenerationRequest, data_of: DataOf) -> list[Json]:
    """Text before pictures; the last picture decides the format when no ratio is sent."""
    return [{"text": sendable(request.prompt)}, *(_picture(picture, data_of) for picture in request.images)]


def _prefixed(parts: list[Json], words: str) -> list[Json]:
    """The parts of a person's turn, `words` in front of their text."""
    if not words:
        return parts
    first, *others = parts
    if "text" not in first:
        return [{"text": sendable(words)}, *parts]
    return [{**first, "text": f"{sendable(words)}\n\n{first['text']}"}, *others]


def _part(part: Part, data_of: DataOf) -> Json:
    content = part.content
    written: Json = {"text": sendable(content)} if isinstance(content, str) else _picture(content, data_of)
    return {**written, "thoughtSignature": part.signature} if part.signature else written


def _picture(picture: InputPicture, data_of: DataOf) -> Json:
    if isinstance(picture, InputImage):
        return {"inlineData": {"mimeType": picture.mime_type, "data": data_of(picture)}}
    return {"fileData": {"mimeType": picture.mime_type, "fileUri": picture.uri}}


def _generation_config(request: GenerationRequest) -> Json:
    config: Json = {"responseModalities": ["TEXT", "IMAGE"] if request.text_answer else ["IMAGE"]}
    image_config: Json = {}
    if request.ratio != FOLLOW_SOURCE:
        image_config["aspectRatio"] = request.ratio
    if request.model.sends_size:
        image_config["imageSize"] = request.size
    if image_config:
        config["imageConfig"] = image_config
    if request.thinking_level:
        config["thinkingConfig"] = {"thinkingLevel": request.thinking_level}
    return config
