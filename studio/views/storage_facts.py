"""Where pictures are kept, as an admin reads it, and what a test of it found."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..forms.words import bytes_in_words
from ..storage_check import Step
from .check_words import CheckLine

_TITLES: Final[Mapping[str, Promise]] = {
    "write": gettext_lazy("Write"),
    "read": gettext_lazy("Read back"),
    "part": gettext_lazy("Read a part"),
    "link": gettext_lazy("Open by a link"),
    "delete": gettext_lazy("Delete"),
}
_REMEDIES: Final[Mapping[str, Promise]] = {
    "write": gettext_lazy("Nothing could be written. Check its keys, rights and room."),
    "read": gettext_lazy("What was written could not be read. Check the right to read."),
    "part": gettext_lazy("It does not send parts of a file. Large pictures are slower, and downloads cannot go on."),
    "link": gettext_lazy("A link to the bucket does not open from here. Pictures have to go through the studio."),
    "delete": gettext_lazy("What was written stays there. The trash cannot be emptied without the right to delete."),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of the storage without asking it. `variable` is where the environment says it."""

    title: str
    words: str
    variable: str = ""


def storage_words() -> str:
    """In a few words."""
    if bucket := _bucket():
        return _("S3 bucket %(bucket)s") % {"bucket": bucket}
    return _("This server’s disk, %(size)s free") % {"size": bytes_in_words(_free_bytes())}


def storage_facts() -> Sequence[Fact]:
    delivery = Fact(_("Pictures leave"), _deliveries()[settings.NB_MEDIA_DELIVERY], "NB_MEDIA_DELIVERY")
    if bucket := _bucket():
        server = settings.STORAGES["default"]["OPTIONS"]["endpoint_url"] or "Amazon S3"
        return [
            Fact(_("Kept in"), _("S3 bucket %(bucket)s") % {"bucket": bucket}, "AWS_STORAGE_BUCKET_NAME"),
            Fact(_("Server"), server, "AWS_S3_ENDPOINT_URL"),
            delivery,
        ]
    return [
        Fact(_("Kept in"), str(settings.MEDIA_ROOT), "MEDIA_ROOT"),
        Fact(_("Room left"), bytes_in_words(_free_bytes())),
        delivery,
    ]


def step_lines(steps: Sequence[Step]) -> list[CheckLine]:
    return [_line(step) for step in steps]


def _line(step: Step) -> CheckLine:
    figure = _("not run") if not step.look else step.reason
    if step.milliseconds is not None:
        figure = _("%(count)d ms") % {"count": step.milliseconds}
    return CheckLine(
        str(_TITLES[step.name]), step.look, figure, str(_REMEDIES[step.name]) if step.look == "bad" else ""
    )


def _deliveries() -> dict[str, str]:
    return {
        "stream": _("through the studio"),
        "accel": _("by the server in front, from the disk"),
        "redirect": _("by links to the bucket that live a minute"),
    }


def _bucket() -> str:
    bucket: str = settings.STORAGES["default"].get("OPTIONS", {}).get("bucket_name", "")
    return bucket


def _free_bytes() -> int:
    """Of the disk that the folder is on, or will be once there is a picture."""
    folder = settings.MEDIA_ROOT
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free
