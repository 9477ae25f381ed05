"""Why a run was not sent, as the notice above the button: what happened, what it cost, what to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..asked_before import AskedBefore, DeclinedBefore
from ..jobs.pace import RUNS, TooFast
from ..jobs.submit import FormReused, OverBudget, PriceChanged, SendingPaused
from ..ledger.balance import month_of
from ..models import Project, Run, User
from ..money import dollars
from ..prices import Quote


@dataclass(frozen=True, slots=True)
class Act:
    """A button of the notice: it sends the composer again, with one more value; to `address` if there is one."""

    name: str
    value: str
    label: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """`run` is an earlier run to look at instead. `is_done` says that this is no refusal: all went well."""

    title: str
    sentence: str
    acts: Sequence[Act] = ()
    run: Run | None = None
    is_done: bool = False

    @property
    def address(self) -> str:
        """Where that run stands on its feed."""
        return f"{self.run.project.get_absolute_url()}#run-{self.run.number}" if self.run else ""


class NotConfirmed(Exception):
    """The run costs more than the studio lets anybody spend with one click. Nothing was held."""

    def __init__(self, threshold_micros: int) -> None:
        super().__init__(f"more than {threshold_micros} micro-dollars at once")
        self.threshold_micros = threshold_micros


type Refusal = NotConfirmed | OverBudget | PriceChanged | FormReused | SendingPaused | DeclinedBefore | TooFast


def notice_of(refusal: Refusal, quote: Quote, seen_micros: int, *, now: datetime) -> Notice:
    """`quote` is what the run costs now, `seen_micros` what its button said."""
    match refusal:
        case OverBudget():
            return over_budget(quote, refusal, month=month_of(now))
        case PriceChanged():
            title = _("The price is now %(price)s") % {"price": dollars(refusal.now_micros)}
            return Notice(title, _("You saw %(price)s. Nothing was held.") % {"price": dollars(seen_micros)})
        case FormReused():
            return sent_already(refusal.run, quote, now=now)
        case NotConfirmed():
            return confirm(quote, refusal.threshold_micros)
        case DeclinedBefore():
            return declined_already(refusal.earlier, quote)
        case TooFast():
            return too_fast(refusal.seconds)
        case SendingPaused():
            sentence = _("%(reason)s Nothing was held.") % {"reason": _as_sentence(refusal.reason)}
            return Notice(_("Sending is paused"), sentence)


def too_fast(seconds: int) -> Notice:
    title = _("You have begun %(count)d runs within a minute") % {"count": RUNS}
    sentence = ngettext(
        "The next one can be sent in %(count)d second. Nothing was held.",
        "The next one can be sent in %(count)d seconds. Nothing was held.",
        seconds,
    )
    return Notice(title, sentence % {"count": seconds})


def over_budget(quote: Quote, refusal: OverBudget, *, month: date) -> Notice:
    left_micros, project = refusal.left_micros, refusal.project
    facts = {
        "sum": f"{quote.variations} × {dollars(quote.per_call_micros)} = {dollars(quote.total_micros)}",
        "left": dollars(max(0, left_micros)),
        "day": date_format(_last_day(month), "j F"),
    }
    affordable = max(0, left_micros) // quote.per_call_micros
    acts = [_fewer(Quote(quote.per_call_micros, affordable))] if affordable else []
    acts.append(_ask_for_more(project))
    if project:
        sentence = _("%(sum)s, and the project has %(left)s left until %(day)s. Nothing was held.") % facts
        return Notice(_("This run costs more than the project has left"), sentence, acts)
    sentence = _("%(sum)s, and you have %(left)s left until %(day)s. Nothing was held.") % facts
    return Notice(_("This run costs more than you have left"), sentence, acts)


def _ask_for_more(project: Project | None) -> Act:
    admins = list(User.objects.filter(is_active=True, is_staff=True)[:2])
    name = admins[0].display_name if len(admins) == 1 else ""
    label = _("Ask %(name)s for more") % {"name": name} if name else _("Ask an admin for more")
    return Act("project", str(project.public_id) if project else "", label, reverse("budget-requests"))


def sent_already(run: Run, quote: Quote, *, now: datetime) -> Notice:
    """For a second click, a second tab, or the Back button: another run is one more charge, so ask."""
    cost = dollars(quote.total_micros)
    facts = {"number": run.number, "cost": cost}
    sentence = _("It made run %(number)d. Sending it again would cost another %(cost)s.") % facts
    return Notice(_sent_when(run, now), sentence, [Act("again", "1", _("Send again, %(cost)s") % {"cost": cost})], run)


def confirm(quote: Quote, threshold_micros: int) -> Notice:
    """One slip of the finger should not cost more than the studio has said."""
    facts = {
        "sum": f"{quote.variations} × {dollars(quote.per_call_micros)} = {dollars(quote.total_micros)}",
        "threshold": dollars(threshold_micros),
    }
    label = _("Yes, spend %(cost)s") % {"cost": dollars(quote.total_micros)}
    sentence = _("%(sum)s is more than %(threshold)s at once. Nothing was held.") % facts
    return Notice(_("Spend this much?"), sentence, [Act("confirmed", str(quote.total_micros), label)])


def declined_already(earlier: AskedBefore, quote: Quote) -> Notice:
    """The same words with the same images will most likely be declined again, and charged again: so ask."""
    act = Act("anyway", "1", _("Send anyway, %(cost)s") % {"cost": dollars(quote.total_micros)})
    run = None if earlier.newest.is_trashed else earlier.newest.run
    return Notice(asked_in_words(earlier), _("Change the words or an image. Nothing was held."), [act], run)


def asked_in_words(earlier: AskedBefore) -> str:
    """`Declined 2 times before: $0.18 for no picture`."""
    if earlier.declined:
        words = ngettext(
            "Declined %(count)d time before: %(cost)s for no picture",
            "Declined %(count)d times before: %(cost)s for no picture",
            earlier.times,
        )
    else:
        words = ngettext(
            "Asked %(count)d time before: %(cost)s for no picture",
            "Asked %(count)d times before: %(cost)s for no picture",
            earlier.times,
        )
    return words % {"count": earlier.times, "cost": dollars(earlier.cost_micros)}


def _sent_when(run: Run, now: datetime) -> str:
    seconds = max(1, (now - run.created_at) // timedelta(seconds=1))
    if seconds < 60:
        words = ngettext(
            "You sent the same run %(count)d second ago", "You sent the same run %(count)d seconds ago", seconds
        )
        return words % {"count": seconds}
    moment = timezone.localtime(run.created_at)
    return _("You sent this form at %(time)s") % {"time": date_format(moment, "H:i")}


def _fewer(quote: Quote) -> Act:
    label = _("Make %(count)d instead, %(cost)s") % {"count": quote.variations, "cost": dollars(quote.total_micros)}
    return Act("instead", f"{quote.variations}-{quote.total_micros}", label)


def _last_day(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _as_sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?", "。")) else f"{text}."
