"""Style sheets and scripts that a page asks for as one file.

They are written small, one idea each. `collectstatic` joins those of a bundle and takes comments and spaces out
(`static_storage.py`), since what is asked for together compresses well together. While developing each comes by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import lightningcss
import rjsmin

type Names = Mapping[str, Sequence[str]]

_COMPOSER: Final = ("composer", "options", "tray", "coming", "picker", "conversation", "by-url", "prompts")
_FRAME: Final = ("tables", "frames", "feed", "viewer", "compare", "detail")
STYLES: Final[Names] = {
    # Around every page.
    "shell": (
        *("reset", "fonts", "tokens", "base", "shell", "buttons", "fields", "segments", "cost", "tags", "panels"),
        *("dialogs", "shortcuts", "charts", "picture", "utilities"),
    ),
    "workspace": (*_COMPOSER, "frames", "marks", "feed", "first", "viewer", "lightbox"),
    "compose": _COMPOSER,
    "gallery": ("frames", "marks", "gallery", "selection", "viewer", "lightbox"),
    "frame": (*_FRAME, "marks", "conversation", "asking", "prompts", "talk"),
}
_COMPOSING: Final = (
    *("composer", "tray", "tray-uploads", "editor-open", "tray-files", "by-url", "stepper", "library"),
    *("prompt-keep", "prompt-history", "clock", "frame-keys", "letter-keys"),
)
_LIGHTBOX: Final = ("swipe", "show-before", "zoom-stage", "frame-menu", "lightbox")
_VIEWER: Final = ("zoom-stage", "compare-slider", "show-before", "surround", "swipe")
SCRIPTS: Final[Names] = {
    # single-keys first: it keeps keys from all others.
    "shell": ("single-keys", "go-keys", "menu-keys", "toast-line", "request-errors", "finish-notice", "poller"),
    "workspace": (*_COMPOSING, *_LIGHTBOX),
    "compose": _COMPOSING,
    "gallery": ("frame-keys", "letter-keys", "selection", *_LIGHTBOX),
    "viewer": _VIEWER,
    "frame": ("clock", "copy-text", *_VIEWER, "frame-keys", "letter-keys", "send-keys"),
}


@dataclass(frozen=True, slots=True)
class Bundle:
    """A file that is made of others: their paths below the folder of static files, its own, and how."""

    path: str
    parts: Sequence[str]
    join: Callable[[Sequence[str]], str]


def join_styles(texts: Sequence[str]) -> str:
    """One after the other; which comes before which is said by the order of the layers, in reset.css."""
    return str(lightningcss.process_stylesheet("\n".join(texts), minify=True))


def join_scripts(texts: Sequence[str]) -> str:
    """Each in a block of its own, since each was a module: no name of one is seen by another."""
    return str(rjsmin.jsmin("\n".join(f"{{\n{text}\n}}" for text in texts)))


def bundles() -> Sequence[Bundle]:
    styles = [
        Bundle(style_path(f"{name}.bundle"), [style_path(part) for part in parts], join_styles)
        for name, parts in STYLES.items()
    ]
    scripts = [
        Bundle(script_path(f"{name}.bundle"), [script_path(part) for part in parts], join_scripts)
        for name, parts in SCRIPTS.items()
    ]
    return [*styles, *scripts]


def style_path(name: str) -> str:
    return f"css/{name}.css"


def script_path(name: str) -> str:
    return f"js/{name}.js"
