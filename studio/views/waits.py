"""Why a queued generation is not sent yet, where it is not simply its place in line: one plain sentence."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..jobs.gate import Bar, Gate
from ..models import Generation
from ..models.gateway_key import Stop
from ..provider.outcome import Outcome

_STOPPED: Final[Mapping[str, Promise]] = {
    Stop.REFUSED: gettext_lazy("The studio’s key was refused; an admin has been told."),
    Stop.BALANCE: gettext_lazy("The studio’s balance with the provider is too low; an admin has been told."),
    Stop.CERTIFICATE: gettext_lazy("The provider’s address could not prove itself; an admin has been told."),
    Stop.ADMIN: gettext_lazy("An admin has stopped sending for now."),
}
_AGAIN: Final[Mapping[str, Promise]] = {
    # Its answer would have found no room, so it was not sent at all.
    "": gettext_lazy("The studio’s storage is full. Trying again at %(time)s."),
    Outcome.FAILED_NETWORK: gettext_lazy("The provider could not be reached. Trying again at %(time)s."),
    Outcome.FAILED_DELIVERY: gettext_lazy("The provider had trouble. Trying again at %(time)s."),
    Outcome.PROVIDER_ERROR: gettext_lazy("The provider had trouble. Trying again at %(time)s."),
}


@dataclass(frozen=True, slots=True)
class Wait:
    sentence: str

    @property
    def stamp(self) -> int:
        """A number that differs when the sentence does."""
        return zlib.crc32(self.sentence.encode())


def wait_of(generation: Generation, gate: Gate | None, now: datetime) -> Wait | None:
    """For a queued generation and its model's gate; None when it only stands in line."""
    own = generation.not_before if generation.not_before and generation.not_before > now else None
    match gate.bar if gate else None:
        case Bar.OFF:
            return Wait(_("This model is switched off."))
        case Bar.STOPPED if gate:
            return Wait(str(_STOPPED.get(gate.stopped_reason, _STOPPED[Stop.ADMIN])))
        case Bar.RESTING if gate and gate.until and (own is None or gate.until >= own):
            return _again(Outcome.FAILED_BUSY, gate.until)
        case Bar.TRYING if own is None:
            return Wait(_("The provider was busy. Another picture goes first, to see if it is over."))
    return _again(generation.outcome, own) if own else None


def _again(outcome: str, at: datetime) -> Wait:
    words = _AGAIN.get(outcome) or _("The provider is busy. Trying again at %(time)s.")
    return Wait(str(words) % {"time": date_format(timezone.localtime(at), "H:i")})
