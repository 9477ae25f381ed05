"""One person's look at one project: what every answer of the workspace is made from, asked for once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from typing import Any, Final
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils import timezone

from .. import access
from ..forms.choices import enabled_models
from ..forms.composition import Composition
from ..history import TypicalTimes
from ..ledger.project_budget import project_summary
from ..models import Generation, Link, Output, Project, PromptVersion, Role, Run, Status, Upload
from ..provider.catalogue import Model
from .by_url import ByUrl
from .composer import Composer
from .editor import Editor
from .feed import Feed
from .ideas import IDEAS
from .opening import LIBRARY, VERBS, from_version, opened
from .pages import page, swaps
from .refusals import Notice
from .shell import Shell
from .types import StudioRequest

WHOSE_COOKIE: Final = "feed"
PICKER_LENGTH: Final = 18


class Desk:
    """The request, the project, the moment. Composer and feed share the prices, the times and the budget they show."""

    def __init__(
        self,
        request: StudioRequest,
        project: Project,
        *,
        fields: QueryDict | None = None,
        now: datetime | None = None,
    ) -> None:
        self.request = request
        self.project = project
        self.fields = request.POST if fields is None else fields  # of the composer, as sent
        self.now = now or timezone.now()
        self.shell = Shell(request)
        self.times = TypicalTimes()

    # ── Who works here ─────────────────────────────────────────────────────────────────────────────

    @cached_property
    def role(self) -> Role | None:
        return access.role_in(self.request.user, self.project)

    @property
    def can_make(self) -> bool:
        return access.may_make(self.role, self.project)

    # ── The composer ───────────────────────────────────────────────────────────────────────────────

    @cached_property
    def models(self) -> tuple[Model, ...]:
        return enabled_models()

    def opened(self) -> Composer:
        """As the address asks for it: empty, or filled from an earlier frame."""
        return self._composer(opened(self.request.GET, self.project, self.models))

    def posted(
        self,
        *,
        errors: Mapping[str, Sequence[str]] | None = None,
        notice: Notice | None = None,
        token: UUID | None = None,
        editor: Editor | None = None,
    ) -> Composer:
        """As the person left it, with what is to be said about it. Keeps the form's token unless given another."""
        composition = Composition.posted(self.fields, self.project, self.models)
        return self._composer(
            composition,
            errors=errors or {},
            notice=notice,
            by_url=ByUrl.read(self.fields),
            editor=editor,
            token=token or self._posted_token,
            is_fresh=token is not None,
        )

    def filled(self, version: PromptVersion, given: Mapping[str, str]) -> Composer:
        """As the person left it, with the words of a kept prompt in place of theirs."""
        before = Composition.posted(self.fields, self.project, self.models)
        return self._composer(from_version(before, version, given, self.models), token=self._posted_token)

    def with_words_of(self, run: Run) -> Composer:
        """As the person left it, with the words of an earlier run."""
        before = Composition.posted(self.fields, self.project, self.models)
        composition = replace(before, prompt=run.prompt, version=run.version_here or before.version)
        return self._composer(composition, token=self._posted_token)

    def _composer(self, composition: Composition, **facts: Any) -> Composer:
        legal, changes = composition.legal()
        return Composer(
            project=self.project,
            composition=legal,
            changes=changes,
            models=self.models,
            month=self.shell.month,
            project_budget=project_summary(self.project, self.now),
            now=self.now,
            times=self.times,
            is_page=self.is_compose_page,
            **facts,
        )

    @property
    def _posted_token(self) -> UUID:
        try:
            return UUID(self.fields.get("form_token", ""))
        except ValueError:
            return uuid4()

    @property
    def is_compose_page(self) -> bool:
        """Whether the composer stands on a page of its own, now or when it was sent."""
        match = self.request.resolver_match
        return self.fields.get("page") == "compose" or (match is not None and match.url_name == "compose")

    # ── The feed ───────────────────────────────────────────────────────────────────────────────────

    @property
    def shows_mine(self) -> bool:
        """Everyone's runs, or this person's own: as the link says, else as it said last time."""
        whose = self.request.GET.get("whose") or self.request.COOKIES.get(WHOSE_COOKIE)
        return whose == "mine"

    @cached_property
    def feed(self) -> Feed:
        before = self.request.GET.get("before", "")
        return Feed(
            self.project,
            now=self.now,
            times=self.times,
            person=self.request.user if self.shows_mine else None,
            viewer=self.request.user,
            before=int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None,
        )

    def made(self) -> QuerySet[Output]:
        """The newest pictures that were made in the project, to be taken as inputs."""
        # Of the newest frames: by the outputs themselves SQLite would read and sort all that the project ever made.
        frames = Generation.objects.living().filter(project=self.project, status=Status.SUCCEEDED)
        newest = frames.order_by("-created_at", "-pk").values("pk")[:PICKER_LENGTH]
        outputs = Output.objects.filter(generation__in=newest, role=Output.Role.PRIMARY)
        return outputs.select_related("generation__run").order_by("-pk")

    def brought_in(self) -> QuerySet[Upload]:
        """The newest pictures that its people brought in, likewise."""
        return Upload.objects.brought_in().filter(project=self.project).order_by("-pk")[:PICKER_LENGTH]

    def by_address(self) -> QuerySet[Link]:
        """And the newest addresses."""
        return Link.objects.filter(project=self.project).order_by("-pk")[:PICKER_LENGTH]

    # ── Answers ────────────────────────────────────────────────────────────────────────────────────

    @property
    def is_composing(self) -> bool:
        """Whether the composer is what they look at, where a narrow screen shows it or the feed."""
        is_answer = self.request.method == "POST"
        return is_answer or any(verb in self.request.GET for verb in (*VERBS, "idea", LIBRARY))

    def context(self, composer: Composer | None) -> dict[str, Any]:
        return {
            "project": self.project,
            "composer": composer,
            "can_make": composer is not None,
            "can_manage": self.role == Role.OWNER,
            "is_composing": self.is_composing,
            "feed": self.feed,
            "made": self.made,
            "brought_in": self.brought_in,
            "by_address": self.by_address,
            "ideas": [idea for idea in IDEAS if idea.suits(self.models)],
            "shell": self.shell,
        }

    def page(self, composer: Composer | None, *, status: int = 200) -> HttpResponse:
        """The workspace, or the composer's own page."""
        name = "compose" if self.is_compose_page else "project"
        return page(self.request, f"studio/workspace/{name}.html", self.context(composer), status=status)

    def recomposed(self, composer: Composer, *, status: int = 200) -> HttpResponse:
        """The composer again: those of its parts that nobody types into, or for a plain form the whole page."""
        if not self.request.htmx:
            return self.page(composer, status=status)
        context = {"project": self.project, "composer": composer, "shell": self.shell}
        return swaps(
            self.request, "studio/workspace/composition.swaps.html", context, otherwise=self.project, status=status
        )
