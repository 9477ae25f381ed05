"""Thought signatures: opaque to the client, and good only for the model and the key they were made for."""

import base64
import binascii
import hashlib

PREFIX = b"sandbox-thought/"


def signer(model_key: str, key: str) -> str:
    """Who signs: a model for a key. A history that moves to another is refused."""
    return hashlib.sha256(f"{model_key}/{key}".encode()).hexdigest()[:16]


def make(signer: str, number: int) -> str:
    return base64.b64encode(PREFIX + f"{signer}/{number:016x}/{_check(signer, number)}".encode()).decode()


def is_broken(signature: str, signer: str) -> bool:
    """Whether a signature of the sandbox was changed or moved. Signatures from elsewhere are let through."""
    try:
        plain = base64.b64decode(signature)
    except (binascii.Error, ValueError):
        return False
    if not plain.startswith(PREFIX):
        return False
    who, _, rest = plain.removeprefix(PREFIX).decode(errors="replace").partition("/")
    number, _, check = rest.partition("/")
    try:
        return who != signer or check != _check(who, int(number, 16))
    except ValueError:
        return True


def _check(signer: str, number: int) -> str:
    return hashlib.sha256(f"{signer}.{number}".encode()).hexdigest()[:8]
