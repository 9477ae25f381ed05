from typing import ClassVar, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .coloured import Coloured
from .project import Project
from .public import Public
from .user import User


class LinkQuerySet(models.QuerySet["Link"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))


class Link(Public, Coloured):
    """A picture that goes along as an address: the provider fetches it, the studio has seen it once.

    `width`, `height`, `size_bytes` and the thumbnail are of that one look (`checked_at`); they are missing for an
    address that only the provider can open, such as `gs://`. The query of an address may hold a signature: it is never
    shown, only sent.
    """

    file_route: ClassVar = "link-file"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="links")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="links")
    url = models.CharField(max_length=2_000)
    mime_type = models.CharField(max_length=32)
    size_bytes = models.PositiveBigIntegerField(default=0)
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    thumbnail_key = models.CharField(max_length=200, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [
            models.UniqueConstraint(fields=["project", "person", "url"], name="link_once_per_person"),
        ]
        indexes = [
            # Before a small picture is removed: is it a link's as well?
            models.Index(fields=["thumbnail_key"], name="link_thumbnail"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def host(self) -> str:
        """Where it is: the name of a server, or of a bucket. A name of another alphabet stays punycode."""
        return urlsplit(self.url).netloc

    @property
    def is_open(self) -> bool:
        """Whether anybody but the provider can fetch it."""
        return not self.url.startswith("gs://")

    @property
    def name(self) -> str:
        """Host and last part of the path: what people may see of it."""
        parts = urlsplit(self.url)
        last = parts.path.rstrip("/").rpartition("/")[2]
        return f"{parts.hostname or parts.netloc}/…/{last}"[:120] if last else str(parts.hostname or parts.netloc)
