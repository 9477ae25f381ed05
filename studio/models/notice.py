from typing import Final, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .comment import Comment
from .generation import Generation
from .project import Project
from .public import Public
from .user import User


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, user: User) -> Self:
        """Their own, as far as they may still see what each is about: asked when it is read, not when it was told."""
        projects = Project.objects.visible_to(user)
        # By joins: `generation IN (all that one may see)` would have SQLite list a long history on every page.
        of_frames = models.Q(generation=None) | models.Q(
            generation__trashed_at__isnull=True, generation__project__in=projects
        )
        mine = self.filter(of_frames, models.Q(project=None) | models.Q(project__in=projects), person=user)
        return mine if user.is_studio_admin else mine.exclude(kind__in=FOR_ADMINS)

    def unread(self) -> Self:
        return self.filter(read_at=None)


class Notice(Public):
    """Something happened that a person wants to know of. Written by `studio/notices/` alone.

    What is told again before it was read becomes one with the first, and `count` grows: `about` names what is the same.
    """

    class Kind(models.TextChoices):
        COMMENT = "comment", _("Comment")
        APPROVED = "approved", _("Approved")
        REJECTED = "rejected", _("Rejected")
        PICKED = "picked", _("Picked")
        UNKNOWN = "unknown", _("Ended without an answer")
        CHARGED_FOR_NOTHING = "for_nothing", _("Charged without an image")
        DELIVERED = "delivered", _("Arrived late")
        CHARGED = "charged", _("Charged after all")
        RETURNED = "returned", _("Not charged after all")
        CREDITED = "credited", _("Reimbursed")
        ASKED = "asked", _("Budget request")
        GRANTED = "granted", _("Budget request granted")
        DECLINED = "declined", _("Budget request declined")
        BUDGET = "budget", _("Budget set")
        GIVEN_BACK = "given_back", _("Charge given back")
        STANDS = "stands", _("Charge stands")
        JOINED = "joined", _("Invitation accepted")
        WEBHOOK_OFF = "webhook_off", _("Webhook switched off")

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", db_index=False
    )
    kind = models.CharField(max_length=12, choices=Kind)
    about = models.CharField(max_length=64)
    # Whose doing it was, the last of them; None: the provider's, or the studio's own.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    count = models.PositiveIntegerField(default=1)
    amount_micros = models.BigIntegerField(null=True, blank=True)
    told_at = models.DateTimeField()  # the last time
    read_at = models.DateTimeField(null=True, blank=True)
    mailed_at = models.DateTimeField(null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-told_at", "-pk"]
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            # What makes several into one, however many tell at once. Read ones are history, and stay as they are.
            models.UniqueConstraint(
                fields=["person", "about"], condition=models.Q(read_at__isnull=True), name="notice_unread_once"
            ),
            models.CheckConstraint(condition=models.Q(count__gte=1), name="notice_counts_something"),
        ]
        indexes = [
            # The list: one person's, newest first, by keyset. How many are unread is found by the constraint's index.
            models.Index(fields=["person", "-told_at", "-id"], name="notice_list"),
            # What may have to be mailed: few, however long the history.
            models.Index(
                fields=["told_at"],
                condition=models.Q(read_at__isnull=True, mailed_at__isnull=True),
                name="notice_unmailed",
            ),
            # What is old enough to be forgotten, read and unread.
            models.Index(fields=["read_at"], condition=models.Q(read_at__isnull=False), name="notice_read"),
            models.Index(fields=["told_at"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.about}"

    @property
    def is_unread(self) -> bool:
        return self.read_at is None


FOR_ADMINS: Final = (Notice.Kind.ASKED,)
"""Told to whoever decides, and nothing to anybody who does not any more."""
