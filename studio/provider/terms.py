"""What a call is paid by: a price for the call, or one for its tokens; with its web searches, times the key's group.

Everything is whole micro-dollars: multiplied first, divided once, rounded up once. Source: the gateway's pages on
prices, usage metadata and groups, read 2026-11-22; see docs/money.md.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType
from typing import Final, Self

from .catalogue import IMAGES_MAX, PROMPT_CHARACTERS_MAX, Model

SEARCH_MICROS: Final = 14_000
"""One web search, $0.014, on top of either price."""
SEARCHES_MAX: Final = 3
"""The model decides for itself how often it looks something up: 1 to 3 times, as far as the gateway has seen."""
OVERHEAD_TOKENS: Final = 400
"""Output that is billed and named nowhere, for an estimate: what the gateway's guide adds to a call of NB 2."""
OVERHEAD_TOKENS_MAX: Final = 630
"""The most of it that was measured (88 to 630, on Pro)."""
INPUT_IMAGE_TOKENS_MAX: Final = 560
"""One input picture, by Google's price page. Answers through the gateway counted 258 and 516."""
_TOKENS = 1_000_000
_THOUSANDTHS = 1_000
_CENT = 10_000

GROUPS: Final[Mapping[str, int]] = MappingProxyType(
    {"default": 1_000, "NanoBananaEnterprise": 1_400, "NanoBananaReverse": 800, "NB-OSS": 1_000}
)
"""The multiplier of a key's group, in thousandths."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Micro-dollars per call, or per million tokens in and out (pictures, text and thinking alike); and per search.

    The group's multiplier is in thousandths and counts for all of it. A run keeps the terms it was quoted under, so
    that no later price reaches it.
    """

    call_micros: int = 0
    input_micros: int = 0
    output_micros: int = 0
    search_micros: int = SEARCH_MICROS
    multiplier_thousandths: int = 1_000

    @property
    def is_by_tokens(self) -> bool:
        return self.output_micros > 0

    @property
    def multiplier(self) -> str:
        """`1.4`, as people say it."""
        return f"{self.multiplier_thousandths / _THOUSANDTHS:g}"

    def price(self, *, prompt_tokens: int = 0, output_tokens: int = 0, searches: int = 0) -> int:
        """Micro-dollars of one call. The output is candidates and thoughts together."""
        tokens = prompt_tokens * self.input_micros + output_tokens * self.output_micros
        whole = (self.call_micros + searches * self.search_micros) * _TOKENS + tokens
        return -(-whole * self.multiplier_thousandths // (_TOKENS * _THOUSANDTHS))

    def worst(self, model: Model, size: str, *, thinking_level: str = "", web_search: bool = False) -> int:
        """Micro-dollars to hold: the most that one call for one picture comes to.

        It is bounded by the longest prompt and system prompt at a token a character, fourteen input pictures, the
        picture's own tokens, the greatest overhead and the most thinking that was measured, and three searches. What
        is not bounded: several pictures in one answer, of which 3 to 10 were seen, and histories longer than a prompt.
        A call that costs more is booked at its real price and flagged as above its hold.
        """
        thoughts = model.thought_tokens_max.get(thinking_level or model.thinking_default, 0)
        return self.price(
            prompt_tokens=2 * PROMPT_CHARACTERS_MAX + IMAGES_MAX * INPUT_IMAGE_TOKENS_MAX,
            output_tokens=model.image_tokens[size] + OVERHEAD_TOKENS_MAX + thoughts,
            searches=SEARCHES_MAX if web_search else 0,
        )

    def typical(self, model: Model, size: str, *, pictures: int = 1) -> int:
        """Micro-dollars that a plain call is likely to cost, to compare by: no search, no thinking, a short prompt."""
        return self.price(output_tokens=pictures * model.image_tokens[size] + OVERHEAD_TOKENS)

    def to_json(self) -> dict[str, int]:
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, int]) -> Self:
        return cls(**kept)


def real_cost(logged_micros: int, bonus_thousandths: int) -> int:
    """About what was really paid, in micro-dollars to the whole cent: amounts are logged before the top-up's bonus."""
    return (logged_micros * _THOUSANDTHS // (_THOUSANDTHS + bonus_thousandths) + _CENT // 2) // _CENT * _CENT


def by_the_call(model: Model) -> Terms:
    """The catalogue's price, for a key of the default group."""
    return Terms(call_micros=model.price_micros)


def _by_tokens(input_micros: int, output_micros: int) -> Terms:
    return Terms(input_micros=input_micros, output_micros=output_micros)


BY_TOKENS: Final[Mapping[str, Terms]] = MappingProxyType(
    {
        "pro": _by_tokens(880_000, 52_800_000),  # a beta, not open to everybody
        "nb2": _by_tokens(180_000, 21_600_000),
        "nb21": _by_tokens(660_000, 13_200_000),
        "lite": _by_tokens(100_000, 12_000_000),
    }
)
"""What a key that is billed by tokens pays, by model. The first generation is paid by the call whatever the key."""
