"""The filters of the gallery as its page shows them: choices, and one removable chip for each that is set."""

from dataclasses import dataclass
from functools import cached_property

from django.http import QueryDict
from django.urls import reverse

from ..forms.gallery import GalleryForm
from ..models import Project


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """One filter with what it offers."""

    name: str
    label: str
    options: list[Option]


@dataclass(frozen=True, slots=True)
class Chip:
    """One filter that is set, and the address of the same page without it."""

    words: str
    address: str


class Filters:
    """Everything of it stands in the address, so a page can be sent to somebody."""

    def __init__(self, form: GalleryForm, project: Project | None) -> None:
        self.form = form
        self._project = project

    @property
    def bare_address(self) -> str:
        """Of the gallery without a filter."""
        return reverse("project-gallery", args=[self._project.public_id]) if self._project else reverse("gallery")

    @property
    def address(self) -> str:
        return self._address(dict(self.form.asked))

    @property
    def query(self) -> str:
        """What stands behind the question mark."""
        return self.address.partition("?")[2]

    @property
    def stem(self) -> str:
        """The address, ready for one more value."""
        return f"{self.address}{'&' if self.query else '?'}"

    @property
    def text(self) -> str:
        return self.form["q"].value() or ""

    def with_text(self, text: str) -> str:
        """The address of the same filters with other words."""
        return self._address(dict(self.form.asked) | {"q": [text]})

    def _address(self, asked: dict[str, list[str]]) -> str:
        query = QueryDict(mutable=True)
        for name, values in asked.items():
            query.setlist(name, values)
        text = query.urlencode()
        return f"{self.bare_address}?{text}" if text else self.bare_address

    # ── Choices ────────────────────────────────────────────────────────────────────────────────────

    def choice(self, name: str) -> Choice:
        field = self.form.fields[name]
        chosen = self.form.data.getlist(name)  # type: ignore[attr-defined]
        options = [
            Option(str(value), str(words), str(value) in chosen)
            for value, words in field.choices  # type: ignore[attr-defined]
            if str(value)
        ]
        return Choice(name, str(field.label), options)

    @cached_property
    def person(self) -> Choice:
        """Asked once, and for names alone: the field itself asks for whole people, each time it is looked at."""
        field = self.form.fields["person"]
        chosen = self.form.data.getlist("person")  # type: ignore[attr-defined]
        people = field.queryset.only("username", "first_name", "last_name")  # type: ignore[attr-defined]
        options = [Option(each.username, each.display_name, each.username in chosen) for each in people]
        return Choice("person", str(field.label), options)

    @cached_property
    def days(self) -> Choice:
        return self.choice("days")

    @property
    def row(self) -> list[Choice]:
        """Those that take several values, side by side."""
        several = [self.choice(name) for name in ("model", "size", "status", "tag")]
        return [choice for choice in several if choice.options]

    @property
    def more(self) -> list[Choice]:
        """And those that are asked for seldom."""
        return [self.choice(name) for name in ("ratio", "outcome")]

    @property
    def ticks(self) -> list[Choice]:
        """What is or is not."""
        return [self.choice(name) for name in ("star", "picked")]

    @cached_property
    def rating(self) -> Choice:
        return self.choice("rating")

    # ── Chips ──────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def chips(self) -> list[Chip]:
        """None while something is wrong: then the form says what."""
        if not self.form.is_valid():
            return []
        asked = dict(self.form.asked)
        return [
            Chip(self.form.words_of(name), self._address({key: values for key, values in asked.items() if key != name}))
            for name in asked
        ]

    @property
    def errors(self) -> list[str]:
        return [str(sentence) for sentences in self.form.errors.values() for sentence in sentences]

    @property
    def since(self) -> str:
        return self.form["since"].value() or ""

    @property
    def until(self) -> str:
        return self.form["until"].value() or ""
