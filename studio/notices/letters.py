"""Notices by mail: one letter with all that somebody asked to be told of and did not read for ten minutes.

A worker writes them. It says of each notice first that it was mailed, by one conditional update, so of several workers
one does; who dies in between costs a letter and no notice. A mail server that is away is tried again for a day.
"""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from smtplib import SMTPException
from typing import Final

from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext

from ..models import Notice, NoticeMail
from .words import sentence

logger = logging.getLogger(__name__)

WAIT: Final = timedelta(minutes=10)
"""Whoever is there reads it meanwhile, and what comes together is one letter."""
TRIED: Final = timedelta(days=1)
LINES_MAX: Final = 50
_SUBJECT_MAX: Final = 150


def write_letters(*, now: datetime) -> int:
    """Send what is due; how many letters that were. The first that fails ends the round: the rest would fail too."""
    due = Notice.objects.unread().filter(mailed_at=None, told_at__lte=now - WAIT, told_at__gt=now - TRIED)
    told = set(due.order_by().values_list("person", flat=True))
    sent = 0
    for wish in NoticeMail.objects.filter(person__in=told, person__is_active=True).select_related("person"):
        seen = Notice.objects.visible_to(wish.person).select_related("by", "project", "generation__run")
        wanted = seen.filter(pk__in=due.values("pk"), kind__in=wish.kinds)
        mine = [notice for notice in wanted[:LINES_MAX] if _take(notice, now)]
        if not mine or not wish.person.email:
            continue
        if not _send(wish, mine):
            Notice.objects.filter(pk__in=[notice.pk for notice in mine], mailed_at=now).update(mailed_at=None)
            break
        sent += 1
    return sent


def _take(notice: Notice, now: datetime) -> bool:
    unread = Notice.objects.unread().filter(pk=notice.pk, mailed_at=None, told_at=notice.told_at)
    return bool(unread.update(mailed_at=now))


def _send(wish: NoticeMail, notices: Sequence[Notice]) -> bool:
    with translation.override(wish.language):
        lines = [(sentence(each), wish.origin + reverse("notice", args=[each.public_id])) for each in notices]
        count = ngettext("%(count)d notice", "%(count)d notices", len(lines)) % {"count": len(lines)}
        title = lines[0][0] if len(lines) == 1 else count
        context = {"lines": lines, "settings_link": wish.origin + reverse("notices")}
        body = render_to_string("studio/notices/letter.txt", context)
    # One line whatever a project is called.
    subject = " ".join(f"NB Studio: {title}".split())[:_SUBJECT_MAX]
    letter = EmailMessage(subject, body, to=[wish.person.email], headers={"Auto-Submitted": "auto-generated"})
    try:
        return letter.send() == 1
    except (OSError, SMTPException) as error:
        logger.error("person %s: notices could not be mailed: %s", wish.person.pk, type(error).__name__)
        return False
