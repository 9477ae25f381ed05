"""A notice in one sentence, and where it leads: for the list and for a letter, in the language that is set."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Notice
from ..money import dollars

_Kind = Notice.Kind


def sentence(notice: Notice) -> str:
    """Needs `by`, `project` and the generation with its run."""
    facts: dict[str, Any] = {"count": notice.count}
    if notice.by:
        facts["name"] = notice.by.display_name
    if notice.project:
        facts["project"] = notice.project.name
    if notice.generation:
        facts["frame"] = notice.generation.frame_number
        facts["run"] = notice.generation.run.number
    if notice.amount_micros is not None:
        facts["sum"] = dollars(notice.amount_micros)
    return _SENTENCES[_Kind(notice.kind)](notice) % facts


def address(notice: Notice) -> str:
    """The thing itself."""
    if notice.generation:
        page = notice.generation.get_absolute_url()
        return f"{page}#comments" if notice.kind == _Kind.COMMENT else page
    if notice.kind == _Kind.ASKED:
        return reverse("inbox")
    if notice.kind == _Kind.JOINED:
        if notice.project:
            return reverse("members", args=[notice.project.public_id])
        return reverse("people" if notice.person.is_studio_admin else "home")
    if notice.kind == _Kind.WEBHOOK_OFF:
        return reverse("webhooks")
    return reverse("usage")


def _comment(notice: Notice) -> str:
    if notice.count == 1:
        return _("%(name)s commented on %(frame)s")
    return ngettext(
        "%(count)d new comment on %(frame)s, the last by %(name)s",
        "%(count)d new comments on %(frame)s, the last by %(name)s",
        notice.count,
    )


def _picked(notice: Notice) -> str:
    if notice.count == 1:
        return _("%(name)s picked %(frame)s")
    return ngettext(
        "%(name)s picked %(count)d image of run %(run)d",
        "%(name)s picked %(count)d images of run %(run)d",
        notice.count,
    )


def _unknown(notice: Notice) -> str:
    if notice.count == 1:
        return _("%(frame)s ended without an answer. It counts as charged until that is known.")
    return ngettext(
        "%(count)d image of run %(run)d ended without an answer. It counts as charged until that is known.",
        "%(count)d images of run %(run)d ended without an answer. They count as charged until that is known.",
        notice.count,
    )


def _for_nothing(notice: Notice) -> str:
    if notice.count == 1:
        return _("%(frame)s brought no image, and counts as charged")
    return ngettext(
        "%(count)d frame of run %(run)d brought no image, and counts as charged",
        "%(count)d frames of run %(run)d brought no image, and count as charged",
        notice.count,
    )


def _delivered(notice: Notice) -> str:
    if notice.count == 1:
        return _("The image of %(frame)s has arrived after all")
    return ngettext(
        "%(count)d image of run %(run)d has arrived after all",
        "%(count)d images of run %(run)d have arrived after all",
        notice.count,
    )


def _charged(notice: Notice) -> str:
    if notice.count == 1:
        return _("%(frame)s was charged: %(sum)s, that is certain now")
    return ngettext(
        "%(count)d frame of run %(run)d was charged: %(sum)s, that is certain now",
        "%(count)d frames of run %(run)d were charged: %(sum)s in all, that is certain now",
        notice.count,
    )


def _returned(notice: Notice) -> str:
    if notice.count == 1:
        return _("%(frame)s was not charged: %(sum)s came back to you")
    return ngettext(
        "%(count)d frame of run %(run)d was not charged: %(sum)s came back to you",
        "%(count)d frames of run %(run)d were not charged: %(sum)s came back to you",
        notice.count,
    )


def _credited(notice: Notice) -> str:
    return ngettext(
        "The provider reimbursed %(count)d charge: %(sum)s came back to you",
        "The provider reimbursed %(count)d charges: %(sum)s came back to you",
        notice.count,
    )


def _asked(notice: Notice) -> str:
    if notice.project:
        return _("%(name)s asks for more money for %(project)s")
    return _("%(name)s asks for more money")


def _granted(notice: Notice) -> str:
    if notice.project:
        return _("%(name)s granted what you asked for: %(project)s has %(sum)s a month")
    return _("%(name)s granted what you asked for: you have %(sum)s a month")


def _declined(notice: Notice) -> str:
    if notice.project:
        return _("%(name)s declined what you asked for %(project)s")
    return _("%(name)s declined what you asked for")


def _joined(notice: Notice) -> str:
    if notice.count == 1:
        if notice.project:
            return _("%(name)s accepted your invitation to %(project)s")
        return _("%(name)s accepted your invitation to the studio")
    if notice.project:
        return ngettext(
            "%(count)d person accepted your invitation to %(project)s, the last was %(name)s",
            "%(count)d people accepted your invitations to %(project)s, the last was %(name)s",
            notice.count,
        )
    return ngettext(
        "%(count)d person accepted your invitation to the studio, the last was %(name)s",
        "%(count)d people accepted your invitations to the studio, the last was %(name)s",
        notice.count,
    )


def _webhook_off(notice: Notice) -> str:
    if notice.project:
        return _("A webhook of %(project)s failed for too long, and is switched off")
    return _("One of your webhooks failed for too long, and is switched off")


_SENTENCES: Final[Mapping[Notice.Kind, Callable[[Notice], str]]] = {
    _Kind.COMMENT: _comment,
    _Kind.APPROVED: lambda _notice: _("%(name)s approved %(frame)s"),
    _Kind.REJECTED: lambda _notice: _("%(name)s rejected %(frame)s"),
    _Kind.PICKED: _picked,
    _Kind.UNKNOWN: _unknown,
    _Kind.CHARGED_FOR_NOTHING: _for_nothing,
    _Kind.DELIVERED: _delivered,
    _Kind.CHARGED: _charged,
    _Kind.RETURNED: _returned,
    _Kind.CREDITED: _credited,
    _Kind.ASKED: _asked,
    _Kind.GRANTED: _granted,
    _Kind.DECLINED: _declined,
    _Kind.BUDGET: lambda _notice: _("%(name)s set your budget to %(sum)s a month"),
    _Kind.GIVEN_BACK: lambda _notice: _("%(name)s gave back the charge you asked about"),
    _Kind.STANDS: lambda _notice: _("%(name)s answered your question about a charge: it stands"),
    _Kind.JOINED: _joined,
    _Kind.WEBHOOK_OFF: _webhook_off,
}
