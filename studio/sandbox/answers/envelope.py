"""The envelope around every 200: candidates, token counts, model version, ids."""

import html
from typing import Any
from urllib.parse import urlencode

import pybase64

from .. import signatures
from ..pictures.order import Format
from .call import Call, Part, Reply, json_reply
from .usage import blocked, delivered


def image_part(call: Call, data: bytes, mime_type: str = "") -> Part:
    inline = {"mimeType": mime_type or call.format.mime_type, "data": pybase64.b64encode(data).decode()}
    return signed(call, {"inlineData": inline})


def text_part(call: Call, text: str) -> Part:
    return signed(call, {"text": text})


def signed(call: Call, part: Part) -> Part:
    """The first generation has no thought signatures; all others put one beside the text or picture."""
    if call.accepted.model.key == "gen1":
        return part
    return {**part, "thoughtSignature": signatures.make(call.signer, call.chance.getrandbits(64))}


def with_parts(call: Call, parts: list[Part], *, images: int, finish: str = "STOP") -> Reply:
    candidate = {"content": {"role": "model", "parts": parts}, "finishReason": finish, "index": 0}
    if call.searches:
        candidate["groundingMetadata"] = _grounding(call)
    return envelope(call, {"candidates": [candidate]}, delivered(call, images))


def without_parts(call: Call, finish: str, message: str = "") -> Reply:
    """An answer that was stopped: `parts` is null, not an empty list."""
    candidate: dict[str, Any] = {"content": {"parts": None}, "finishReason": finish, "index": 0}
    if message:
        candidate["finishMessage"] = message
    content = {"candidates": [candidate], "promptFeedback": {"safetyRatings": None}}
    return envelope(call, content, blocked(call))


def envelope(call: Call, content: dict[str, Any], usage: dict[str, Any]) -> Reply:
    version = call.accepted.wire_id.removesuffix("-preview")
    reply = json_reply({**content, "usageMetadata": usage, "modelVersion": version, "responseId": f"rsp-{call.id}"})
    reply.usage = usage
    return reply


def _grounding(call: Call) -> dict[str, Any]:
    """What a web search leaves behind. Google asks that its suggestions are shown."""
    words = [word for word in call.prompt.split() if not word.startswith("[sandbox:")] or ["pictures"]
    queries = [" ".join(words[start : start + 4]) or words[0] for start in range(call.searches)]
    return {
        "webSearchQueries": queries,
        "searchEntryPoint": {"renderedContent": _suggestions(queries)},
        "groundingChunks": [
            {"web": {"uri": "https://en.wikipedia.org/wiki/Practice", "title": "wikipedia.org"}},
            {"web": {"uri": "https://example.com/", "title": "example.com"}},
        ],
    }


def _suggestions(queries: list[str]) -> str:
    """Styles, a logo and a chip for each query, as Google sends them."""
    facts = (urlencode({"q": query, "client": "app-vertex-grounding"}) for query in queries)
    chips = "".join(
        f'<a class="chip" href="https://www.google.com/search?{html.escape(fact)}">{html.escape(query)}</a>'
        for fact, query in zip(facts, queries, strict=True)
    )
    return (
        "<style>.container { border-radius: 8px } .chip { color: #3c4043 }</style>"
        f'<div class="container"><svg viewBox="0 0 9 9"></svg><div class="carousel">{chips}</div></div>'
    )


def caption(call: Call) -> list[Part]:
    """What the model says before its picture, if it may speak at all."""
    if not call.texts:
        return []
    about = " ".join(call.prompt.split()[:12]) or "your images"
    opening = call.chance.choice(("Here is the picture", "Here you go", "Done", "As requested"))
    return [text_part(call, f"{opening}: {about}.")]


__all__ = [
    "Format",
    "caption",
    "envelope",
    "image_part",
    "signed",
    "text_part",
    "with_parts",
    "without_parts",
]
