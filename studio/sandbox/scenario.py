"""From names to behaviours: `[sandbox:NAME=VALUE]` in a prompt, `NAME=VALUE` in a header, a script entry.

A marker nobody knows is ignored, since prompts are free text; in a header or a script it is a mistake.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec

from .answers import ANSWERS
from .behaviour import DELIVERED, Behaviour, UnknownBehaviour
from .delivery import DELIVERIES

type Changes = dict[str, Any]

MARKER = re.compile(r"\[sandbox:([a-z0-9_-]+)(?:[:=]([^\]]*))?\]", re.IGNORECASE)
ONCE = re.compile(r"(.+)-then-ok")
LAYOUTS = ("images", "markdown")
"""Where a chat completion keeps its pictures: in a list beside the words, or among them."""
SYNONYMS = {
    "refuse_text": "text_refusal",
    "thought": "thoughts",
    "null": "null_candidates",
    "gone": "oss_missing",
    "reset_after": "reset",
    "stall_after": "stall",
}


def _pixels(value: str) -> Changes:
    if not re.fullmatch(r"\d{2,5}x\d{2,5}", value):
        raise UnknownBehaviour(f"pixels are written as 1408x768, not {value!r}")
    return {"pixels": value}


def _layout(value: str) -> Changes:
    if value not in LAYOUTS:
        raise UnknownBehaviour(f"a layout is one of {', '.join(LAYOUTS)}, not {value!r}")
    return {"layout": value}


def _once(value: str) -> Changes:
    return {**_changes(value or "429"), "times": 1}


MODIFIERS: Mapping[str, Callable[[str], Changes]] = {
    "png": lambda _: {"png": True},
    "slow": lambda value: {"delay": float(value or 20)},
    "retry_after": lambda value: {"retry_after": value or "2"},
    "pixels": _pixels,
    "layout": _layout,
    "zero": lambda _: {"zero": True},
    "wrapped": lambda _: {"wrapped": True},
    "failover": lambda _: {"failover": True},
    "charged": lambda _: {"charged": True},
    "free": lambda _: {"charged": False},
    "times": lambda value: {"times": int(value or 1)},
    "once": _once,
}
"""Names that change a detail and leave the answer itself as it is."""

_DETAIL: Mapping[str, tuple[str, Callable[[str], object]]] = {
    **dict.fromkeys(
        (
            "several",
            "drafts",
            "oss_later",
            "gzip_bomb",
            "big",
            "big_declared",
            "pixel_bomb",
            "oss_huge",
            "oss_gzip",
            "duplicates",
        ),
        ("count", int),
    ),
    **dict.fromkeys(("oss_drip", "drip"), ("bytes_per_second", int)),
    **dict.fromkeys(("oss_cut", "stall", "cut", "reset"), ("after_bytes", int)),
    **dict.fromkeys(("status", "quota"), ("status", int)),
    **dict.fromkeys(("redirect",), ("location", str)),
    **dict.fromkeys(("timeout", "drip_head", "tail_stall"), ("seconds", float)),
}
"""What the value of an answer or a delivery stands for; the others name a reason."""


def from_prompt(prompt: str) -> Behaviour | None:
    """The behaviour its markers ask for; None when it has none that mean anything."""
    changes: Changes = {}
    for name, value in MARKER.findall(prompt):
        try:
            changes |= _changes(name.lower(), value.strip())
        except ValueError:
            continue
    return msgspec.structs.replace(DELIVERED, **changes) if changes else None


def from_header(text: str) -> Behaviour:
    """`png, slow=2`, or one JSON object as in a script. Raises `UnknownBehaviour`."""
    if text.lstrip().startswith("{"):
        try:
            return _from_object(msgspec.json.decode(text, type=dict[str, Any]))
        except msgspec.DecodeError as error:
            raise UnknownBehaviour(str(error)) from error
    changes: Changes = {}
    for item in filter(None, (item.strip() for item in text.split(","))):
        changes |= _changes(item)
    return msgspec.structs.replace(DELIVERED, **changes)


def from_script(entries: Iterable[Any]) -> list[Behaviour]:
    """One behaviour for each call. `{"then": "429-then-ok"}` stands for two: the 429, then a picture."""
    behaviours: list[Behaviour] = []
    for entry in entries:
        found = {"then": entry} if isinstance(entry, str) else entry
        if not isinstance(found, dict):
            raise UnknownBehaviour(f"an entry is an object or a name, not {entry!r}")
        if once := ONCE.fullmatch(str(found.get("then", ""))):
            behaviours += [_from_object({**found, "then": once[1]}), DELIVERED]
        else:
            behaviours.append(_from_object(found))
    return behaviours


def without_markers(prompt: str) -> str:
    return " ".join(MARKER.sub(" ", prompt).split())


def _from_object(entry: dict[str, Any]) -> Behaviour:
    rest = {name: value for name, value in entry.items() if name != "then"}
    named = _changes(str(entry.get("then", "delivered")))
    try:
        return msgspec.convert({**named, **rest}, Behaviour)
    except msgspec.ValidationError as error:
        raise UnknownBehaviour(str(error)) from error


def _changes(name: str, value: str = "") -> Changes:
    """What one name, perhaps written with its value (`status:429`), changes. Raises `UnknownBehaviour`."""
    if not value and (parts := re.fullmatch(r"([a-z0-9_-]+)[:=](.*)", name)):
        name, value = parts[1], parts[2].strip()
    name = SYNONYMS.get(name, name)
    try:
        return _named(name, value)
    except ValueError as error:
        raise UnknownBehaviour(f"nothing is called {name!r} with the value {value!r}") from error


def _named(name: str, value: str) -> Changes:
    if once := ONCE.fullmatch(name):
        return _once(once[1])
    if re.fullmatch(r"\d{3}", name):
        return {"then": "status", "status": int(name)}
    if name in MODIFIERS:
        return MODIFIERS[name](value)
    if name in ANSWERS:
        found: Changes = {"then": name}
    elif name in DELIVERIES:
        found = {"delivery": name}
    else:
        raise UnknownBehaviour(name)
    if not value:
        return found
    field, read = _DETAIL.get(name, ("reason", str))
    return found | {field: read(value)}
