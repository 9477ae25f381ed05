"""Who came in, who went, who was turned away at the door, and what a decoder died of: a line each, with no name and no
password in it.

What was typed as a name may be a password in the wrong field, so it is not written down.
"""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver

from .decoder import deaths
from .models import User
from .telemetry.events import Event, tell


@receiver(user_logged_in)
def signed_in(sender: object, user: User, **_: Any) -> None:
    tell(Event.SIGNED_IN, "person %s signed in", user.pk)


@receiver(user_logged_out)
def signed_out(sender: object, user: User | None, **_: Any) -> None:
    if user:
        tell(Event.SIGNED_OUT, "person %s signed out", user.pk)


@receiver(user_login_failed)
def sign_in_failed(sender: object, **_: Any) -> None:
    tell(Event.SIGN_IN_FAILED, "a sign-in failed")


def decoder_died(why: str) -> None:
    """A file may be damaged, or made to break its reader."""
    tell(Event.DECODER_DIED, "a decoder %s over a picture", why, why=why)


deaths.listen(decoder_died)
