"""What a key may do. Any `sk-…` works but for the few below, so that practice needs no sign-up."""

import hashlib

from .errors import Refused, gateway_error

SYSTEM_TOKEN = "sys-sandbox"  # noqa: S105 - opens nothing but the sandbox
INVALID = "sk-invalid"
FORBIDDEN = "sk-forbidden"
EMPTY = "sk-empty"
OSS_PREFIX = "sk-oss"
BUCKET_PREFIX = "sk-gs"


def bearer(authorization: str, google_key: str) -> str:
    """The key of a call, or an empty text: `Authorization: Bearer sk-…`, or what Google's own SDK sends."""
    scheme, _, key = authorization.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else google_key.strip()


def check(key: str) -> None:
    """Raises `Refused` for a key that may not generate pictures."""
    if not key.startswith("sk-") or key == INVALID:
        raise Refused(401, gateway_error("Invalid token (sandbox)", "invalid_api_key"))
    if key == FORBIDDEN:
        raise Refused(403, gateway_error("This token may not use this model (sandbox)", "access_denied"))


def answers_with_links(key: str) -> bool:
    """Whether the key belongs to the group that hands out links instead of Base64."""
    return key.startswith(OSS_PREFIX)


def may_name_buckets(key: str) -> bool:
    """Whether `gs://` addresses work with the key. No page of the gateway says that they do."""
    return key.startswith(BUCKET_PREFIX)


def fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:8]
