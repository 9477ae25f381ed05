"""What the models said, put as OpenAI's clients expect it: a chat completion.

Two places for a picture are in use among gateways: `message.images`, beside the words, and a data URI in Markdown
among them. Thought signatures have no place here.
"""

import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, Final

import msgspec

from ..answers import Call, Reply
from ..answers.call import Part, json_reply
from ..errors import Body, gateway_error

FINISH: Final = {
    "STOP": "stop",
    "MAX_TOKENS": "length",
    "NO_IMAGE": "stop",
    "IMAGE_OTHER": "stop",
    "OTHER": "stop",
    "MALFORMED_FUNCTION_CALL": "stop",
}
"""Every other reason is a filter's."""


def reply(call: Call, native: Reply) -> Reply:
    """The same reply as a completion. Bodies that are no answer of a model go out as they are, errors in our shape."""
    if not isinstance(native.body, bytes):
        return native
    if not native.usage:
        return native if native.status == HTTPStatus.OK else _error_reply(native)
    document = msgspec.json.decode(native.body)
    completion = {
        "id": f"chatcmpl-{call.id}",
        "object": "chat.completion",
        "created": int(time.time()),
        "model": call.accepted.wire_id,
        "choices": list(_choices(call, document)),
        "usage": _usage(document["usageMetadata"]),
    }
    native.body = msgspec.json.encode(completion)
    return native


def error(body: Body) -> Body:
    """An error of Google's in the gateway's shape; the gateway's own as it is."""
    inner = body["error"]
    if "status" not in inner:
        return body
    return gateway_error(inner["message"], inner["status"].lower(), "invalid_request_error")


def _error_reply(native: Reply) -> Reply:
    """An error in the gateway's shape, whoever wrote it, perhaps inside a list; pages and silence as they are."""
    assert isinstance(native.body, bytes)
    try:
        found = msgspec.json.decode(native.body)
    except msgspec.DecodeError:
        return native
    is_list = isinstance(found, list) and len(found) == 1
    body = found[0] if is_list else found
    if not isinstance(body, dict) or not isinstance(body.get("error"), dict):
        return native
    put = error(body)
    return json_reply([put] if is_list else put, native.status, native.headers)


def _choices(call: Call, document: dict[str, Any]) -> Iterable[dict[str, Any]]:
    if feedback := document.get("promptFeedback", {}).get("blockReason"):
        yield _choice({"role": "assistant", "content": None, "refusal": f"blocked: {feedback}"}, "content_filter")
    for candidate in document.get("candidates") or ():
        parts = candidate["content"]["parts"] or []
        put = _in_markdown if call.behaviour.layout == "markdown" else _beside_the_words
        yield _choice(put(parts), FINISH.get(candidate["finishReason"], "content_filter"))


def _choice(message: dict[str, Any], finish: str) -> dict[str, Any]:
    return {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}


def _beside_the_words(parts: list[Part]) -> dict[str, Any]:
    message = _message(parts, "\n\n".join(part["text"] for part in _spoken(parts) if "text" in part))
    images = [uri for part in parts if (uri := _data_uri(part))]
    if images:
        message["images"] = [
            {"type": "image_url", "image_url": {"url": uri}, "index": number} for number, uri in enumerate(images)
        ]
    return message


def _in_markdown(parts: list[Part]) -> dict[str, Any]:
    pieces = [part["text"] if "text" in part else f"![image]({_data_uri(part)})" for part in _spoken(parts)]
    return _message(parts, "\n\n".join(pieces))


def _message(parts: list[Part], content: str) -> dict[str, Any]:
    message: dict[str, Any] = {"role": "assistant", "content": content}
    if thoughts := [part["text"] for part in parts if part.get("thought") and "text" in part]:
        message["reasoning_content"] = "\n\n".join(thoughts)
    return message


def _spoken(parts: list[Part]) -> list[Part]:
    """Without thinking in words. A picture that was only thought of has no flag here, and looks like any other."""
    return [part for part in parts if not (part.get("thought") and "text" in part)]


def _data_uri(part: Part) -> str:
    if "inlineData" in part:
        return f"data:{part['inlineData']['mimeType']};base64,{part['inlineData']['data']}"
    if "inline_data" in part:
        return f"data:{part['inline_data']['mime_type']};base64,{part['inline_data']['data']}"
    return ""


def _usage(counts: dict[str, Any]) -> dict[str, Any]:
    """In OpenAI's names. Thinking is part of what was completed, so the total is the same."""
    prompt, total = counts["promptTokenCount"], counts["totalTokenCount"]
    return {
        "prompt_tokens": prompt,
        "completion_tokens": total - prompt,
        "total_tokens": total,
        "prompt_tokens_details": _details(counts.get("promptTokensDetails", [])),
        "completion_tokens_details": {
            "reasoning_tokens": counts.get("thoughtsTokenCount", 0),
            **_details(counts.get("candidatesTokensDetails", [])),
        },
    }


def _details(details: list[dict[str, Any]]) -> dict[str, int]:
    return {f"{each['modality'].lower()}_tokens": each["tokenCount"] for each in details}
