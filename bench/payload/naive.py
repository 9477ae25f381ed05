"""The call as the gateway's guide writes it: everything in memory, the whole answer dumped for debugging."""

import base64
import json
from pathlib import Path
from typing import Any

import requests


def reply(url: str, name: str, path: Path) -> None:
    response = requests.post(f"{url}/{name}", json={"contents": []}, timeout=300)
    found = response.json()
    path.with_suffix(".debug").write_text(json.dumps(found, indent=2))
    for part in found["candidates"][0]["content"]["parts"]:
        if "inlineData" in part:
            path.write_bytes(base64.b64decode(part["inlineData"]["data"]))


def request(url: str, name: str, files: list[Path]) -> None:
    parts: list[Any] = [{"text": "a fox"}]
    for file in files:
        data = base64.b64encode(file.read_bytes()).decode()
        parts.append({"inlineData": {"mimeType": "image/png", "data": data}})
    requests.post(f"{url}/{name}", json={"contents": [{"parts": parts}]}, timeout=300).json()
