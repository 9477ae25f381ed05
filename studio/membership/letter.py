"""An invitation by e-mail, in the language it was asked for. Mail is a courtesy: without it the link is handed over."""

import logging
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from ..models import Instance, Invitation

logger = logging.getLogger(__name__)

SUBJECT_MAX: Final = 150


def send(invitation: Invitation, link: str, *, language: str) -> bool:
    """Send the link to the invitation's address. False when that did not work; the invitation stands all the same."""
    context = {
        "invitation": invitation,
        "link": link,
        "by": invitation.invited_by.display_name,
        "studio": Instance.called(),
    }
    with translation.override(language):
        subject = render_to_string("studio/team/letter_subject.txt", context)
        body = render_to_string("studio/team/letter.txt", context)
    # One line whatever a project is called: names are checked when they are typed, and again by the mail library.
    message = EmailMessage(" ".join(subject.split())[:SUBJECT_MAX], body, to=[invitation.email])
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    try:
        return message.send() == 1
    except (SMTPException, OSError):
        logger.exception("invitation %s: the e-mail was not sent", invitation.pk)
        return False


def can_send() -> bool:
    """Whether a mail server is known."""
    return bool(settings.NB_MAIL)
