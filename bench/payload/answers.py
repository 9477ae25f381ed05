"""The answers that the bench's server gives, in every shape a gateway may send.

An answer is named `<shape>-<bytes of its picture>`, for one `plain-7000000`.
"""

import base64
import gzip
import json
import random
from dataclasses import dataclass

PNG = b"\x89PNG\r\n\x1a\n"
DRAFT_BYTES = 1_000_000
SIGNATURE_BYTES = 900_000
_HERE = "(the picture)"
SHAPES = (
    "plain",
    "textafter",
    "datafirst",
    "snake",
    "pretty",
    "escaped",
    "padding",
    "utf8",
    "thought",
    "chat",
    "b64json",
    "gzip",
    "chunk16384",
    "chunk4096",
    "chunk1400",
)
"""`plain` is what the gateway sends nearly always. `chat` and `b64json` are OpenAI's ways to say the same."""


@dataclass(frozen=True)
class Answer:
    """`head` and `body` as they go over the wire; `picture_at` is where the Base64 begins in a plain body."""

    head: bytes
    body: bytes
    picture_at: int


def picture(size_bytes: int, number: int = 0) -> bytes:
    """Bytes that look like a PNG from their beginning and cannot be compressed, always the same ones."""
    return PNG + random.Random(number).randbytes(size_bytes - len(PNG))


def answer(name: str) -> Answer:
    shape, _, size = name.partition("-")
    text = base64.b64encode(picture(int(size))).decode()
    body = _document(shape, text)
    at = body.find(text[:64].encode())
    head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Request-Id: bench\r\n"
    if shape == "gzip":
        body = gzip.compress(body, 1)
        head += "Content-Encoding: gzip\r\n"
    if shape.startswith("chunk"):
        body = _chunked(body, int(shape.removeprefix("chunk")))
        head += "Transfer-Encoding: chunked\r\n\r\n"
    else:
        head += f"Content-Length: {len(body)}\r\n\r\n"
    return Answer(head.encode(), body, at)


def _document(shape: str, text: str) -> bytes:
    inline = {"mimeType": "image/png", "data": _HERE}
    parts: list[dict[str, object]] = [{"inlineData": inline}]
    match shape:
        case "textafter":
            parts.append({"text": "Here it is. " * 200})
        case "datafirst":
            inline = {"data": _HERE, "mimeType": "image/png"}
            parts = [{"inlineData": inline}]
        case "snake":
            parts = [{"inline_data": {"mime_type": "image/png", "data": _HERE}}]
        case "utf8":
            parts.insert(0, {"text": "一只狐狸在雪地里奔跑。🦊" * 50})
        case "thought":
            draft = base64.b64encode(picture(DRAFT_BYTES, 1)).decode()
            signature = base64.b64encode(random.Random(2).randbytes(SIGNATURE_BYTES // 4 * 3)).decode()
            parts.insert(0, {"inlineData": {"mimeType": "image/png", "data": draft}, "thought": True})
            parts[1]["thoughtSignature"] = signature
    document: dict[str, object] = {
        "candidates": [{"content": {"role": "model", "parts": parts}, "finishReason": "STOP", "index": 0}],
        "usageMetadata": {"promptTokenCount": 18, "candidatesTokenCount": 1231, "totalTokenCount": 1249},
        "modelVersion": "gemini-3-pro-image",
        "responseId": "bench",
    }
    if shape == "chat":
        words = f"Here it is: ![image](data:image/png;base64,{_HERE}) Enjoy."
        message = {"role": "assistant", "content": words}
        document = {"choices": [{"index": 0, "message": message, "finish_reason": "stop"}], "usage": {}}
    elif shape == "b64json":
        document = {"created": 1, "data": [{"b64_json": _HERE}]}
    written = json.dumps(document, ensure_ascii=shape != "utf8", indent=2 if shape == "pretty" else None)
    if shape == "escaped":
        text = text.replace("/", "\\/")
    if shape == "padding":
        text = text.replace("=", "\\u003d")
    return written.replace(_HERE, text).encode()


def _chunked(body: bytes, size: int) -> bytes:
    pieces = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
