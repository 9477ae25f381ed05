import re
import string
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from ..addresses import address_of
from ..provider.outcome import Charge, Outcome
from .project import MAKERS, Membership, Project, Role
from .public import Public
from .run import Run
from .user import User


class Status(models.TextChoices):
    """Where a generation is. Each line says which step leads to it."""

    QUEUED = "queued", _("Queued")  # submit: a hold is open, nothing was sent
    SENDING = "sending", _("Sending")  # S3: the attempt is on record, bytes may leave
    ANSWERING = "answering", _("Generating")  # S4: the request is written, the answer is awaited
    SAVING = "saving", _("Saving")  # S6: the answer is on disk and charged, pictures are being stored
    SUCCEEDED = "succeeded", _("Succeeded")  # S8. Final
    REFUSED = "refused", _("Refused")  # S8: charged or presumed, no picture. Final
    FAILED = "failed", _("Failed")  # S6: surely not charged. Final
    UNKNOWN = "unknown", _("Unknown")  # S6 or sweep: may be charged, nothing came back. Final
    CANCELLED = "cancelled", _("Cancelled")  # cancel, before anything was sent. Final


FINAL = frozenset({Status.SUCCEEDED, Status.REFUSED, Status.FAILED, Status.UNKNOWN, Status.CANCELLED})
IN_FLIGHT = frozenset({Status.SENDING, Status.ANSWERING, Status.SAVING})
AT_THE_PROVIDER = frozenset({Status.SENDING, Status.ANSWERING})
UNFINISHED = frozenset({Status.QUEUED, *IN_FLIGHT})
WITHOUT_PICTURE = tuple(sorted(FINAL - {Status.SUCCEEDED}))


def _in_words(statuses: Iterable[Status]) -> list[RawSQL]:
    """As the condition of an index of some rows says them: SQLite looks into one only where the question does too, and
    never by values that are sent along."""
    return [RawSQL(f"'{status.value}'", [], output_field=models.CharField()) for status in statuses]  # noqa: S611


class GenerationQuerySet(models.QuerySet["Generation"]):
    def visible_to(self, user: User) -> Self:
        """What this person finds on any page: of their projects, and not in the trash."""
        return self.living().filter(project__in=Project.objects.visible_to(user))

    def living(self) -> Self:
        """Not in the trash. Whatever lists frames begins here; money alone is counted over all of them."""
        return self.filter(trashed_at__isnull=True)

    def trashed(self) -> Self:
        """In the trash, from where they can still be brought back."""
        return self.filter(trashed_at__isnull=False, purged_at__isnull=True)

    def in_care_of(self, user: User) -> Self:
        """Those this person may put into the trash and bring back: a maker their own, an owner of the project all."""
        if user.is_studio_admin:
            return self
        mine = Membership.objects.filter(person=user)
        own = models.Q(person=user, project__in=mine.filter(role__in=MAKERS).values("project"))
        return self.filter(own | models.Q(project__in=mine.filter(role=Role.OWNER).values("project")))

    def open_to(self, user: User) -> Self:
        """What this person may look at by its address: also what was trashed, if it is in their care."""
        cared_for = Generation.objects.in_care_of(user).filter(pk=models.OuterRef("pk"), trashed_at__isnull=False)
        visible = models.Q(trashed_at__isnull=True, project__in=Project.objects.visible_to(user))
        return self.filter(visible | models.Exists(cared_for))

    def unfinished(self) -> Self:
        return self.filter(status__in=_in_words(sorted(UNFINISHED)))

    def queued(self) -> Self:
        return self.unfinished().filter(status=Status.QUEUED)

    def in_flight(self) -> Self:
        return self.unfinished().filter(status__in=sorted(IN_FLIGHT))

    def without_picture(self) -> Self:
        """Those that are over and brought none: few, and found by an index of their own."""
        return self.filter(status__in=_in_words(WITHOUT_PICTURE))

    def calling(self, now: datetime) -> Self:
        """Those whose call is under way, or is about to be made by a worker that holds a claim."""
        claimed = models.Q(status=Status.QUEUED, worker_id__isnull=False, lease_expires_at__gte=now)
        return self.unfinished().filter(claimed | models.Q(status__in=AT_THE_PROVIDER))


def frame_number(run_number: int, variation: int) -> str:
    """What people call it: `402B` is run 402, second variation."""
    return f"{run_number}{string.ascii_uppercase[variation]}"


_NAMED = re.compile(r"\s*#?([0-9]{1,9})([A-Ha-h])\s*")


def frame_named(text: str) -> tuple[int, int] | None:
    """The run's number and the place in it that a text such as `402B` or `#402b` names; None for any other."""
    found = _NAMED.fullmatch(text)
    return (int(found[1]), string.ascii_uppercase.index(found[2].upper())) if found else None


class Generation(Public):
    """One picture asked for: the queue's row of record, and a frame on the contact sheet.

    Status, outcome and charge are three facts. `revision` grows with every change a person can see, so a page
    can ask what has changed since; `fence` grows with every claim, so a worker that lost its claim cannot write.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="generations")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="generations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="generations")
    variation = models.PositiveSmallIntegerField()  # 0 is A
    price_micros = models.BigIntegerField()  # the quote's copy: what is held, and what a call is charged at
    real_micros = models.BigIntegerField(null=True, blank=True)  # what it came to, once that is known to be another sum

    status = models.CharField(max_length=12, choices=Status, default=Status.QUEUED)
    outcome = models.CharField(max_length=24, blank=True, choices=[(o.value, o.value) for o in Outcome])
    charge = models.CharField(max_length=12, default=Charge.HELD, choices=[(c.value, c.value) for c in Charge])
    reason = models.CharField(max_length=64, blank=True)  # the provider's own word, or ours: "IMAGE_SAFETY", "timeout"
    detail = models.TextField(blank=True)  # one plain sentence
    model_text = models.TextField(blank=True)  # what the model wrote beside or instead of a picture

    worker_id = models.UUIDField(null=True, blank=True)
    fence = models.PositiveIntegerField(default=0)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    unawaited_at = models.DateTimeField(null=True, blank=True)  # its person stopped waiting: no further try by itself
    not_before = models.DateTimeField(null=True, blank=True)  # an automatic retry waits until then

    # Of what another studio made: its project, number, person, charge and cost there, as facts. Nothing was paid here.
    imported = models.JSONField(null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    project_month = models.DateField(null=True, blank=True)  # the first day of the project's month it counts in
    trashed_at = models.DateTimeField(null=True, blank=True)  # moved to the trash: found nowhere, kept in the ledger
    trashed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,  # nobody asks by it
    )
    purged_at = models.DateTimeField(null=True, blank=True)  # there is no way back: its files may be gone from now on
    erased_at = models.DateTimeField(null=True, blank=True)  # and now they are
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = GenerationQuerySet.as_manager()

    class Meta:
        ordering = ["run", "variation"]
        verbose_name = _("generation")
        verbose_name_plural = _("generations")
        constraints = [
            models.UniqueConstraint(fields=["run", "variation"], name="generation_variation_once"),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="generation_status_known"),
            models.CheckConstraint(
                condition=models.Q(charge__in=[charge.value for charge in Charge]), name="generation_charge_known"
            ),
            models.CheckConstraint(condition=models.Q(price_micros__gt=0), name="generation_price_positive"),
            models.CheckConstraint(condition=models.Q(real_micros__gt=0), name="generation_cost_positive"),
        ]
        indexes = [
            # The gallery: one project, newest first, by keyset.
            models.Index(fields=["project", "-created_at", "-id"], name="generation_gallery"),
            # The same without what is in the trash, so that a full trash is not read through to find the next page.
            models.Index(
                fields=["project", "-created_at", "-id"],
                condition=models.Q(trashed_at__isnull=True),
                name="generation_living",
            ),
            # A project's trash, and what of all trash is due: few among many.
            models.Index(
                fields=["project", "-trashed_at", "-id"],
                condition=models.Q(trashed_at__isnull=False),
                name="generation_trash",
            ),
            models.Index(
                fields=["trashed_at"],
                condition=models.Q(trashed_at__isnull=False, purged_at__isnull=True),
                name="generation_due",
            ),
            models.Index(
                fields=["purged_at"],
                condition=models.Q(purged_at__isnull=False, erased_at__isnull=True),
                name="generation_erasing",
            ),
            # The worker's scan and the sweeper: only rows that are not final, however long the history.
            models.Index(
                fields=["status", "id"], condition=models.Q(status__in=sorted(UNFINISHED)), name="generation_unfinished"
            ),
            # The few that brought no picture, for whoever looks for them in a long history, and to count the unknown.
            models.Index(
                fields=["status", "outcome"],
                condition=models.Q(status__in=WITHOUT_PICTURE),
                name="generation_without_picture",
            ),
            # What somebody has under way, on every page. The status alone would not do: SQLite looks into an index of
            # some rows only where the question has the very words of its condition, and a list of values has not.
            models.Index(fields=["person"], condition=models.Q(finished_at__isnull=True), name="generation_running"),
            # Spend review and "my pictures".
            models.Index(fields=["person", "-created_at"], name="generation_person"),
        ]

    def __str__(self) -> str:
        return self.frame_number

    def get_absolute_url(self) -> str:
        return address_of("generation", self.public_id)

    @property
    def frame_number(self) -> str:
        """What people call it: `402B` is run 402, second variation."""
        return frame_number(self.run.number, self.variation)

    @property
    def cost_micros(self) -> int:
        """The quote, until it is known what came of it."""
        return self.price_micros if self.real_micros is None else self.real_micros

    @property
    def is_final(self) -> bool:
        return self.status in FINAL

    @property
    def is_in_flight(self) -> bool:
        return self.status in IN_FLIGHT

    @property
    def is_trashed(self) -> bool:
        return self.trashed_at is not None

    @property
    def can_be_cancelled(self) -> bool:
        return self.status == Status.QUEUED

    @property
    def typical_seconds(self) -> int:
        """From the shipped table; see `studio/history.py` for what this studio itself has measured."""
        return self.run.model.typical_seconds[self.run.size]

    def seconds_since_sent(self, now: datetime) -> int:
        """How long the provider has been at it; 0 before anything was sent."""
        until = self.finished_at or now
        return max(0, (until - self.sent_at) // timedelta(seconds=1)) if self.sent_at else 0
