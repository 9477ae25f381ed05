"""What the first admin has still to do before a team can work: three steps, each of which knows when it is done."""

from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from ..models import Account, GatewayKey, Project, User


class StepState(StrEnum):
    DONE = "done"
    NEXT = "next"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Step:
    """One of the steps. `address` is where it is done; empty when there is nothing to press."""

    title: str
    words: str
    state: StepState
    address: str = ""
    action: str = ""


def steps(admin: User, project: Project | None) -> list[Step]:
    """All of them while one is open, in the order to take them; none once all are done. `project` is the first one."""
    found = [_provider(), _team(admin, project), _budgets(admin)]
    is_done = [done for _step, done in found]
    if all(is_done):
        return []
    first_open = is_done.index(False)
    states = [
        StepState.DONE if done else StepState.NEXT if place == first_open else StepState.LATER
        for place, done in enumerate(is_done)
    ]
    return [
        Step(title, words, state, *(("", "") if state == StepState.DONE else way))
        for ((title, words, *way), _done), state in zip(found, states, strict=True)
    ]


type _Found = tuple[tuple[str, str, str, str], bool]


def _provider() -> _Found:
    title = _("Connect the provider")
    if settings.NB_PRACTICE:
        words = _("You practise on the sandbox: free, watermarked. Start the studio with NB_API_KEY for real pictures.")
        return (title, words, "", ""), True
    stopped = GatewayKey.objects.exclude(stopped_reason="").first()
    if stopped:
        return (title, str(stopped.get_stopped_reason_display()), reverse("provider"), _("Look at the keys")), False
    return (title, _("The gateway’s key is there. The first picture shows whether it is good."), "", ""), True


def _budgets(admin: User) -> _Found:
    is_done = (
        Account.objects.filter(monthly_allowance_micros__gt=0).exclude(person=admin).exists()
        or Project.objects.exclude(monthly_budget_micros=None).exists()
    )
    words = _("New members start at $0 a month, so nobody spends by accident.")
    return (_("Set budgets"), words, reverse("budgets"), _("Set budgets")), is_done


def _team(admin: User, project: Project | None) -> _Found:
    is_done = User.objects.filter(is_active=True).exclude(pk=admin.pk).exists()
    words = _("A link for each makes them an account, a member of this project, and gives them a budget.")
    page = reverse("members", args=[project.public_id]) if project else reverse("people")
    return (_("Bring in the team"), words, f"{page}#invitations", _("Invite people")), is_done
