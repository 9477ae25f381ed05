"""The tray of input images: an ordered list of references that the form itself carries, so no draft is kept.

A reference is `upload:<uuid>`, `output:<uuid>` or `link:<uuid>`. Their order in the page is the order they are sent in.
"""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from django.http import QueryDict

from ..models import Link, Output, Picture, Project, Upload

SWAP: Final = "swap"
REFERENCES_MAX: Final = 60
"""More than a tray can hold several times over; what comes behind was not made by our page."""


def reference(picture: Picture) -> str:
    return f"{type(picture).__name__.lower()}:{picture.public_id}"


def find_pictures(references: Iterable[str], project: Project) -> list[Picture]:
    """The project's pictures in the order of the references, each once. What is not there is left out.

    A picture of another project is not there, whoever asks.
    """
    wanted = list(dict.fromkeys(references))[:REFERENCES_MAX]
    uploads = Upload.objects.filter(project=project, public_id__in=_ids(wanted, "upload"))
    uploads = uploads.select_related(
        "made_from_upload__made_from_output__generation",
        "made_from_upload__made_from_upload",
        "made_from_output__generation__run",
    )
    outputs = Output.objects.living().filter(generation__project=project, public_id__in=_ids(wanted, "output"))
    links = Link.objects.filter(project=project, public_id__in=_ids(wanted, "link"))
    found: dict[str, Picture] = {}
    if _ids(wanted, "upload"):
        found |= {reference(upload): upload for upload in uploads}
    if _ids(wanted, "output"):
        found |= {reference(output): output for output in outputs.select_related("generation__run")}
    if _ids(wanted, "link"):
        found |= {reference(link): link for link in links}
    return [found[each] for each in wanted if each in found]


def with_inputs(data: QueryDict, pictures: Iterable[Picture]) -> QueryDict:
    """The composer's fields with these pictures behind those that the tray held."""
    changed = data.copy()
    changed.setlist("inputs", [*data.getlist("inputs"), *(reference(picture) for picture in pictures)])
    return changed


def rearrange(references: Sequence[str], action: str) -> list[str]:
    """The references after a move. `action` is `earlier`, `later`, `last`, `remove` or `add`, a space, and a reference;
    or `swap` and pairs of them, each second one in the place of the first.

    An action that makes no sense, such as moving the first one earlier, changes nothing.
    """
    verb, _, one = action.partition(" ")
    order = list(references)
    if verb == SWAP:
        others = one.split()
        new = dict(zip(others[::2], others[1::2], strict=False))
        return list(dict.fromkeys(new.get(each, each) for each in order))
    if verb == "add":
        return order if one in order else [*order, one]
    if one not in order:
        return order
    here = order.index(one)
    order.remove(one)
    if verb != "remove":
        order.insert({"earlier": max(here - 1, 0), "later": here + 1, "last": len(order)}.get(verb, here), one)
    return order


def _ids(references: Iterable[str], kind: str) -> list[UUID]:
    return [UUID(text) for each in references for text in _uuid_text(each, kind)]


def _uuid_text(one: str, kind: str) -> list[str]:
    found_kind, _, text = one.partition(":")
    try:
        return [str(UUID(text))] if found_kind == kind else []
    except ValueError:
        return []
