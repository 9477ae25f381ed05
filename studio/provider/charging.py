"""Why each way to end costs what it costs: the table of docs/money.md, written from the rules the studio works by.

`python -m studio.provider.charging docs/money.md` brings the page up to date; a test fails while it is not. The sources
in brackets are those of docs/provider.md.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from .outcome import RULES, Charge, Outcome
from .tables import filled, table

_CHARGED: Final = MappingProxyType({Charge.NONE: "nothing", Charge.PRESUMED: "presumed", Charge.CHARGED: "charged"})
_WORK_WAS_DONE: Final = (
    "per request the gateway counts the call, and shows why [guide]; its test reports say no [tests] ≠"
)
_NEVER_WORKED: Final = "refused before any work, and such calls are not billed [guide] [faq]"

WHY: Final[Mapping[Outcome, tuple[str, str]]] = MappingProxyType(
    {
        Outcome.DELIVERED: ("a picture came", "it was made for us"),
        Outcome.DELIVERED_WITH_WARNING: ("a picture came, and something was odd about it", "it was made for us"),
        Outcome.REFUSED_TEXT: ("the model answered with words alone", _WORK_WAS_DONE),
        Outcome.REFUSED_PROMPT: ("the words or an input were refused", _WORK_WAS_DONE),
        Outcome.REFUSED_OUTPUT: ("the finished picture was filtered", _WORK_WAS_DONE),
        Outcome.NO_IMAGE: ("the model made no picture", _WORK_WAS_DONE),
        Outcome.TRUNCATED: ("the answer ended at the token limit, without a picture", _WORK_WAS_DONE),
        Outcome.PROVIDER_FAULT: ("a complete answer with nothing usable in it", _WORK_WAS_DONE),
        Outcome.CORRUPT_RESULT: ("a picture that no program can read", "it was answered with 200 and a picture"),
        Outcome.DELIVERY_PENDING: ("a picture behind a link that does not open yet", "the picture is made"),
        Outcome.DELIVERY_LOST: (
            "the answer broke off, or its link expired",
            "the call ran to its end at the provider's [guide]",
        ),
        Outcome.OUTCOME_UNKNOWN: (
            "no answer after the request was sent, or our worker died meanwhile",
            "the call runs on and is billed, whoever listens [guide] [faq]",
        ),
        Outcome.CANCELLED: ("cancelled while it waited", "nothing was sent"),
        Outcome.FAILED_NETWORK: ("the gateway was not reached", "nothing was sent"),
        Outcome.FAILED_INPUT: ("a setting or an input was not accepted", _NEVER_WORKED),
        Outcome.HISTORY_ERROR: ("an earlier turn was not accepted", _NEVER_WORKED),
        Outcome.FAILED_CONFIG: ("the key or the model was not accepted", _NEVER_WORKED),
        Outcome.FAILED_BALANCE: ("the gateway's account is empty", _NEVER_WORKED),
        Outcome.FAILED_BUSY: ("the provider was busy, or restarting", _NEVER_WORKED),
        Outcome.FAILED_DELIVERY: (
            "the gateway could not hand its answer over, and says so",
            "it does not bill that [faq]",
        ),
        Outcome.PROVIDER_ERROR: ("the provider failed", '"5xx are not billed" [faq] **?**'),
    }
)


def charges() -> str:
    """Every way to end, what it costs and why, with the source."""
    head = ("what happened", "outcome", "the frame is then", "charge", "why")
    rows = (
        (WHY[each][0], f"`{each}`", rule.status, _CHARGED[rule.charge], WHY[each][1]) for each, rule in RULES.items()
    )
    return table(head, rows)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(filled(Path(name).read_text("utf-8"), {"charges": charges}), "utf-8")
