from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..provider.catalogue import BY_KEY, VARIATIONS_MAX, Model
from ..provider.terms import Terms
from ..tokens import Words
from .found_first import found_first
from .project import Project
from .public import Public
from .search_text import SearchTextField
from .user import User

if TYPE_CHECKING:
    from .prompt import PromptVersion


class RunQuerySet(models.QuerySet["Run"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def saying(self, words: Words, *, is_read_through: bool = False) -> Self:
        """Those with all of these words in their prompt, newest first. None for no words.

        SQLite hands them over in the order of its own index, by id; PostgreSQL by the time they were made.
        `is_read_through`: PostgreSQL is to compare these runs one by one, for they are few, or most have the words.
        """
        if not words.runs:
            return self.none()
        return found_first(self, words, order=("-created_at", "-number"), is_read_through=is_read_through)


class Run(Public):
    """The 1 to 8 generations of one submit: one prompt, one set of choices, one strip in the feed.

    `number` counts upward per studio; `form_token` came with the form, so that one click is one run;
    `price_micros` is the worst price of one call as it was quoted and agreed to, under the `terms` that are kept.
    """

    number = models.PositiveIntegerField(unique=True)
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="runs")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="runs")
    prompt = models.TextField()
    search_text = SearchTextField(of="prompt")
    system_prompt = models.TextField(blank=True)
    model_key = models.CharField(max_length=16)
    size = models.CharField(max_length=8)
    ratio = models.CharField(max_length=8, blank=True)  # empty: follow source
    thinking_level = models.CharField(max_length=16, blank=True)
    web_search = models.BooleanField(default=False)
    text_answer = models.BooleanField(default=True)
    # The frame whose conversation goes on: its turns go along. None: the prompt stands alone, with its inputs.
    continues = models.ForeignKey(
        "Generation", on_delete=models.RESTRICT, null=True, blank=True, related_name="continuations"
    )
    # The version of a kept prompt whose words these are, with something in every blank. None: they were written freely.
    prompt_version = models.ForeignKey(
        "PromptVersion", on_delete=models.RESTRICT, null=True, blank=True, related_name="runs"
    )
    variations = models.PositiveSmallIntegerField()
    price_micros = models.BigIntegerField()
    terms = models.JSONField(default=dict, blank=True)  # of provider/terms.py; empty: the price of a call and no more
    form_token = models.UUIDField()
    form_hash = models.CharField(max_length=64)
    question_hash = models.CharField(max_length=64, default="")  # see studio/question.py
    created_at = models.DateTimeField()

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run")
        verbose_name_plural = _("runs")
        constraints = [
            models.UniqueConstraint(fields=["person", "form_token"], name="run_once_per_form"),
            models.CheckConstraint(
                condition=models.Q(variations__range=(1, VARIATIONS_MAX)), name="run_variations_in_range"
            ),
            models.CheckConstraint(condition=models.Q(price_micros__gt=0), name="run_price_positive"),
        ]
        indexes = [
            # The feed: strips of one project, newest first, by keyset.
            models.Index(fields=["project", "-number"], name="run_feed"),
            # The gallery: one project's, everybody's, and one person's in a project; newest first, by keyset. The last
            # tells as well who ever made anything in a project, and what somebody asked for last there.
            models.Index(fields=["project", "-created_at", "-number"], name="run_gallery"),
            models.Index(fields=["-created_at", "-number"], name="run_gallery_everywhere"),
            models.Index(fields=["project", "person", "-created_at", "-number"], name="run_gallery_person"),
            # Was this asked before, and what came of it?
            models.Index(fields=["project", "question_hash"], name="run_question"),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def model(self) -> Model:
        return BY_KEY[self.model_key]

    @property
    def version_here(self) -> "PromptVersion | None":
        """`prompt_version`, unless the run was moved since: a library stays in its project."""
        version = self.prompt_version
        return version if version and version.prompt.project_id == self.project_id else None

    @property
    def agreed_terms(self) -> Terms:
        """What its calls are paid by, whatever the price list says by now."""
        return Terms.from_json(self.terms) if self.terms else Terms(call_micros=self.price_micros)
