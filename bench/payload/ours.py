"""The studio's own call, as its worker makes it: into a real spool, brought to the disk."""

import hashlib
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from studio.provider.answer import ImageRole, read_answer
from studio.provider.body import Body
from studio.provider.gateway import Gateway
from studio.provider.gemini import generate
from studio.provider.request import GenerationRequest, InputImage
from studio.provider.spool import Spool, SpooledAnswer
from studio.wire import Limit, connect

_REQUEST = GenerationRequest(model_key="pro", prompt="a fox")


def reply(url: str, name: str, path: Path, on_sent: Callable[[], None] = lambda: None) -> None:
    evidence = generate(
        _REQUEST,
        gateway=Gateway(base_url=f"{url}/{name}", api_key="sk-bench"),
        attempt_id=path.stem,
        spool=Spool(path.parent / "spool"),
        before_send=lambda: None,
        on_sent=on_sent,
    )
    assert evidence.is_complete, evidence


def request(url: str, name: str, files: list[Path]) -> None:
    """14 × 7 MB are over the 100 MB that a request may have, so the body is put together by hand."""
    images = tuple(InputImage("image/png", file.stat().st_size, _opener(file)) for file in files)
    between = b'"}},{"inlineData":{"mimeType":"image/png","data":"'
    pieces = (b'{"contents":[{"parts":[{"inlineData":{"data":"', *[between] * (len(files) - 1), b'"}}]}]}')
    body = Body(pieces if files else (b"{}",), images)
    limit = Limit(300, time.monotonic() + 300)
    headers = (("Content-Type", "application/json"), ("Content-Length", str(body.size_bytes)))
    with connect(url, limit) as connection:
        for _ in connection.send("POST", f"/{name}", headers, body).chunks:
            pass


def _opener(file: Path) -> Callable[[], BinaryIO]:
    return lambda: file.open("rb")


def answer_at(path: Path) -> SpooledAnswer:
    """What `reply` spooled for `path`."""
    answer = Spool(path.parent / "spool").answer(path.stem)
    assert answer
    return answer


def digest_of_result(path: Path) -> str:
    """SHA-256 of the picture that a person would see; of the only one where the document is no model's answer."""
    answer = answer_at(path)
    for image in read_answer(answer).images:
        if image.role is ImageRole.PRIMARY:
            return image.sha256
    part = answer.part(0)
    assert part
    return hashlib.sha256(part.read_bytes()).hexdigest()
