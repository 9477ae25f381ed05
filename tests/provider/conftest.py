"""A spool, and a call that is ready to be made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from studio.provider.answer import Reading, read_answer
from studio.provider.classify import Verdict, classify
from studio.provider.evidence import Evidence
from studio.provider.gateway import Gateway
from studio.provider.gemini import generate
from studio.provider.request import GenerationRequest
from studio.provider.spill import Spill
from studio.provider.spool import Spool, SpooledAnswer

from .documents import to_bytes

KEY = "sk-canary-7d1e"
ATTEMPT = "0f4cfa5c-2d3f-4f7e-9a0c-3c1f6f3f2a11"


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", reserve_bytes=1_000_000)


@dataclass
class Caller:
    """Makes the paid call, with everything given that a test does not care about."""

    spool: Spool
    moments: list[str] = field(default_factory=list)

    def __call__(
        self,
        base_url: str,
        request: GenerationRequest | None = None,
        *,
        timeout_scale: float = 1.0,
        before_send: Callable[[], None] | None = None,
        **more: Any,
    ) -> Evidence:
        return generate(
            request or GenerationRequest(model_key="lite", prompt="a fox"),
            gateway=Gateway(base_url=base_url, api_key=KEY, timeout_scale=timeout_scale),
            attempt_id=ATTEMPT,
            spool=self.spool,
            before_send=before_send or (lambda: self.moments.append("before_send")),
            **{
                "on_sent": lambda: self.moments.append("sent"),
                "on_first_byte": lambda: self.moments.append("first_byte"),
                **more,
            },
        )

    @property
    def answer(self) -> SpooledAnswer | None:
        return self.spool.answer(ATTEMPT)

    def reading(self) -> Reading:
        assert self.answer is not None
        return read_answer(self.answer)

    def verdict(self, evidence: Evidence) -> Verdict:
        return classify(evidence, self.reading() if self.answer else None)


@pytest.fixture
def call(spool: Spool) -> Caller:
    return Caller(spool)


@pytest.fixture
def spooled(spool: Spool) -> Callable[..., SpooledAnswer]:
    """Spool a body as the answer of a call, the way the client does."""

    def keep(body: object, *, pieces: int = 65_536) -> SpooledAnswer:
        data = body if isinstance(body, bytes) else to_bytes(body)
        spool.forget(ATTEMPT)
        with spool.open(ATTEMPT) as writer:
            writer.head(200, {})
            spill = Spill(writer.document, writer.open_part, writer.open_text, token=writer.token)
            for at in range(0, len(data), pieces):
                spill.feed(data[at : at + pieces])
            writer.complete(Evidence())
        answer = spool.answer(ATTEMPT)
        assert answer is not None
        return answer

    return keep
