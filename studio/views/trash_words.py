"""What is said after frames went to the trash, came back or ended."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Generation, Project
from ..trash.move import Moved, Why
from ..trash.retention import ends_at, trash_days


def moved(what: Moved) -> str:
    """`402B moved to the trash, kept until 29 December.`, and a sentence for each reason why another was not."""
    sentences = [*_moved(what.frames), *_refused(what.refused)]
    return " ".join(sentences) or _("Nothing was chosen.")


def _moved(frames: Sequence[Generation]) -> Iterator[str]:
    if not frames:
        return
    facts = {"count": len(frames), "frame": frames[0].frame_number}
    said = ngettext("%(frame)s moved to the trash", "%(count)d images moved to the trash", len(frames)) % facts
    end = ends_at(timezone.now(), trash_days())
    if end is None:
        yield _("%(said)s.") % {"said": said}
    else:
        day = date_format(timezone.localtime(end), _("j F"))
        yield _("%(said)s, kept until %(day)s.") % {"said": said, "day": day}


def _refused(refused: Sequence[tuple[Generation, Why]]) -> Iterator[str]:
    by_reason: dict[Why, list[Generation]] = defaultdict(list)
    for frame, why in refused:
        by_reason[why].append(frame)
    for why, frames in by_reason.items():
        facts = {"count": len(frames), "frame": frames[0].frame_number, "person": frames[0].person.display_name}
        yield _sentence(why, len(frames)) % facts


def _sentence(why: Why, count: int) -> str:
    match why:
        case Why.RUNNING:
            return ngettext(
                "%(frame)s is still running: cancel it, or wait for it.",
                "%(count)d are still running: cancel them, or wait for them.",
                count,
            )
        case Why.QUESTIONED:
            return ngettext(
                "%(frame)s stays until the question about its charge is answered.",
                "%(count)d stay until the questions about their charges are answered.",
                count,
            )
        case Why.NOT_YOURS:
            return ngettext(
                "%(frame)s is %(person)s’s: only they, or an owner of the project, may move it.",
                "%(count)d are other people’s: only they, or an owner of the project, may move them.",
                count,
            )


def brought_back(frames: Sequence[Generation]) -> str:
    if not frames:
        return _("There was nothing to bring back.")
    facts = {"count": len(frames), "frame": frames[0].frame_number}
    return (
        ngettext("%(frame)s is back where it was.", "%(count)d images are back where they were.", len(frames)) % facts
    )


def deleted(frames: Sequence[Generation]) -> str:
    if not frames:
        return _("Nothing was deleted: others were made from it, or it is not there any more.")
    facts = {"count": len(frames), "frame": frames[0].frame_number}
    return (
        ngettext(
            "%(frame)s is deleted. What it cost stays in the ledger.",
            "%(count)d images are deleted. What they cost stays in the ledger.",
            len(frames),
        )
        % facts
    )


def with_the_way_to_the_trash(said: str, project: Project) -> str:
    """For a page without script, where a toast can take nothing back by itself."""
    address = reverse("trash", args=[project.public_id])
    return format_html('{} <a class="btn btn-sm" href="{}">{}</a>', said, address, _("Open the trash"))
