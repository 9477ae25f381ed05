"""Lines that somebody who guards a studio searches for: each has a word of its own in the field `event`."""

import logging
from enum import StrEnum

logger = logging.getLogger("studio.events")


class Event(StrEnum):
    """The words. docs/operations.md says of each when it is written."""

    SIGNED_IN = "signed-in"
    SIGNED_OUT = "signed-out"
    SIGN_IN_FAILED = "sign-in-failed"
    DENIED = "denied"
    FORM_REFUSED = "form-refused"
    AUDIT = "audit"
    CALL_ENDED = "call-ended"


def tell(event: Event, words: str, *arguments: object) -> None:
    """Write one line. `words` and `arguments` are those of `logging`."""
    logger.info(words, *arguments, extra={"event": event})
