"""Who is told of what. Each is called where it happens, inside the transaction in which it happens."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime

from ..models import (
    BudgetRequest,
    ChargeQuestion,
    Comment,
    Generation,
    Invitation,
    LedgerEntry,
    Notice,
    Project,
    Status,
    User,
    Webhook,
)
from ..provider.outcome import Charge
from .tell import News, tell, untell

_Kind = Notice.Kind
_PAID = (Charge.CHARGED, Charge.PRESUMED)


def commented(comment: Comment, *, now: datetime) -> None:
    """Whose frame it is, and whoever has said something about it."""
    frame = comment.generation
    spoke = Comment.objects.filter(generation=frame).order_by().values_list("person", flat=True).distinct()
    news = News(kind=_Kind.COMMENT, about=f"comments {frame.pk}", by=comment.person, generation=frame, comment=comment)
    tell({frame.person_id, *spoke}, news, now=now)


def decided(frame: Generation, *, is_approved: bool, by: User, now: datetime) -> None:
    """Whose frame it is. Of verdicts that were not read, the last one counts."""
    kind = _Kind.APPROVED if is_approved else _Kind.REJECTED
    tell([frame.person_id], News(kind=kind, about=_verdict(frame), by=by, generation=frame, replaces=True), now=now)


def undecided(frame: Generation) -> None:
    untell(_verdict(frame))


def picked(frames: Collection[Generation], *, by: User, now: datetime) -> None:
    """Whose frames they are: once for each run. A rating is told to nobody: it sorts, and says nothing to anyone."""
    of_runs = Counter((frame.person_id, frame.run_id) for frame in frames)
    newest = {(frame.person_id, frame.run_id): frame for frame in frames}
    for (person, run), count in of_runs.items():
        news = News(kind=_Kind.PICKED, about=f"picks {run}", by=by, generation=newest[person, run], count=count)
        tell([person], news, now=now)


def ended(frame: Generation, status: Status, charge: Charge, *, now: datetime) -> None:
    """Whose frame it is, if it cost money, or may have, and brought nothing: once for each run and way to end."""
    if status == Status.UNKNOWN:
        kind = _Kind.UNKNOWN
    elif status == Status.REFUSED and charge in _PAID:
        kind = _Kind.CHARGED_FOR_NOTHING
    else:
        return
    tell([frame.person_id], News(kind=kind, about=f"{kind} {frame.run_id}", generation=frame), now=now)


def came_late(frame: Generation, *, now: datetime) -> None:
    """What had ended without an answer has its picture after all."""
    news = News(kind=_Kind.DELIVERED, about=f"{_Kind.DELIVERED} {frame.run_id}", generation=frame)
    tell([frame.person_id], news, now=now)


def turned_out(frame: Generation, amount_micros: int, *, was_charged: bool, by: User | None, now: datetime) -> None:
    """What a call cost that nobody knew for sure: told to whoever paid for it.

    That a refusal is charged was told when it was refused.
    """
    if was_charged and frame.status == Status.REFUSED:
        return
    kind = _Kind.CHARGED if was_charged else _Kind.RETURNED
    about = f"{kind} {frame.run_id}"
    news = News(kind=kind, about=about, by=by, generation=frame, amount_micros=amount_micros)
    tell([frame.person_id], news, now=now)


def credited(entries: Iterable[LedgerEntry], *, sheet_pk: int, by: User, now: datetime) -> None:
    """Everybody whose charges the provider gave back: one notice each, with the sum."""
    sums: Counter[int] = Counter()
    counts: Counter[int] = Counter()
    for entry in entries:
        sums[entry.account.person_id] += entry.amount_micros
        counts[entry.account.person_id] += 1
    for person, amount_micros in sums.items():
        about = f"credit {sheet_pk}"
        news = News(kind=_Kind.CREDITED, about=about, by=by, amount_micros=amount_micros, count=counts[person])
        tell([person], news, now=now)


def asked_for_more(request: BudgetRequest, *, now: datetime) -> None:
    """All admins. Asked once more, it is told once."""
    admins = User.objects.filter(is_active=True, is_staff=True).values_list("pk", flat=True)
    news = News(kind=_Kind.ASKED, about=_request(request), by=request.person, project=request.project, replaces=True)
    tell(list(admins), news, now=now)


def answered(request: BudgetRequest, budget_micros: int | None, *, by: User, now: datetime) -> None:
    """Whoever asked. None: declined. The other admins need not look into it any more."""
    untell(_request(request))
    kind = _Kind.DECLINED if budget_micros is None else _Kind.GRANTED
    about, project = f"answer {request.pk}", request.project
    tell(
        [request.person_id], News(kind=kind, about=about, by=by, project=project, amount_micros=budget_micros), now=now
    )


def budget_set(person: User, budget_micros: int, *, by: User, now: datetime) -> None:
    """Whose budget it is."""
    news = News(kind=_Kind.BUDGET, about="budget", by=by, amount_micros=budget_micros, replaces=True)
    tell([person.pk], news, now=now)


def question_answered(question: ChargeQuestion, *, is_given_back: bool, by: User, now: datetime) -> None:
    """Whoever was charged, and asked why."""
    entry = question.entry
    kind = _Kind.GIVEN_BACK if is_given_back else _Kind.STANDS
    about = f"question {question.pk}"
    tell([entry.account.person_id], News(kind=kind, about=about, by=by, generation=entry.generation), now=now)


def joined(invitation: Invitation, person: User, *, now: datetime) -> None:
    """Whoever wrote the invitation."""
    project: Project | None = invitation.project
    about = f"joined {project.pk if project else 'studio'}"
    tell([invitation.invited_by_id], News(kind=_Kind.JOINED, about=about, by=person, project=project), now=now)


def webhook_stopped(webhook: Webhook, *, now: datetime) -> None:
    """Whose webhook it is: the studio has given it up."""
    news = News(kind=_Kind.WEBHOOK_OFF, about=f"webhook {webhook.pk}", project=webhook.project)
    tell([webhook.person_id], news, now=now)


def _verdict(frame: Generation) -> str:
    return f"verdict {frame.pk}"


def _request(request: BudgetRequest) -> str:
    return f"request {request.pk}"
