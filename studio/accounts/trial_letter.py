"""A letter to oneself, sent while one waits, so that an admin sees whether mail goes out, and if not, why."""

import smtplib
from enum import StrEnum

from django.core.mail import EmailMessage, mailers


class Trouble(StrEnum):
    """Why a letter did not go out."""

    NO_ANSWER = "no_answer"  # nobody listens there, or the connection broke
    SIGN_IN = "sign_in"  # the server does not take the name and the password
    RECIPIENT = "recipient"  # it does not take a letter to this address
    REFUSED = "refused"  # it does not take the letter: mostly because of its sender


def send_trial(to: str, *, subject: str, body: str) -> Trouble | None:
    """Send it now. None: the server has taken it."""
    letter = EmailMessage(subject, body, to=[to], headers={"Auto-Submitted": "auto-generated"})
    mailer = mailers.default
    try:
        mailer.send_messages([letter])
    except smtplib.SMTPAuthenticationError:
        return Trouble.SIGN_IN
    except smtplib.SMTPRecipientsRefused:
        return Trouble.RECIPIENT
    except (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError):
        return Trouble.NO_ANSWER
    except smtplib.SMTPException:
        return Trouble.REFUSED
    except OSError:  # no name, no route, no TLS, or no answer in time
        return Trouble.NO_ANSWER
    finally:
        mailer.close()  # which a mailer that was refused at sign-in does not do by itself
    return None
