"""The keys of the studio, one table: the list under `?` and the page of the account menu are both made of it.

What a key does is in static/js; most are pressed by tests/e2e/test_shortcuts.py, the others with what they act upon.
"""

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

type Words = str | Promise


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys that do one thing: `keys` has one list for each way to press it, of keys one after the other or together."""

    keys: tuple[tuple[Words, ...], ...]
    does: Words


@dataclass(frozen=True, slots=True)
class Group:
    """Those of one place."""

    title: Words
    shortcuts: tuple[Shortcut, ...]


def _one(*keys: Words, does: Words) -> Shortcut:
    """Each of the keys does it."""
    return Shortcut(tuple((key,) for key in keys), does)


_CTRL: Final = "Ctrl"
GROUPS: Final = (
    Group(
        _("Everywhere"),
        (
            Shortcut((("G", "W"),), _("Go to the workspace")),
            Shortcut((("G", "A"),), _("Go to the gallery")),
            Shortcut((("G", "P"),), _("Go to the prompts")),
            Shortcut((("G", "U"),), _("Go to my usage")),
            _one("C", does=_("Write a prompt")),
            _one("/", does=_("Search the gallery")),
            _one("Esc", does=_("Close a menu or a dialog, drop the selection")),
            _one("?", does=_("Show this list")),
        ),
    ),
    Group(
        _("Composer"),
        (
            Shortcut(((_CTRL, "Enter"),), _("Generate")),
            Shortcut((("Alt", "1–5"),), _("Choose a model by its place")),
            _one("↑", "↓", does=_("Earlier prompts, at the start and the end of the field")),
            Shortcut((("Alt", "←"), ("Alt", "→")), _("Move the input image that has the focus")),
            _one("Delete", does=_("Remove it")),
        ),
    ),
    Group(
        _("Frames"),
        (
            _one("J", "K", does=_("Next and previous frame")),
            _one("Enter", does=_("Open it large")),
            _one("E", does=_("Edit it")),
            _one("R", does=_("Reuse its prompt, settings and inputs")),
            _one("D", does=_("Download it")),
            _one("S", "P", does=_("Star it, pick it")),
            _one("1–5", "0", does=_("Rate it, take the rating back")),
            _one("X", does=_("Select it in the gallery")),
        ),
    ),
    Group(
        _("A large picture"),
        (
            _one("←", "→", does=_("Previous and next picture")),
            _one("Z", does=_("Zoom")),
            _one("B", does=_("What lies around it: theme, black, grey, white")),
            _one(_("Space"), does=_("Held: what it was before")),
        ),
    ),
)


@require_safe
@login_required
def shortcuts(request: HttpRequest) -> HttpResponse:
    """A page of its own without script, and only the list for the dialog."""
    name = "_groups" if request.headers.get("HX-Request") else "shortcuts"
    return render(request, f"studio/shortcuts/{name}.html", {"groups": GROUPS})
