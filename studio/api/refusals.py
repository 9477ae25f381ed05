"""Why a run was not sent, in the words of the notice above the composer's button, and what may be added to send it."""

from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.utils.translation import gettext as _

from ..asked_before import DeclinedBefore
from ..jobs.pace import TooFast
from ..jobs.submit import FormReused, OverBudget, PriceChanged, SendingPaused
from ..models import Run
from ..prices import Quote
from ..views.refusals import NotConfirmed, Refusal, notice_of, too_fast
from .problems import Problem, too_many


def problem_of(refusal: Refusal, quote: Quote, seen_micros: int, *, now: datetime) -> Problem:
    """`add` is what the same request has to say besides, to be sent after all."""
    total = quote.total_micros
    if isinstance(refusal, FormReused):
        return reused(refusal.run)
    if isinstance(refusal, TooFast):
        return too_many(refusal.seconds, too_fast(refusal.seconds).sentence)
    notice = notice_of(refusal, quote, seen_micros, now=now)
    status, kind, more = _facts(refusal, total)
    return Problem(status, kind, notice.title, notice.sentence, total_micros=total, **more)


def _facts(refusal: Refusal, total_micros: int) -> tuple[int, str, dict[str, Any]]:
    match refusal:
        case OverBudget():
            return HTTPStatus.PAYMENT_REQUIRED, "over-budget", {"left_micros": max(0, refusal.left_micros)}
        case PriceChanged():
            return HTTPStatus.CONFLICT, "price-changed", {"add": {"price_micros": refusal.now_micros}}
        case NotConfirmed():
            more = {"threshold_micros": refusal.threshold_micros, "add": {"confirmed_micros": total_micros}}
            return HTTPStatus.CONFLICT, "not-confirmed", more
        case DeclinedBefore():
            return HTTPStatus.CONFLICT, "declined-before", {"times": refusal.earlier.times, "add": {"anyway": True}}
        case SendingPaused():
            return HTTPStatus.CONFLICT, "paused", {}
    raise AssertionError(refusal)


def reused(run: Run) -> Problem:
    """The key stands for another run."""
    title = _("This Idempotency-Key made run %(number)d, with other values.") % {"number": run.number}
    detail = _("Nothing was held. For another run take a new key.")
    return Problem(HTTPStatus.CONFLICT, "key-reused", title, detail, run=str(run.public_id))
