"""What the frame around every page knows. All of it is asked for only where a template shows it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ..accounts.second_factor import lacks_second_factor
from ..addresses import address_of
from ..ledger.balance import MonthSummary, month_of, month_summary, months_of_people
from ..ledger.decisions import open_count
from ..models import Generation, Instance, Project, Run, User
from ..models.generation import frame_number
from ..notices.reading import UNREAD_MAX, unread_count
from .alerts import Alert, alerts
from .appearance import chosen_theme, has_single_keys
from .beginning import Step, steps
from .place import Place

LEFT_BAR_WIDTH = 56
_LANGUAGE_NAMES = {"en": "English", "zh-hans": "简体中文"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One button of a group of which one is pressed."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """One of the sample team that `manage.py demo` makes."""

    name: str
    role: str
    email: str
    password: str


def shell(request: HttpRequest) -> dict[str, Any]:
    """The context processor: one lazy object."""
    return {"shell": Shell(request)}


class Shell(Place):
    """The top bar, the tab bar and the account menu, for one request. Nothing is asked of the database before use."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.practice: bool = settings.NB_PRACTICE

    @property
    def _user(self) -> User | None:
        user = self._request.user
        return user if isinstance(user, User) else None

    # ── Projects ───────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def projects(self) -> list[Project]:
        """For the switcher."""
        return list(Project.objects.visible_to(self._user).current()) if self._user else []

    @property
    def compose_address(self) -> str:
        """Where the plus of the tab bar leads on a page that belongs to no project: to the one last worked in."""
        return reverse("compose", args=[self._last_project.public_id]) if self._last_project else ""

    @property
    def prompts_address(self) -> str:
        """The library of the project last worked in, likewise."""
        return reverse("prompts", args=[self._last_project.public_id]) if self._last_project else ""

    @cached_property
    def _last_project(self) -> Project | None:
        return last_project(self._user) if self._user else None

    @cached_property
    def asked_count(self) -> int:
        """What waits in the review inbox. Asked for on an admin's pages only."""
        return open_count()

    @cached_property
    def alerts(self) -> list[Alert]:
        """For an admin, what is not as it should be. The system page says it at length."""
        if self._user is None or not self._user.is_studio_admin or self.is_system:
            return []
        return alerts()

    # ── Work under way ─────────────────────────────────────────────────────────────────────────────

    @cached_property
    def _running(self) -> list[tuple[UUID, int, int]]:
        """The project, the run's number and the variation of each, the oldest first."""
        if self._user is None:
            return []
        mine = Generation.objects.visible_to(self._user).unfinished().filter(person=self._user, unawaited_at=None)
        # What is unfinished has not ended: said once more, it is found by an index that has nothing else in it.
        found = mine.filter(finished_at=None).order_by("pk")
        return list(found.values_list("project__public_id", "run__number", "variation"))

    @property
    def running_count(self) -> int:
        return len(self._running)

    @property
    def running_address(self) -> str:
        """The first frame under way, on its project's feed."""
        project, run_number, variation = self._running[0]
        return f"{address_of('project', project)}#f-{frame_number(run_number, variation)}"

    # ── Notices ─────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def unread_count(self) -> int:
        """Counted up to `UNREAD_MAX`."""
        return unread_count(self._user) if self._user else 0

    @property
    def unread_shown(self) -> str:
        return f"{UNREAD_MAX - 1}+" if self.unread_count >= UNREAD_MAX else str(self.unread_count)

    # ── Money ──────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def month(self) -> MonthSummary:
        """All of it, for the composer."""
        return month_summary(self._user, month_of(timezone.now())) if self._user else MonthSummary()

    @property
    def standing(self) -> MonthSummary:
        """What every page shows of it: the allowance and what is left. Where the whole is known, nothing is asked."""
        known: MonthSummary | None = self.__dict__.get("month")
        return known or self._standing

    @cached_property
    def _standing(self) -> MonthSummary:
        user = self._user
        return months_of_people([user], month_of(timezone.now()))[user.pk] if user else MonthSummary()

    @property
    def used_width(self) -> str:
        """How far the small budget bar is filled, in its own units."""
        allowance = self.standing.allowance_micros
        used = min(max(self.standing.used_micros, 0), allowance)
        return f"{LEFT_BAR_WIDTH * used / allowance:.1f}" if allowance else "0"

    # ── The door ───────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def studio_name(self) -> str:
        """In the bar, in every title, at the door."""
        return Instance.called()

    @property
    def sign_on(self) -> dict[str, Any] | None:
        """The provider of single sign-on, as allauth knows it."""
        providers: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
        apps = providers["openid_connect"]["APPS"]
        return apps[0] if apps else None

    @cached_property
    def lacks_second_factor(self) -> bool:
        return self._user is not None and lacks_second_factor(self._user)

    @property
    def sends_mail(self) -> bool:
        """Whether a forgotten password can be answered by mail."""
        return bool(getattr(settings, "NB_MAIL", False))

    @cached_property
    def demo_signins(self) -> Sequence[DemoSignIn]:
        """The sample team, in the demo only."""
        if not settings.NB_DEMO:
            return ()
        from ..demo.team import TEAM

        return [
            DemoSignIn(
                member.first_name,
                _("Admin") if member.is_admin else str(member.role.label),
                member.email,
                settings.NB_DEMO_PASSWORD,
            )
            for member in TEAM
        ]

    @property
    def setup_steps(self) -> Sequence[Step]:
        """What is still to be done in a new studio; for admins, on the page of an empty project."""
        return steps(self._user, self._last_project) if self._user and self._user.is_studio_admin else ()

    @property
    def demo_emails(self) -> str:
        return ", ".join(each.email for each in self.demo_signins)

    # ── Appearance ─────────────────────────────────────────────────────────────────────────────────

    @property
    def theme(self) -> str:
        return chosen_theme(self._request)

    @property
    def key_choices(self) -> Iterable[Choice]:
        """Whether keys without a modifier do something."""
        are_on = has_single_keys(self._request)
        return [Choice("off", _("Off"), not are_on), Choice("on", _("On"), are_on)]

    @property
    def has_single_keys(self) -> bool:
        return has_single_keys(self._request)

    @property
    def themes(self) -> Iterable[Choice]:
        labels = {"": _("System"), "light": _("Light"), "dark": _("Dark")}
        return [Choice(value, label, value == self.theme) for value, label in labels.items()]

    @property
    def languages(self) -> Iterable[Choice]:
        return [Choice(code, _LANGUAGE_NAMES[code], code == get_language()) for code, _name in settings.LANGUAGES]


def last_project(user: User) -> Project | None:
    """The project this person generated in last; before the first time, the first they may see.

    One look into each project's index of a person's runs. The order names all of its columns, or PostgreSQL would go
    through everybody's newest until one is theirs: all of them, for somebody who made nothing.
    """
    own = Run.objects.filter(project=OuterRef("pk"), person=user)
    in_order = own.order_by("project_id", "person_id", "-created_at", "-number")
    visible = Project.objects.visible_to(user).current()
    last_made = visible.annotate(last_made_at=Subquery(in_order.values("created_at")[:1]))
    newest = last_made.filter(last_made_at__isnull=False).order_by("-last_made_at", "pk").first()
    return newest or visible.first()
