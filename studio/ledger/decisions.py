"""What those who pay decide: budgets, and what people ask of them. Asked once, decided once, and in the audit log.

Two admins at the same moment: the second is told that it was decided, and nothing is booked twice.
"""

from datetime import datetime

from django.db import transaction

from ..audit_log import record
from ..models import Account, AuditEntry, BudgetRequest, ChargeQuestion, Instance, Kind, LedgerEntry, Project, User
from ..money import dollars
from ..notices import occasions
from .post import correct, set_allowance
from .project_budget import set_project_budget


class AlreadyDecided(Exception):
    """Somebody else was faster, or the gateway's log was, or the money is back already. Nothing was changed."""


@transaction.atomic
def set_budget(
    owner: User | Project, budget_micros: int | None, *, by: User, now: datetime, is_told: bool = True
) -> None:
    """What a person or a project may cost a month, from the running one on. None, for a project: no limit.

    A person is told, unless they hear of it anyway.
    """
    before = _budget_of(owner)
    if isinstance(owner, Project):
        set_project_budget(owner, budget_micros, now=now)
    else:
        set_allowance(owner, budget_micros or 0, recorded_by=by, now=now)
    after = _budget_of(owner)
    if before != after:
        changes = {"monthly budget": (_in_words(before), _in_words(after))}
        record(by, AuditEntry.Action.BUDGET_SET, owner, changes=changes)
        if is_told and isinstance(owner, User):
            occasions.budget_set(owner, after or 0, by=by, now=now)


@transaction.atomic
def set_threshold(instance: Instance, amount_micros: int | None, *, by: User) -> None:
    """Above which a run is asked about once more. None: never."""
    before = instance.confirm_above_micros
    Instance.objects.filter(pk=instance.pk).update(confirm_above_micros=amount_micros)
    if before != amount_micros:
        changes = {"asks above": (_in_words(before), _in_words(amount_micros))}
        record(by, AuditEntry.Action.BUDGET_SET, instance, changes=changes)


@transaction.atomic
def ask_for_more(person: User, project: Project | None, *, note: str, now: datetime) -> BudgetRequest:
    """The open request; asking again changes its note, and makes no second one."""
    wanted = {"person": person, "project": project, "status": BudgetRequest.Status.OPEN}
    request, is_new = BudgetRequest.objects.get_or_create(**wanted, defaults={"note": note.strip(), "created_at": now})
    if is_new:
        occasions.asked_for_more(request, now=now)
    elif note.strip():
        BudgetRequest.objects.filter(pk=request.pk).update(note=note.strip())
    return request


@transaction.atomic
def grant(request: BudgetRequest, budget_micros: int, *, by: User, now: datetime) -> None:
    """Set the new budget of a month, in all. Raises `AlreadyDecided`, or ValueError for a negative amount."""
    _decide_request(request, BudgetRequest.Status.GRANTED, by=by, now=now, granted_micros=budget_micros)
    record(by, AuditEntry.Action.REQUEST_GRANTED, request, note=request.note)
    set_budget(request.project or request.person, budget_micros, by=by, now=now, is_told=False)
    occasions.answered(request, budget_micros, by=by, now=now)


@transaction.atomic
def decline(request: BudgetRequest, *, by: User, now: datetime) -> None:
    """Leave the budget as it is. Raises `AlreadyDecided`."""
    _decide_request(request, BudgetRequest.Status.DECLINED, by=by, now=now, granted_micros=None)
    record(by, AuditEntry.Action.REQUEST_DECLINED, request, note=request.note)
    occasions.answered(request, None, by=by, now=now)


def ask_about(entry: LedgerEntry, *, note: str, now: datetime) -> ChargeQuestion:
    """A question about a charge. Raises ValueError for what is no charge, or without a word of why."""
    if entry.kind != Kind.CHARGE:
        raise ValueError("Only a charge can be questioned.")
    if not note.strip():
        raise ValueError("A question needs words.")
    return ChargeQuestion.objects.get_or_create(entry=entry, defaults={"note": note.strip(), "created_at": now})[0]


@transaction.atomic
def give_back(question: ChargeQuestion, *, answer: str, by: User, now: datetime) -> LedgerEntry:
    """Post the charge's amount back as a correction. Raises `AlreadyDecided`, or ValueError without an answer."""
    _decide_question(question, ChargeQuestion.Status.GIVEN_BACK, answer=answer, by=by, now=now)
    entry = question.entry
    assert entry.attempt, "only charges are questioned, and they are of a call"
    Account.objects.select_for_update().get(pk=entry.account_id)  # nobody gives it back meanwhile
    if LedgerEntry.objects.filter(closes=entry, kind=Kind.REIMBURSEMENT).exists():
        raise AlreadyDecided
    entry.attempt.refresh_from_db(fields=["price_micros", "real_micros"])  # its tokens may just have been counted
    record(by, AuditEntry.Action.GIVEN_BACK, entry, note=answer)
    occasions.question_answered(question, is_given_back=True, by=by, now=now)
    return correct(entry, entry.attempt.cost_micros, note=answer, recorded_by=by, now=now)


@transaction.atomic
def let_stand(question: ChargeQuestion, *, answer: str, by: User, now: datetime) -> None:
    """The charge stays. Raises `AlreadyDecided`, or ValueError unanswered."""
    _decide_question(question, ChargeQuestion.Status.STANDS, answer=answer, by=by, now=now)
    record(by, AuditEntry.Action.LET_STAND, question.entry, note=answer)
    occasions.question_answered(question, is_given_back=False, by=by, now=now)


def open_request(person: User) -> BudgetRequest | None:
    """What this person asked for themselves and waits to hear about."""
    return BudgetRequest.objects.filter(person=person, project=None, status=BudgetRequest.Status.OPEN).first()


def open_count() -> int:
    """How much of all that waits for a decision."""
    return (
        BudgetRequest.objects.filter(status=BudgetRequest.Status.OPEN).count()
        + ChargeQuestion.objects.filter(status=ChargeQuestion.Status.OPEN).count()
    )


def _budget_of(owner: User | Project) -> int | None:
    if isinstance(owner, Project):
        return Project.objects.values_list("monthly_budget_micros", flat=True).get(pk=owner.pk)
    account = Account.objects.filter(person=owner).first()
    return account.monthly_allowance_micros if account else 0


def _in_words(budget_micros: int | None) -> str:
    return "no limit" if budget_micros is None else dollars(budget_micros)


def _decide_request(
    request: BudgetRequest, status: str, *, by: User, now: datetime, granted_micros: int | None
) -> None:
    still_open = BudgetRequest.objects.filter(pk=request.pk, status=BudgetRequest.Status.OPEN)
    if not still_open.update(status=status, decided_by=by, decided_at=now, granted_micros=granted_micros):
        raise AlreadyDecided


def _decide_question(question: ChargeQuestion, status: str, *, answer: str, by: User, now: datetime) -> None:
    if not answer.strip():
        raise ValueError("An answer needs a reason.")
    still_open = ChargeQuestion.objects.filter(pk=question.pk, status=ChargeQuestion.Status.OPEN)
    if not still_open.update(status=status, answer=answer.strip(), decided_by=by, decided_at=now):
        raise AlreadyDecided
