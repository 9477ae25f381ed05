"""Answers as the model gives them, in the shapes of docs/provider.md."""

import base64
import json
from typing import Any

PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff\xe0"


def picture(number: int = 0, *, beginning: bytes = PNG, size_bytes: int = 1_000) -> bytes:
    """Bytes that look like a picture from their beginning; another number gives other bytes."""
    return beginning + bytes((number + each) % 251 for each in range(size_bytes - len(beginning)))


def image_part(data: bytes, mime_type: str = "image/png", **more: Any) -> dict[str, Any]:
    return {"inlineData": {"mimeType": mime_type, "data": base64.b64encode(data).decode()}, **more}


def text_part(text: str, **more: Any) -> dict[str, Any]:
    return {"text": text, **more}


def document(*parts: dict[str, Any], reason: str | None = "STOP", **more: Any) -> dict[str, Any]:
    """A model's answer with one candidate."""
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": list(parts)}, "index": 0}
    if reason is not None:
        candidate["finishReason"] = reason
    usage = {"promptTokenCount": 18, "candidatesTokenCount": 1231, "thoughtsTokenCount": 142, "totalTokenCount": 1391}
    return {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": "gemini-3-pro-image",
        "responseId": "rsp-1",
        **more,
    }


def to_bytes(value: object) -> bytes:
    return json.dumps(value).encode()


def gateway_error(code: str, message: str = "no", kind: str = "shell_api_error") -> bytes:
    return to_bytes({"error": {"message": message, "type": kind, "param": "", "code": code}})


def google_error(status: int, message: str = "no", word: str = "INVALID_ARGUMENT") -> bytes:
    return to_bytes({"error": {"code": status, "message": message, "status": word, "details": []}})
