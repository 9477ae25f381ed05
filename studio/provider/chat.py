"""The OpenAI-compatible way: the question as `messages`, and the answer's `choices` read as Gemini's candidates.

The gateway documents the request for Nano Banana (text and data URIs; addresses are not fetched). The layout of its
answer is documented nowhere; other gateways put the picture into `message.images` or as Markdown into
`message.content`, so both are read (docs/provider.md, "The OpenAI-compatible way").
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .native import DataOf, Json
from .request import GenerationRequest, InputImage
from .sendable import sendable

PATH: Final = "/v1/chat/completions"
FINISH_REASONS: Final[Mapping[str, str]] = MappingProxyType(
    {"stop": "STOP", "length": "MAX_TOKENS", "content_filter": "SAFETY"}
)
"""OpenAI's words for why an answer ended, as Gemini's. Any other word stays what it is, and nobody has heard of it."""
_USAGE: Final = MappingProxyType(
    {
        "promptTokenCount": "prompt_tokens",
        "candidatesTokenCount": "completion_tokens",
        "totalTokenCount": "total_tokens",
    }
)


def chat_document(request: GenerationRequest, data_of: DataOf, wire_id: str) -> Json:
    """`model` and `messages`. Size and format have no field here: see `way.through`."""
    prompt, messages = request.prompt, list[Json]()
    if request.system_prompt and request.way.system_prompt_mode == "prefix":
        prompt = f"{request.system_prompt}\n\n{prompt}"
    elif request.system_prompt:
        messages.append({"role": "system", "content": sendable(request.system_prompt)})
    content: list[Json] = [{"type": "text", "text": sendable(prompt)}]
    for picture in request.images:
        assert isinstance(picture, InputImage), "a chat takes no addresses; held by the rules"
        data_uri = f"data:{picture.mime_type};base64,{data_of(picture)}"
        content.append({"type": "image_url", "image_url": {"url": data_uri}})
    messages.append({"role": "user", "content": content})
    return {"model": wire_id, "messages": messages, "stream": False}


def is_chat(document: Mapping[str, object]) -> bool:
    """Whether an answer is a chat completion and not Gemini's."""
    return "choices" in document and "candidates" not in document


def as_candidates(document: Mapping[str, object]) -> Json:
    """The chat completion as the answer that Gemini's own wire would have given. Never raises."""
    choices = document.get("choices")
    read: Json = {
        "candidates": [_candidate(choice) for choice in choices] if isinstance(choices, list) else None,
        "responseId": document.get("id"),
        "modelVersion": document.get("model"),
        "error": document.get("error"),
    }
    usage = document.get("usage")
    if isinstance(usage, dict):
        read["usageMetadata"] = {ours: usage.get(theirs) for ours, theirs in _USAGE.items()}
    return read


def _candidate(choice: object) -> Json:
    if not isinstance(choice, dict):
        return {}
    message = choice.get("message")
    parts = _parts(message) if isinstance(message, dict) else []
    reason = choice.get("finish_reason")
    if isinstance(reason, str):
        reason = FINISH_REASONS.get(reason, reason)
    return {"content": {"role": "model", "parts": parts}, "finishReason": reason}


def _parts(message: Mapping[str, object]) -> list[Json]:
    """Words first. A data URI is read out of a text wherever it stands, so each picture becomes a text of its own."""
    content, refusal, images = message.get("content"), message.get("refusal"), message.get("images")
    words = [content, refusal]
    if isinstance(content, list):
        words[:1] = [text for each in content if isinstance(each, dict) for text in (each.get("text"), _url(each))]
    pictures = [_url(image) for image in images] if isinstance(images, list) else []
    return [{"text": text} for text in (*words, *pictures) if isinstance(text, str) and text]


def _url(image: object) -> object:
    """The address in `{"image_url": {"url": …}}`, also where the address stands there by itself."""
    found = image.get("image_url") if isinstance(image, dict) else None
    return found.get("url") if isinstance(found, dict) else found
