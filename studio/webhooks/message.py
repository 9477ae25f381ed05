"""What a webhook is told, and its signature: as Standard Webhooks has it (standardwebhooks.com, read 2026-11-30).

The message says what happened and where to read about it. It holds no words of a prompt and no picture: an address
outside is told as little as will do, and reads the rest with a token.
"""

import base64
import hmac
from datetime import UTC, datetime
from typing import Any

import msgspec

from ..models import Generation, Webhook, WebhookDelivery
from .keep import SECRET_PREFIX


def body_of(delivery: WebhookDelivery) -> bytes:
    """As JSON. Needs the delivery's webhook, and its generation with run, project and person."""
    webhook, generation = delivery.webhook, delivery.generation
    happened = generation.finished_at if generation and generation.finished_at else delivery.created_at
    said = {
        "type": "generation.finished" if generation else "test",
        "timestamp": happened.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": _facts(generation, webhook) if generation else {},
    }
    return msgspec.json.encode(said)


def headers_of(delivery: WebhookDelivery, body: bytes, *, secret: str, now: datetime) -> tuple[tuple[str, str], ...]:
    """The id is the same with every try, the timestamp and with it the signature are those of this one."""
    number, seconds = str(delivery.public_id), str(int(now.timestamp()))
    return (
        ("Content-Type", "application/json"),
        ("webhook-id", number),
        ("webhook-timestamp", seconds),
        ("webhook-signature", signature(secret, number, seconds, body)),
    )


def signature(secret: str, number: str, seconds: str, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 over `id.timestamp.body`, by the bytes that the secret holds in Base64."""
    key = base64.b64decode(secret.removeprefix(SECRET_PREFIX))
    digest = hmac.digest(key, f"{number}.{seconds}.".encode() + body, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


def _facts(generation: Generation, webhook: Webhook) -> dict[str, Any]:
    return {
        "generation": str(generation.public_id),
        "frame": generation.frame_number,
        "run": str(generation.run.public_id),
        "project": str(generation.project.public_id),
        "person": generation.person.username,
        "status": generation.status,
        "outcome": generation.outcome,
        "charge": generation.charge,
        "url": f"{webhook.origin}/api/v1/generations/{generation.public_id}",
    }
