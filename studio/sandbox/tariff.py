"""What a call costs with this key: a price for each call or by its tokens, times the multiplier of the key's group.

Groups and billing modes belong to the key and cannot be seen in a request; only the usage log names them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from ..provider.catalogue import Model
from ..provider.terms import BY_TOKENS, SEARCH_MICROS
from .account import MICROS_PER_QUOTA, QUOTA_PER_DOLLAR

SEARCH_QUOTA: Final = SEARCH_MICROS // MICROS_PER_QUOTA
"""One web search."""


@dataclass(frozen=True, slots=True)
class TokenPrice:
    """Quota units per million tokens, in and out; text, thinking and pictures alike."""

    input: int
    output: int


TOKEN_PRICES: Final[Mapping[str, TokenPrice]] = MappingProxyType(
    {
        key: TokenPrice(terms.input_micros // MICROS_PER_QUOTA, terms.output_micros // MICROS_PER_QUOTA)
        for key, terms in BY_TOKENS.items()
    }
)
"""By model, as the studio's own table has them. The first generation has no such price and is paid by the call."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """A group and how it bills. `stable_ids` says that the group knows no preview ids."""

    group: str = "default"
    ratio: float = 1.0
    by_tokens: bool = False
    stable_ids: bool = False

    def failed_over(self) -> "Tariff":
        """After a silent change to the fallback group, whose price it is."""
        return replace(self, group=ENTERPRISE.group, ratio=ENTERPRISE.ratio)

    def counts_tokens(self, model: Model) -> bool:
        return self.by_tokens and model.key in TOKEN_PRICES

    def call_quota(self, model: Model, searches: int = 0) -> int:
        """One call, whatever comes of it, in quota units."""
        return round((model.price_micros // MICROS_PER_QUOTA + searches * SEARCH_QUOTA) * self.ratio)

    def token_quota(self, model: Model, usage: Mapping[str, Any], searches: int) -> int:
        """By the tokens of an answer. The output is total less prompt: on a block its two fields say the same."""
        price = TOKEN_PRICES[model.key]
        prompt: int = usage["promptTokenCount"]
        output: int = usage["totalTokenCount"] - prompt
        tokens = (prompt * price.input + output * price.output) / 1_000_000
        return round((tokens + searches * SEARCH_QUOTA) * self.ratio)

    def terms(self, model: Model) -> dict[str, Any]:
        """How the log's `other` says it. `by_count` is the real word; that of token billing is not documented."""
        if not self.counts_tokens(model):
            return {"billing_type": "by_count", "group_ratio": self.ratio, "model_ratio": 1}
        price = TOKEN_PRICES[model.key]
        # In the gateway's lineage a ratio of 1 is $2 for a million tokens.
        model_ratio = price.input / QUOTA_PER_DOLLAR / 2
        return {
            "billing_type": "by_token",
            "group_ratio": self.ratio,
            "model_ratio": model_ratio,
            "completion_ratio": price.output / price.input,
        }

    def note(self, model: Model) -> str:
        """The log's `content`."""
        terms = self.terms(model)
        if "completion_ratio" in terms:
            ratios = f"Model ratio {terms['model_ratio']:g}, completion ratio {terms['completion_ratio']:g}"
            return f"{ratios}, group ratio {self.ratio:g}"
        return f"Fixed model price {model.price_micros / 1_000_000}, group ratio {self.ratio:g}"


ENTERPRISE: Final = Tariff(group="NanoBananaEnterprise", ratio=1.4)

_BY_PREFIX: Final[Mapping[str, Tariff]] = MappingProxyType(
    {
        "sk-oss": Tariff(group="NB-OSS"),
        "sk-token": Tariff(by_tokens=True),
        "sk-enterprise": ENTERPRISE,
        "sk-reverse": Tariff(group="NanoBananaReverse", ratio=0.8, stable_ids=True),
    }
)


def of(key: str) -> Tariff:
    return next((tariff for prefix, tariff in _BY_PREFIX.items() if key.startswith(prefix)), Tariff())
