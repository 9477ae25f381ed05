"""What may never be in the rows, and in the sandbox's books, whatever was done to the workers.

Each check returns what it found: nothing, when the promise held. They are tried themselves in `test_breakages.py`.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Any, Final

type Story = Mapping[str, Any]
"""As `hammer.report` prints it, with the sandbox's `requests` and the calls it `charged`."""

FINAL: Final = {"succeeded", "refused", "failed", "unknown", "cancelled"}


def unfinished(story: Story) -> list[str]:
    return [status for status in story["statuses"] if status not in FINAL]


def sent_twice(story: Story) -> list[str]:
    """Attempts whose request arrived more than once."""
    return [attempt for attempt, times in Counter(_seen(story)).items() if times > 1]


def sent_off_the_record(story: Story) -> set[str]:
    """Requests without a row that was there before them."""
    return set(_seen(story)) - {attempt["id"] for attempt in story["attempts"]}


def sent_again_after_it_was_charged(story: Story) -> list[int]:
    """Generations that machines alone have paid for more than once."""
    paid = {charge["attempt"] for charge in story["charged"]}
    tries: dict[int, list[bool]] = defaultdict(list)
    for attempt in story["attempts"]:
        tries[attempt["generation"]].append(attempt["id"] in paid)
    return [generation for generation, charged in tries.items() if any(charged[:-1])]


def charged_and_not_on_record(story: Story) -> dict[str, int]:
    """Charges of the sandbox, in micro-dollars, that our ledger does not have at that price."""
    ours = {charge["attempt"]: charge["micros"] for charge in story["charges"]}
    theirs = {charge["attempt"]: charge["amount"] * 2 for charge in story["charged"]}
    return {attempt: micros for attempt, micros in theirs.items() if ours.get(attempt) != micros}


def confirmed_and_never_charged(story: Story) -> set[str]:
    confirmed = {charge["attempt"] for charge in story["charges"] if charge["certainty"] == "confirmed"}
    return confirmed - {charge["attempt"] for charge in story["charged"]}


def findings(story: Story) -> list[str]:
    """What the audit of the ledger says."""
    return list(story["findings"])


CHECKS: Final[tuple[Callable[[Story], object], ...]] = (
    unfinished,
    sent_twice,
    sent_off_the_record,
    sent_again_after_it_was_charged,
    charged_and_not_on_record,
    confirmed_and_never_charged,
    findings,
)


def broken_promises(story: Story) -> set[str]:
    """The names of the checks that found something."""
    return {check.__name__ for check in CHECKS if check(story)}


def _seen(story: Story) -> list[str]:
    return [request["attempt"] for request in story["requests"]]
