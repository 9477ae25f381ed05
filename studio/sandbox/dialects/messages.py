"""The body of a chat completion, read into the same question. Pictures come as data URIs alone.

An address in place of one is no error: nobody fetches it, the model imagines the picture, and the call is charged.
"""

import re
from typing import Final

import msgspec

from ..errors import Refused, gateway_error
from ..fields import fields, is_text, listed, text, whole
from ..question import Inline, Question

_TOP = frozenset(
    {
        "model",
        "messages",
        "modalities",
        "n",
        "stream",
        "max_tokens",
        "max_completion_tokens",
        "temperature",
        "top_p",
        "seed",
        "user",
    }
)
_MESSAGE = frozenset({"role", "content", "name"})
_PART = frozenset({"type", "text", "image_url"})
_ROLES_OF_ORDERS = frozenset({"system", "developer"})
_DATA_URI = re.compile(r"data:([\w.+-]+/[\w.+-]+)((?:;[\w=.+-]+)*?);base64,", re.ASCII)
_IDS_FOR_4K: Final = {
    "gemini-3.1-flash-image-preview-4k": "gemini-3.1-flash-image-preview",
    "gemini-3.1-flash-image-4k": "gemini-3.1-flash-image",
}
"""Chat clients cannot say a size, so these ids say it for them."""


def read(body: bytes, _lenient: bool) -> Question:
    """Raises `Refused`."""
    question = Question()
    top = fields(body, question.ignored, "", _TOP)
    asked_model = text(top.get("model"))
    if not asked_model:
        raise _invalid("you must provide a model parameter")
    question.model = _IDS_FOR_4K.get(asked_model, asked_model)
    question.size = "4K" if asked_model in _IDS_FOR_4K else None
    if top.get("stream") == msgspec.Raw(b"true"):
        raise _invalid("The sandbox does not stream")
    messages = listed(top.get("messages"))
    if not messages:
        raise _invalid("field messages is required")
    for number, raw in enumerate(messages):
        _read_message(raw, question, f"messages[{number}]")
    if "modalities" in top:
        question.modalities = tuple(text(item).upper() for item in listed(top["modalities"]))
    if "n" in top:
        question.candidate_count = whole(top["n"])
    return question


def _read_message(raw: msgspec.Raw, question: Question, path: str) -> None:
    message = fields(raw, question.ignored, path, _MESSAGE)
    role = text(message.get("role"))
    if role not in {"user", "assistant", *_ROLES_OF_ORDERS}:
        raise _invalid(f"Invalid value: {role!r}. Supported values are: 'system', 'assistant', 'user'.")
    words = _read_content(message.get("content"), question, f"{path}.content")
    if role in _ROLES_OF_ORDERS:
        question.system_prompt = "\n".join(filter(None, (question.system_prompt, words)))
    elif role == "user":
        question.prompt = words or question.prompt


def _read_content(raw: msgspec.Raw | None, question: Question, path: str) -> str:
    """The words of a message. Its pictures go to the question."""
    if raw is None:
        return ""
    if is_text(raw):
        return text(raw)
    words = []
    for number, raw_part in enumerate(listed(raw)):
        here = f"{path}[{number}]"
        part = fields(raw_part, question.ignored, here, _PART)
        match text(part.get("type")):
            case "text":
                words.append(text(part.get("text")))
            case "image_url":
                _read_image(part.get("image_url"), question, f"{here}.image_url")
            case kind:
                raise _invalid(f"Invalid value at {here}.type: {kind!r}")
    return "\n".join(filter(None, words))


def _read_image(raw: msgspec.Raw | None, question: Question, path: str) -> None:
    image = fields(raw, question.ignored, path, frozenset({"url", "detail"})) if raw else {}
    url = text(image.get("url"))
    if url.startswith(("https://", "http://")):
        question.ignored.append(f"{path}.url")
        return
    found = _DATA_URI.match(url)
    if found is None:
        raise _invalid(f"Invalid image data at {path}.url: a data URI in Base64 is needed")
    question.images.append(Inline(found[1], msgspec.Raw(msgspec.json.encode(url[found.end() :]))))


def _invalid(message: str) -> Refused:
    return Refused(400, gateway_error(f"{message} (sandbox)", "invalid_request", "invalid_request_error"))
