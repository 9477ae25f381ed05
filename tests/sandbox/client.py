"""A plain HTTP client for tests of the sandbox: it builds bodies by hand, so that they may be wrong."""

import base64
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import httpx2
from PIL import Image

from tests.sandbox.process import RunningSandbox

PRO = "gemini-3-pro-image-preview"
NB2 = "gemini-3.1-flash-image-preview"
LITE = "gemini-3.1-flash-lite-image"
GEN_1 = "gemini-2.5-flash-image"
NB21 = "gemini-nano-banana-2.1"


def photo(width: int = 60, height: int = 40, kind: str = "PNG") -> bytes:
    data = BytesIO()
    Image.new("RGB", (width, height), (200, 120, 40)).save(data, kind)
    return data.getvalue()


def inline(data: bytes, mime_type: str = "image/png") -> dict[str, Any]:
    return {"inlineData": {"mimeType": mime_type, "data": base64.b64encode(data).decode()}}


def image_url(data: bytes, mime_type: str = "image/png") -> dict[str, Any]:
    """A picture as chat completions carry it."""
    encoded = base64.b64encode(data).decode()
    return {"type": "image_url", "image_url": {"url": f"data:{mime_type};base64,{encoded}"}}


def question(prompt: str, *images: bytes, size: str = "", ratio: str = "", **config: Any) -> dict[str, Any]:
    """A body as the studio writes it; no size and no ratio unless they are given."""
    wanted = {name: value for name, value in (("imageSize", size), ("aspectRatio", ratio)) if value}
    parts = [{"text": prompt}, *(inline(image) for image in images)]
    settings = {"responseModalities": ["TEXT", "IMAGE"], **({"imageConfig": wanted} if wanted else {}), **config}
    return {"contents": [{"role": "user", "parts": parts}], "generationConfig": settings}


@dataclass
class Client:
    """Talks to one sandbox with one key."""

    sandbox: RunningSandbox
    http: httpx2.Client

    def post(self, body: Any, *, model: str = PRO, key: str = "sk-test", **headers: str) -> httpx2.Response:
        sent = {"Authorization": f"Bearer {key}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        content = {"content": body} if isinstance(body, bytes) else {"json": body}
        return self.http.post(f"/v1beta/models/{model}:generateContent", headers=sent, **content)

    def ask(self, prompt: str, *images: bytes, model: str = PRO, **config: Any) -> httpx2.Response:
        return self.post(question(prompt, *images, **config), model=model)

    def chat(self, content: Any, *, model: str = PRO, key: str = "sk-test", **fields: Any) -> httpx2.Response:
        """One user message; `messages=[…]` goes before it."""
        messages = [*fields.pop("messages", []), {"role": "user", "content": content}]
        headers = {"Authorization": f"Bearer {key}"}
        return self.http.post(
            "/v1/chat/completions", json={"model": model, "messages": messages, **fields}, headers=headers
        )

    def manage(self, path: str, token: str = "sys-sandbox", **query: Any) -> httpx2.Response:
        return self.http.get(path, headers={"Authorization": token}, params=query)


def parts(response: httpx2.Response) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = response.json()["candidates"][0]["content"]["parts"]
    return found


def images(response: httpx2.Response) -> list[Image.Image]:
    """The pictures of an answer, decoded to the last pixel."""
    found: list[Image.Image] = []
    for part in parts(response):
        if "inlineData" in part:
            image = Image.open(BytesIO(base64.b64decode(part["inlineData"]["data"], validate=True)))
            image.load()
            found.append(image)
    return found


def texts(response: httpx2.Response) -> list[str]:
    return [part["text"] for part in parts(response) if "text" in part]
