"""What a call really cost, by the tokens and searches that its answer counts: booked in place of the worst price.

The charge is committed before the answer is read (S6), so it is the price that was held. When the answer has been read
(S8) the studio itself corrects it, once, with a note of what was counted. What an answer does not count stays at the
worst price until the gateway's log says otherwise, and once it has, that is what the call cost.
"""

import logging
from datetime import datetime

from ..ledger import post
from ..models import Attempt, GatewayLogRow
from ..money import dollars
from ..provider.answer import Reading
from ..provider.terms import SEARCHES_MAX, Terms

logger = logging.getLogger(__name__)


def true_up(attempt: Attempt, reading: Reading, *, now: datetime) -> None:
    """Correct the charge of an attempt to what its answer counts. Runs inside the transaction of S8."""
    if GatewayLogRow.objects.filter(attempt=attempt, state=GatewayLogRow.State.SETTLED).exists():
        return  # read once more after the log has said what it cost
    run = attempt.generation.run
    terms = run.agreed_terms
    if terms.is_by_tokens:
        real_micros = _by_tokens(terms, reading, has_search=run.web_search)
    elif run.web_search:
        real_micros = _by_the_call(terms, reading)
    else:
        return  # a call is a call
    if real_micros is None:
        return
    post.true_up(attempt, real_micros, note=_note(terms, reading, has_search=run.web_search), now=now)
    if real_micros > attempt.price_micros:
        held = dollars(attempt.price_micros)
        logger.error("attempt %s: over_hold: costs %s, held %s", attempt.pk, dollars(real_micros), held)


def searches_of(reading: Reading) -> int:
    """How many searches are paid for: as many as the answer lists, and the worst where it cannot tell.

    A picture or a text without anything of a search beside it was made without one. An answer that shows search
    suggestions and lists no query, or one with nothing in it, leaves the number open.
    """
    says_all = bool(reading.images or reading.model_text) and not reading.search_suggestions
    return reading.web_searches or (0 if says_all else SEARCHES_MAX)


def _by_tokens(terms: Terms, reading: Reading, *, has_search: bool) -> int | None:
    """None when the answer counts nothing."""
    usage = reading.usage
    if not usage.prompt_tokens and not usage.output_tokens:
        return None
    return terms.price(
        prompt_tokens=usage.prompt_tokens,
        output_tokens=usage.output_tokens,
        searches=searches_of(reading) if has_search else 0,
    )


def _by_the_call(terms: Terms, reading: Reading) -> int | None:
    return terms.price(searches=searches_of(reading)) if reading.is_envelope else None


def _note(terms: Terms, reading: Reading, *, has_search: bool) -> str:
    """What the statement says. Like all notes of the studio itself it is kept as it was written, in English."""
    usage, counted = reading.usage, []
    if terms.is_by_tokens:
        counted.append(f"{usage.prompt_tokens:,} tokens in, {usage.output_tokens:,} out")
    if has_search:
        counted.append(f"{searches_of(reading)} × web search")
    return "as counted: " + ", ".join(counted)
