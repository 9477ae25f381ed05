from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .generation import Generation
from .project import Project
from .public import Public
from .user import User


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, user: User) -> Self:
        """Their own."""
        return self.filter(person=user)

    def awake(self) -> Self:
        """Those that are told."""
        return self.filter(stopped_at=None)

    def about(self, generation: Generation) -> Self:
        """Those that want to hear of this one: of its person's own, or of everything in its project."""
        of_project = models.Q(project=generation.project_id)
        return self.awake().filter(of_project | models.Q(project=None, person=generation.person_id))


class Webhook(Public):
    """An address that is told when a picture is finished: each of its person's, or all of a project that they own.

    `sealed_secret` is what deliveries are signed with: shown once, and closed with the studio's own key. `origin` is
    where the studio was when it was made, for links. `failing_since` is the first of the tries that failed in a row.
    """

    class Stop(models.TextChoices):
        PERSON = "person", _("Switched off")
        FAILING = "failing", _("Switched off: it failed for too long")
        GONE = "gone", _("Switched off: it said that it is gone")

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="webhooks")
    project = models.ForeignKey(Project, on_delete=models.CASCADE, null=True, blank=True, related_name="webhooks")
    url = models.CharField(max_length=2000)
    origin = models.CharField(max_length=300)
    sealed_secret = models.TextField()
    created_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)  # in a row
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_by = models.CharField(max_length=8, choices=Stop, blank=True)

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.host

    @property
    def host(self) -> str:
        """Without the path, in which a secret may stand."""
        return self.url.removeprefix("https://").partition("/")[0]

    @property
    def is_stopped(self) -> bool:
        return self.stopped_at is not None


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def due(self, now: datetime) -> Self:
        return self.filter(next_try_at__lte=now, webhook__stopped_at=None)


class WebhookDelivery(Public):
    """One thing to tell one webhook. `public_id` goes along as the message's id, the same with every try.

    `next_try_at` is both the next try and the lease of a worker that is at it; None: delivered, or given up. Without a
    generation it is a test.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries", db_index=False)
    generation = models.ForeignKey(Generation, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # what the other side answered last
    error = models.CharField(max_length=40, blank=True)  # a word, where it answered nothing
    delivered_at = models.DateTimeField(null=True, blank=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = [
            # The worker's look: few rows, however many were delivered.
            models.Index(
                fields=["next_try_at"], condition=models.Q(next_try_at__isnull=False), name="webhook_delivery_due"
            ),
            # What its owner reads: the newest of one webhook.
            models.Index(fields=["webhook", "-id"], name="webhook_delivery_list"),
            # What is old enough to be forgotten.
            models.Index(fields=["created_at"], name="webhook_delivery_made"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook} {self.public_id}"

    @property
    def is_test(self) -> bool:
        return self.generation_id is None
