"""Mail, sent by a thread of its own: a page is answered at once, and its time tells nobody whether a letter went out.

A letter that could not be sent is an error in the log, without its words. A process that ends takes its last letters
along only when it is killed; whoever waits for one asks again.
"""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from smtplib import SMTPException
from typing import Final

from django.core.mail import EmailMessage

logger = logging.getLogger(__name__)

_clerk: Final = ThreadPoolExecutor(1, thread_name_prefix="mail")
_last: list[Future[None]] = []


def send(letter: EmailMessage) -> None:
    """Hand a finished letter over; it goes out in the order of these calls."""
    _last[:] = [_clerk.submit(_deliver, letter)]


def wait() -> None:
    """Until all that was handed over has gone out, or failed."""
    for future in _last:
        future.result()


def _deliver(letter: EmailMessage) -> None:
    try:
        letter.send()
    except (OSError, SMTPException) as error:
        logger.error("A letter (%s) could not be sent: %s", letter.subject, type(error).__name__)
