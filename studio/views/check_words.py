"""What a health check found, as people read it: what it was, how it went, and what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..health_check import Check
from ..models.gateway_key import LINKS

_TITLES: Final[Mapping[str, Promise]] = {
    "endpoint": gettext_lazy("Endpoint reachable"),
    "key": gettext_lazy("Key accepted"),
    "models": gettext_lazy("Models offered"),
    "storage": gettext_lazy("Storage: write, read, delete"),
    "clock": gettext_lazy("Server clock"),
}
_REMEDIES: Final[Mapping[tuple[str, str], Promise]] = {
    ("endpoint", "bad"): gettext_lazy("The gateway does not answer. Check NB_GATEWAY_URL and this server’s network."),
    ("endpoint", "warn"): gettext_lazy("It answers otherwise than a gateway does. Check NB_GATEWAY_URL."),
    ("key", "bad"): gettext_lazy("The gateway refused the key. Replace it, and check its group."),
    ("models", "warn"): gettext_lazy(
        "The gateway does not list these with this key. Switch them off, or change its group."
    ),
    ("storage", "bad"): gettext_lazy("The storage did not keep what it was given. Check its keys, rights and room."),
    ("clock", "warn"): gettext_lazy("Turn on time synchronisation on this host."),
}


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of the result. `look` is ok, warn, bad or empty: not looked at."""

    title: str
    look: str
    figure: str
    words: str


def check_lines(checks: Sequence[Check]) -> list[CheckLine]:
    return [_line(check) for check in checks]


def _line(check: Check) -> CheckLine:
    title = str(_TITLES[check.name])
    if check.of == LINKS:
        title = _("%(check)s, NB-OSS") % {"check": title}
    figure = _("not run") if not check.look else check.reason
    if check.milliseconds is not None and not check.reason:
        figure = _("%(count)d ms") % {"count": check.milliseconds}
    words = str(_REMEDIES.get((check.name, check.look), ""))
    if check.missing:
        words = f"{', '.join(check.missing)}. {words}"
    return CheckLine(title, check.look, figure, words)
