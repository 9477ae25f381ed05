"""The tokens of one call, as the answer counts them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from .document import as_count, as_list, as_object, as_word, get

_MODALITIES_MAX: Final = 16


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens; 0 where the answer does not say. The details are by modality, such as `{"TEXT": 99, "IMAGE": 516}`.

    The candidates' details are an estimate, pictures × tokens a picture; what is billed lies 88 to 630 above them.
    """

    prompt_tokens: int = 0
    candidates_tokens: int = 0
    thoughts_tokens: int = 0
    total_tokens: int = 0
    tool_use_prompt_tokens: int = 0
    cached_content_tokens: int = 0
    prompt_details: Mapping[str, int] = field(default_factory=dict, hash=False)
    candidates_details: Mapping[str, int] = field(default_factory=dict, hash=False)
    traffic_type: str = ""

    @property
    def output_tokens(self) -> int:
        """What is billed as output. On a blocked answer the candidates repeat the thoughts: only the total is right."""
        output = self.total_tokens - self.prompt_tokens - self.tool_use_prompt_tokens
        return max(output, 0) or self.candidates_tokens + self.thoughts_tokens

    def to_json(self) -> dict[str, object]:
        """Plain values, for a JSON column. What few answers say stands there only when this one said it."""
        rare = {
            "tool_use_prompt_tokens": self.tool_use_prompt_tokens,
            "cached_content_tokens": self.cached_content_tokens,
            "prompt_details": dict(self.prompt_details),
            "candidates_details": dict(self.candidates_details),
            "traffic_type": self.traffic_type,
        }
        return {
            "prompt_tokens": self.prompt_tokens,
            "candidates_tokens": self.candidates_tokens,
            "thoughts_tokens": self.thoughts_tokens,
            "total_tokens": self.total_tokens,
            "output_tokens": self.output_tokens,
            **{name: value for name, value in rare.items() if value},
        }


def usage_of(counts: dict[str, object]) -> Usage:
    """From an answer's `usageMetadata`."""
    return Usage(
        prompt_tokens=as_count(get(counts, "promptTokenCount")),
        candidates_tokens=as_count(get(counts, "candidatesTokenCount")),
        thoughts_tokens=as_count(get(counts, "thoughtsTokenCount")),
        total_tokens=as_count(get(counts, "totalTokenCount")),
        tool_use_prompt_tokens=as_count(get(counts, "toolUsePromptTokenCount")),
        cached_content_tokens=as_count(get(counts, "cachedContentTokenCount")),
        prompt_details=_by_modality(get(counts, "promptTokensDetails")),
        candidates_details=_by_modality(get(counts, "candidatesTokensDetails")),
        traffic_type=as_word(get(counts, "trafficType")),
    )


def _by_modality(details: object) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in map(as_object, as_list(details)[:_MODALITIES_MAX]):
        if (modality := as_word(each.get("modality"))) and (tokens := as_count(get(each, "tokenCount"))):
            found[modality] = found.get(modality, 0) + tokens
    return found
