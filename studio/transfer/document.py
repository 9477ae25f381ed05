"""`project.json`: what an export says, as types that hold it to its limits when it is read.

Keys count within the document alone. Times have their zone, money is in micro-dollars, pictures are named by SHA-256.
"""

from datetime import datetime
from typing import Annotated, Final

from msgspec import Meta, Struct

FORMAT: Final = "nb-studio-project"
VERSION: Final = 2
READABLE: Final = (1, VERSION)
"""The first had no marks, no comments, and of a prompt its newest words alone."""
NOTE: Final = "What things cost is history: an import books nothing."

type Sha256 = Annotated[str, Meta(pattern=r"\A[0-9a-f]{64}\Z")]
type Moment = Annotated[datetime, Meta(tz=True)]
type Key = Annotated[int, Meta(ge=0, le=10_000_000)]
type Small = Annotated[int, Meta(ge=0, le=60)]
type Micros = Annotated[int, Meta(ge=0, le=10**15)]
type Pixels = Annotated[int, Meta(ge=0, le=100_000)]
type Bytes = Annotated[int, Meta(ge=0, le=10**9)]
type Name = Annotated[str, Meta(max_length=200)]
type Word = Annotated[str, Meta(max_length=64)]
type Line = Annotated[str, Meta(max_length=2_000)]
type Text = Annotated[str, Meta(max_length=1_000_000)]


class Head(Struct, frozen=True):
    """The first that is read of it: whether the rest can be."""

    format: str
    version: int


class Row(Struct, kw_only=True, forbid_unknown_fields=True):
    """What all parts have in common: nothing may be in them that we do not know."""


class Person(Row):
    name: Name
    email: Name


class File(Row):
    """A picture. `is_missing` says that its studio had lost it."""

    sha256: Sha256
    mime_type: Word
    size_bytes: Bytes
    width: Pixels
    height: Pixels
    is_missing: bool = False


class Frame(Row):
    """A generation of the document."""

    run: Key
    variation: Small


class Uploaded(Row):
    key: Key
    person: Key
    name: Annotated[str, Meta(max_length=120)]
    file: Sha256
    created_at: Moment


class Linked(Row):
    key: Key
    person: Key
    url: Line
    mime_type: Annotated[str, Meta(max_length=32)]
    size_bytes: Bytes
    width: Pixels
    height: Pixels
    created_at: Moment


class Source(Row):
    """One input: one of the three, or an upload that is a smaller copy of the output beside it. None of them where
    it is not in the export."""

    upload: Key | None = None
    link: Key | None = None
    output: Frame | None = None
    output_position: Small = 0


class Blanked(Row):
    """What is known of a blank."""

    name: Annotated[str, Meta(max_length=40)]
    choices: Annotated[list[Line], Meta(max_length=40)]
    default: Line


class Wrote(Row):
    """A version of a prompt. `restores` is the number of an older one of the same prompt."""

    number: Annotated[int, Meta(ge=1, le=1_000_000)]
    person: Key
    text: Text
    blanks: Annotated[list[Blanked], Meta(max_length=20)]
    system_prompt: Text
    model: Annotated[str, Meta(max_length=16)]
    size: Annotated[str, Meta(max_length=8)]
    ratio: Annotated[str, Meta(max_length=8)]
    variations: Annotated[int, Meta(ge=1, le=8)] | None
    thinking_level: Annotated[str, Meta(max_length=16)]
    web_search: bool
    restores: Key | None
    references: Annotated[list[Source], Meta(max_length=60)]
    created_at: Moment


class Kept(Row):
    """A prompt somebody kept for the project: its newest words, and all versions, oldest first."""

    person: Key
    title: Annotated[str, Meta(max_length=120)]
    text: Text
    created_at: Moment
    versions: list[Wrote] = []


class Used(Row):
    """The version of a prompt whose words a run has; the prompt by its place."""

    prompt: Key
    number: Key


class Judged(Row):
    rating: Annotated[int, Meta(ge=1, le=5)] | None
    is_picked: bool
    person: Key | None


class Decided(Row):
    is_approved: bool
    person: Key
    decided_at: Moment


class Commented(Row):
    person: Key
    text: Annotated[str, Meta(max_length=2_300)]  # with the name of whoever is not here any more
    created_at: Moment
    edited_at: Moment | None
    deleted_at: Moment | None
    deleted_by: Key | None


class Picture(Row):
    role: Annotated[str, Meta(max_length=8)]
    position: Small
    file: Sha256


class Made(Row):
    """A generation: what came of it, and what it cost where it was made."""

    variation: Annotated[int, Meta(ge=0, le=7)]
    status: Annotated[str, Meta(max_length=12)]
    outcome: Annotated[str, Meta(max_length=24)]
    reason: Word
    detail: Text
    model_text: Text
    price_micros: Annotated[int, Meta(ge=1, le=10**15)]
    charge: Annotated[str, Meta(max_length=12)]
    cost_micros: Micros
    created_at: Moment
    sent_at: Moment | None
    finished_at: Moment | None
    outputs: list[Picture]
    judged: Judged | None = None
    verdict: Decided | None = None
    tags: Annotated[list[Annotated[str, Meta(max_length=40)]], Meta(max_length=200)] = []
    comments: list[Commented] = []


class Asked(Row):
    """A run: what was asked for, with which inputs, and its generations."""

    key: Key
    number: Key
    person: Key
    prompt: Text
    system_prompt: Text
    model: Annotated[str, Meta(max_length=16)]
    size: Annotated[str, Meta(max_length=8)]
    ratio: Annotated[str, Meta(max_length=8)]
    thinking_level: Annotated[str, Meta(max_length=16)]
    web_search: bool
    text_answer: bool
    continues: Frame | None
    variations: Annotated[int, Meta(ge=1, le=8)]
    price_micros: Annotated[int, Meta(ge=1, le=10**15)]
    created_at: Moment
    inputs: Annotated[list[Source], Meta(max_length=60)]
    generations: Annotated[list[Made], Meta(max_length=8)]
    version: Used | None = None


class Described(Row):
    """The project itself."""

    name: Annotated[str, Meta(max_length=80)]
    time_zone: Word


class Document(Row):
    format: str
    version: int
    note: Line
    exported_at: Moment
    project: Described
    people: list[Person]
    files: list[File]
    uploads: list[Uploaded]
    links: list[Linked]
    prompts: list[Kept]
    runs: list[Asked]
