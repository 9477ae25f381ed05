"""What a picture is called once it has left the studio: from our own facts, never from a name that somebody gave."""

from typing import Final

from django.utils.text import slugify

from .models import Output, Project
from .storage.keys import EXTENSIONS

_PROJECT_BYTES_MAX: Final = 60
_PROMPT_BYTES_MAX: Final = 90
"""File systems take 255 bytes for a name; a Chinese character has three."""


def picture_name(output: Output) -> str:
    """`autumn-catalogue-402B-a-red-boat.png`; a further picture of the same frame has its place behind the number.

    Letters of every alphabet, digits and hyphens alone, so that no file system, header or shell takes offence. One
    picture of the studio has it, since run numbers count per studio. The generation's run and project are asked for.
    """
    generation = output.generation
    place = "" if output.role == Output.Role.PRIMARY else f"-{output.position + 1}"
    words = _slug(generation.run.prompt, _PROMPT_BYTES_MAX)
    parts = (project_slug(generation.project), f"{generation.frame_number}{place}", words)
    return f"{'-'.join(filter(None, parts))}.{EXTENSIONS[output.mime_type]}"


def project_slug(project: Project) -> str:
    """`autumn-catalogue`; may be empty, where a name has neither letters nor digits."""
    return _slug(project.name, _PROJECT_BYTES_MAX)


def _slug(text: str, bytes_max: int) -> str:
    """Cut where a word ends, if there is such a place."""
    whole = slugify(text[:bytes_max], allow_unicode=True)
    cut = whole.encode()[:bytes_max].decode(errors="ignore")
    if cut != whole and "-" in cut:
        cut = cut.rpartition("-")[0]
    return cut.strip("-_")
