"""The closed set of ways a call can end, and what each means for status, money and a second try.

Status, charge and retry are three facts. The table is section 8 of the gateway's decision table
(docs/provider.md); the numbers in the comments are its rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Outcome(StrEnum):
    """Why an attempt ended."""

    DELIVERED = "delivered"  # 1, 15
    DELIVERED_WITH_WARNING = "delivered_with_warning"  # 2, 3
    REFUSED_TEXT = "refused_text"  # 4
    REFUSED_PROMPT = "refused_prompt"  # 5, 6, 8
    REFUSED_OUTPUT = "refused_output"  # 7
    NO_IMAGE = "no_image"  # 9
    TRUNCATED = "truncated"  # 10
    PROVIDER_FAULT = "provider_fault"  # 11
    CORRUPT_RESULT = "corrupt_result"  # 12
    DELIVERY_PENDING = "delivery_pending"  # 13
    DELIVERY_LOST = "delivery_lost"  # 14, 16
    OUTCOME_UNKNOWN = "outcome_unknown"  # 17, 31, 32
    CANCELLED = "cancelled"  # 19
    FAILED_NETWORK = "failed_network"  # 20
    FAILED_INPUT = "failed_input"  # 21, 25, 27
    HISTORY_ERROR = "history_error"  # 22
    FAILED_CONFIG = "failed_config"  # 23
    FAILED_BALANCE = "failed_balance"  # 24
    FAILED_BUSY = "failed_busy"  # 26, 30
    FAILED_DELIVERY = "failed_delivery"  # 28
    PROVIDER_ERROR = "provider_error"  # 29


DELIVERED_OUTCOMES: Final = frozenset({Outcome.DELIVERED, Outcome.DELIVERED_WITH_WARNING, Outcome.DELIVERY_PENDING})
DECLINED_OUTCOMES: Final = frozenset(
    {Outcome.REFUSED_TEXT, Outcome.REFUSED_PROMPT, Outcome.REFUSED_OUTPUT, Outcome.NO_IMAGE}
)
"""The endings that the words and the images are the reason for: the same question mostly ends so again."""


class Charge(StrEnum):
    """What an attempt did to the money."""

    NONE = "none"  # nothing was charged, or nothing was sent yet
    HELD = "held"  # set aside; the call is under way
    CHARGED = "charged"  # the provider charges, beyond reasonable doubt
    PRESUMED = "presumed"  # counted as charged until the provider's log proves otherwise
    RELEASED = "released"  # was presumed, proved not charged
    REIMBURSED = "reimbursed"  # was charged, given back by the provider


class Retry(StrEnum):
    NEVER = "never"  # only after a person has changed something
    MANUAL = "manual"  # a button that names its price
    AUTO = "auto"  # by the worker, after the delays of the rule


@dataclass(frozen=True, slots=True)
class Rule:
    """`status` is the generation's final status when no automatic retry is left."""

    status: str
    charge: Charge
    retry: Retry
    retry_delays_seconds: tuple[int, ...] = ()


_WAIT_BUSY: Final = (5, 15, 45)

RULES: Final[Mapping[Outcome, Rule]] = MappingProxyType(
    {
        Outcome.DELIVERED: Rule("succeeded", Charge.CHARGED, Retry.NEVER),
        Outcome.DELIVERED_WITH_WARNING: Rule("succeeded", Charge.CHARGED, Retry.MANUAL),
        Outcome.REFUSED_TEXT: Rule("refused", Charge.PRESUMED, Retry.NEVER),
        Outcome.REFUSED_PROMPT: Rule("refused", Charge.PRESUMED, Retry.NEVER),
        Outcome.REFUSED_OUTPUT: Rule("refused", Charge.PRESUMED, Retry.MANUAL),
        Outcome.NO_IMAGE: Rule("refused", Charge.PRESUMED, Retry.MANUAL),
        Outcome.TRUNCATED: Rule("refused", Charge.PRESUMED, Retry.MANUAL),
        Outcome.PROVIDER_FAULT: Rule("refused", Charge.PRESUMED, Retry.MANUAL),
        Outcome.CORRUPT_RESULT: Rule("refused", Charge.CHARGED, Retry.MANUAL),
        Outcome.DELIVERY_PENDING: Rule("succeeded", Charge.CHARGED, Retry.AUTO),
        Outcome.DELIVERY_LOST: Rule("refused", Charge.PRESUMED, Retry.MANUAL),
        Outcome.OUTCOME_UNKNOWN: Rule("unknown", Charge.PRESUMED, Retry.MANUAL),
        Outcome.CANCELLED: Rule("cancelled", Charge.NONE, Retry.MANUAL),
        Outcome.FAILED_NETWORK: Rule("failed", Charge.NONE, Retry.AUTO, (5, 15)),
        Outcome.FAILED_INPUT: Rule("failed", Charge.NONE, Retry.NEVER),
        Outcome.HISTORY_ERROR: Rule("failed", Charge.NONE, Retry.AUTO, (0, 0)),
        Outcome.FAILED_CONFIG: Rule("failed", Charge.NONE, Retry.NEVER),
        Outcome.FAILED_BALANCE: Rule("failed", Charge.NONE, Retry.MANUAL),
        Outcome.FAILED_BUSY: Rule("failed", Charge.NONE, Retry.AUTO, _WAIT_BUSY),
        Outcome.FAILED_DELIVERY: Rule("failed", Charge.NONE, Retry.AUTO, (30, 30)),
        Outcome.PROVIDER_ERROR: Rule("failed", Charge.NONE, Retry.AUTO, (15,)),
    }
)
