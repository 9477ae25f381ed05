"""The tables of docs/provider.md, written from the tables the studio works by.

`python -m studio.provider.tables docs/provider.md` brings a page up to date; a test fails while it is not.
"""

import re
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from ..money import dollars
from .catalogue import BY_KEY, MODELS, Model
from .classify import FINISH_OUTCOMES, STATUS_OUTCOMES
from .gemini import CONNECT_SECONDS, SEND_SECONDS, TAIL_SECONDS
from .outcome import RULES, Charge, Outcome, Retry, Rule
from .request import REFERENCES_MANY

_CHARGED: Final = MappingProxyType({Charge.NONE: "no", Charge.PRESUMED: "presumed", Charge.CHARGED: "yes"})


def models() -> str:
    """What each model takes and makes, and how long it may be silent."""
    head = (
        "model",
        "id on the wire",
        "other ids",
        "sizes",
        "ratios",
        "a call",
        "read timeout, s",
        "thinking",
        "search",
        "image without words",
    )
    return table(head, map(_model, MODELS))


def pixels() -> str:
    """Expected width × height by ratio, for the models that share one table and for the first generation."""
    shared, first = BY_KEY["nb2"], BY_KEY["gen1"]

    def cell(model: Model, size: str, ratio: str) -> str:
        return "–" if ratio not in model.ratios else "{}×{}".format(*model.pixels(size, ratio))

    rows = (
        (ratio, *(cell(shared, size, ratio) for size in shared.sizes), cell(first, "1K", ratio))
        for ratio in shared.ratios
    )
    return table(("ratio", *shared.sizes, "Gen 1"), rows)


def outcomes() -> str:
    """What each way to end means for the generation, the money and another try."""
    head = ("outcome", "generation", "charged", "another try")
    return table(head, ((f"`{outcome}`", *_rule(outcome, rule)) for outcome, rule in RULES.items()))


def finishes() -> str:
    """What a `finishReason` means for an answer without a picture."""
    notes = {
        Outcome.REFUSED_OUTPUT: "the finished picture was filtered; the filter is partly random",
        Outcome.NO_IMAGE: "often the prompt reads like a question",
        Outcome.TRUNCATED: "with a picture: delivered with a warning",
        Outcome.HISTORY_ERROR: "answered with 200, so presumed charged, and not sent again by itself",
    }
    named = [
        (", ".join(f"`{word}`" for word, each in FINISH_OUTCOMES.items() if each is outcome), outcome)
        for outcome in dict.fromkeys(FINISH_OUTCOMES.values())
    ]
    others = [("`STOP` with words", Outcome.REFUSED_TEXT), ("every other, and none", Outcome.PROVIDER_FAULT)]
    rows = ((words, f"`{outcome}`", notes.get(outcome, "")) for words, outcome in named + others)
    return table(("`finishReason`", "outcome", ""), rows)


def statuses() -> str:
    """What a status other than 2xx means, and what else its body may say."""
    looks = {
        400: "`history_error` when it speaks of a thought signature",
        429: "`failed_input` with type `invalid_request_error`: a bad input picture",
        500: "`failed_delivery` with code `write_response_body_failed`",
        502: "tried again after 30 and 60 s: it restarts",
    }
    known = [(str(status), outcome, looks.get(status, "")) for status, outcome in STATUS_OUTCOMES.items()]
    everywhere = '`failed_balance` with a code that speaks of quota; `outcome_unknown` with "Upstream model timed out"'
    rows = [
        *known,
        ("every other (408, 499, 504, 524, a redirect)", Outcome.OUTCOME_UNKNOWN, "the generation may have run"),
    ]
    lines = ((status, f"`{outcome}`", _CHARGED[RULES[outcome].charge], look) for status, outcome, look in rows)
    return table(("status", "outcome", "charged", "but"), [*lines, ("any", "", "", everywhere)])


def deadlines() -> str:
    """How long each step of a call may take."""
    rows = (
        ("connect, TLS included", f"{CONNECT_SECONDS} s a step"),
        ("send", f"{SEND_SECONDS} s for everything up to the last byte; what is not out by then was not sent"),
        (
            "wait",
            "no byte for the model's read timeout; "
            f"with {REFERENCES_MANY} references or more as long as for the largest size",
        ),
        ("the whole call", f"read timeout + {SEND_SECONDS} s, also against a peer that drips"),
        (
            "after the JSON is whole",
            f"{TAIL_SECONDS} s: in some hours no answer ends properly, and waiting for it takes over 300 s [faq]",
        ),
        ("TCP keep-alive", "after 30 s, every 30 s; routers forget a silent connection after 350 s"),
    )
    return table(("", ""), rows)


TABLES: Final[Mapping[str, Callable[[], str]]] = MappingProxyType(
    {
        "models": models,
        "pixels": pixels,
        "outcomes": outcomes,
        "finishes": finishes,
        "statuses": statuses,
        "deadlines": deadlines,
    }
)


def filled(page: str, tables: Mapping[str, Callable[[], str]] = TABLES) -> str:
    """The page with every `<!-- table: NAME -->` … `<!-- end -->` holding that table as it is now."""

    def current(found: re.Match[str]) -> str:
        return f"{found[1]}\n{tables[found[2]]()}\n<!-- end -->"

    return re.sub(r"(<!-- table: (\w+) -->)\n.*?<!-- end -->", current, page, flags=re.DOTALL)


def _model(model: Model) -> tuple[str, ...]:
    timeouts = sorted(set(model.read_timeout_seconds.values()))
    searches = [name for name, has in (("web", model.web_search), ("images", model.image_search)) if has]
    return (
        model.name,
        f"`{model.wire_id}`",
        ", ".join(f"`{alias}`" for alias in model.aliases) or "–",
        ", ".join(model.sizes) + ("" if model.sends_size else " (not sent)"),
        str(len(model.ratios)),
        dollars(model.price_micros),
        " / ".join(map(str, timeouts)),
        ", ".join(model.thinking_levels) or "–",
        ", ".join(searches) or "–",
        "yes" if model.image_only else "–",
    )


def _rule(outcome: Outcome, rule: Rule) -> tuple[str, ...]:
    delays = ", ".join(map(str, rule.retry_delays_seconds))
    again = {Retry.NEVER: "after a change", Retry.MANUAL: "by hand", Retry.AUTO: f"by itself, after {delays} s"}[
        rule.retry
    ]
    if outcome is Outcome.DELIVERED:
        again = "–"
    elif outcome is Outcome.DELIVERY_PENDING:
        again = "by itself, the download alone"
    return rule.status, _CHARGED[rule.charge], again


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """In Markdown."""
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        Path(name).write_text(filled(Path(name).read_text("utf-8")), "utf-8")
