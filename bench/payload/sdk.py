"""The same call by Google's own client."""

from pathlib import Path

from google import genai
from google.genai import types


def _client(url: str, name: str) -> genai.Client:
    return genai.Client(api_key="sk-bench", http_options=types.HttpOptions(base_url=f"{url}/{name}"))


def reply(url: str, name: str, path: Path) -> None:
    with _client(url, name) as client:
        found = client.models.generate_content(model="gemini-3-pro-image", contents="a fox")
    for part in found.parts or ():
        if part.inline_data and part.inline_data.data:
            path.write_bytes(part.inline_data.data)


def request(url: str, name: str, files: list[Path]) -> None:
    parts = [types.Part.from_bytes(data=file.read_bytes(), mime_type="image/png") for file in files]
    with _client(url, name) as client:
        client.models.generate_content(model="gemini-3-pro-image", contents=types.Content(role="user", parts=parts))
