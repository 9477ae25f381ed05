"""docs/fields.md: every field that somebody may send, and its limits, printed from the forms. `make fields`."""

import importlib
import inspect
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import django
from django import forms
from django.utils import translation

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "fields.md"
_HEAD: Final = """\
# What a form takes

Printed from the forms by `make fields`; a field that is not here fails the tests. Whatever else is sent is not read.
What a model takes (sizes, ratios, images, lengths of prompts) is decided after that, by the one table of
[provider.md](provider.md), and files by [pictures.md](pictures.md). Text is stored as it was typed, without control
characters, and shown escaped.

"""
_LIMITS: Final = (
    ("max_length", "at most {} long"),
    ("min_length", "at least {} long"),
    ("min_value", "at least {}"),
    ("max_value", "at most {}"),
    ("max_digits", "at most {} digits"),
    ("decimal_places", "{} after the point"),
)


def all_forms() -> Iterator[type[forms.BaseForm]]:
    """Those of the studio, in the order of their modules and names."""
    import studio.forms

    for module in sorted(each.name for each in pkgutil.iter_modules(studio.forms.__path__, "studio.forms.")):
        for _, form in inspect.getmembers(importlib.import_module(module), inspect.isclass):
            if issubclass(form, forms.BaseForm) and form.__module__ == module:
                yield form


def printed() -> str:
    """The whole page."""
    with translation.override("en"):
        return _HEAD + "\n".join(_table(form) for form in all_forms() if _fields(form))


def _fields(form: type[forms.BaseForm]) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = getattr(form, "base_fields", {})
    return fields


def _table(form: type[forms.BaseForm]) -> str:
    about = (inspect.getdoc(form) or "").split("\n")[0] if form.__doc__ else ""
    rows = [
        f"| `{name}` | {_kind(field)} | {_must(field)} | {_limits(field)} |" for name, field in _fields(form).items()
    ]
    head = f"## {form.__name__}\n\n{about}\n\n" if about else f"## {form.__name__}\n\n"
    return head + "| field | kind | needed | limits |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"


def _kind(field: forms.Field) -> str:
    return type(field).__name__.removesuffix("Field").lower() or "anything"


def _must(field: forms.Field) -> str:
    return "yes" if field.required else ""


def _limits(field: forms.Field) -> str:
    said = [words.format(value) for name, words in _LIMITS if (value := getattr(field, name, None)) is not None]
    choices: Any = getattr(field, "choices", None)
    if choices is not None and not isinstance(field, forms.ModelChoiceField):
        said.append(f"one of {len(list(choices))}")
    return ", ".join(said)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings_test")
    django.setup()
    PAGE.write_text(printed())
