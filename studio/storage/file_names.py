"""What a picture is called once it has left the studio: a name that still says something in a folder of a thousand.

Made of our own facts, so it is safe for every file system: letters and digits of any alphabet, hyphens between them,
no control or direction characters, no name that some system keeps for itself, and the ending of the real type.
"""

import unicodedata
from typing import Final
from urllib.parse import quote

from ..models import Output, Project
from .keys import EXTENSIONS

_PROJECT_BYTES_MAX: Final = 36
_WORDS_BYTES_MAX: Final = 48
_NUMBERED: Final = {Output.Role.VARIANT: "", Output.Role.DRAFT: "draft-", Output.Role.THOUGHT: "thought-"}


def output_stem(output: Output) -> str:
    """`autumn-catalogue-402B-pro-2K-a-red-boat`, without the ending. Needs its generation's run and project."""
    generation = output.generation
    run = generation.run
    parts = (
        slug(generation.project.name, _PROJECT_BYTES_MAX),
        generation.frame_number,
        "" if output.role == Output.Role.PRIMARY else f"{_NUMBERED[Output.Role(output.role)]}{output.position + 1}",
        run.model_key,
        run.size,
        slug(run.prompt, _WORDS_BYTES_MAX),
    )
    return "-".join(part for part in parts if part)


def labelled_stem(project: Project, label: str) -> str:
    """`autumn-catalogue-sketch`, for what came with a name of its own. The project in front: `con.png` is no file."""
    return "-".join(filter(None, (slug(project.name, _PROJECT_BYTES_MAX) or "picture", slug(label, _WORDS_BYTES_MAX))))


def file_name(stem: str, mime_type: str) -> str:
    """With the ending of the type. Raises KeyError for one we do not keep."""
    return f"{stem}.{EXTENSIONS[mime_type]}"


def content_disposition(name: str, *, as_attachment: bool) -> str:
    """The header's value: the name for every browser of today, and one in plain letters for what is older.

    `name` is one of ours, so neither form can hold a quote, a line end or a path.
    """
    stem, _, ending = name.rpartition(".")
    plain = slug(unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode(), len(stem)) or "picture"
    kind = "attachment" if as_attachment else "inline"
    return f"{kind}; filename=\"{plain}.{ending}\"; filename*=UTF-8''{quote(name, safe='')}"


def slug(text: str, bytes_max: int) -> str:
    """Letters and digits of any alphabet, a hyphen for whatever stands between; at most so many bytes of UTF-8.

    Cut between words where there are several. File systems count bytes, some of them no more than 143 for a name.
    """
    words = "".join(_kept(unicodedata.normalize("NFC", text))).split()
    kept = ""
    for word in words:
        longer = f"{kept}-{word}" if kept else word.encode()[:bytes_max].decode(errors="ignore")
        if len(longer.encode()) > bytes_max:
            break
        kept = longer
    return kept


def _kept(text: str) -> list[str]:
    """Character by character. A mark, such as a vowel sign, stays with the letter before it and nowhere else."""
    kept: list[str] = []
    for character in text:
        kind = unicodedata.category(character)[0]
        is_kept = kind in "LN" or (kind == "M" and bool(kept) and kept[-1] != " ")
        kept.append(character if is_kept else " ")
    return kept
