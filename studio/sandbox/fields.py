"""Reading JSON as the gateway does: the names it knows, with the types it expects; all other names it passes over."""

from collections.abc import Container

import msgspec

from .errors import invalid_argument

type Fields = dict[str, msgspec.Raw]


def fields(raw: bytes | msgspec.Raw, ignored: list[str], path: str, known: Container[str]) -> Fields:
    """The known fields of an object. The names of the others are added to `ignored`, with their path."""
    found: Fields = decode(raw, dict[str, msgspec.Raw])
    ignored.extend(f"{path}.{name}".lstrip(".") for name in found if name not in known)
    # JSON null is the same as not there.
    return {name: value for name, value in found.items() if name in known and bytes(memoryview(value)[:4]) != b"null"}


def listed(raw: msgspec.Raw | None) -> list[msgspec.Raw]:
    return decode(raw, list[msgspec.Raw]) if raw else []


def text(raw: msgspec.Raw | None, default: str = "") -> str:
    return decode(raw, str) if raw else default


def whole(raw: msgspec.Raw) -> int:
    return decode(raw, int)


def is_text(raw: msgspec.Raw) -> bool:
    return bytes(memoryview(raw)[:1]) == b'"'


def decode[Kind](raw: bytes | msgspec.Raw, kind: type[Kind]) -> Kind:
    """Raises `Refused` for what is no JSON, or has another type."""
    try:
        return msgspec.json.decode(raw, type=kind)
    except msgspec.ValidationError as error:
        raise invalid_argument(f"Invalid JSON payload received. {error}") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise invalid_argument("Invalid JSON payload received. Unable to parse") from error
