from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .coloured import Coloured
from .project import Project
from .public import Public
from .stored import Stored
from .user import User

if TYPE_CHECKING:
    from .output import Output


class UploadQuerySet(models.QuerySet["Upload"]):
    def visible_to(self, user: User) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user))

    def brought_in(self) -> Self:
        """Without the copies that were made of others: smaller or edited ones."""
        return self.filter(made_from_upload=None, made_from_output=None)

    def added(self) -> Self:
        """With the edited ones: what a person may add is counted by the day. A smaller copy takes another's place."""
        return self.filter(
            models.Q(edit__isnull=False) | models.Q(made_from_upload__isnull=True, made_from_output__isnull=True)
        )


class Upload(Public, Coloured):
    """A picture a person brought in, or a copy that a person chose to send in another's place: smaller, or edited.

    `key` names the original, byte for byte as it came, which only that person gets to see. The working copy is what is
    sent, and shown to everybody else: upright, in sRGB, without a word of metadata. What was brought in before there
    were working copies has none (`copy_key` is empty) and is sent as it came. `width` and `height` are as people see
    it; `thumbnail_key` names its small WebP.
    """

    file_route: ClassVar = "upload-file"

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="uploads")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=120)
    mime_type = models.CharField(max_length=32)
    size_bytes = models.PositiveBigIntegerField()
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    copy_key = models.CharField(max_length=200, default="", db_default="", blank=True)
    copy_sha256 = models.CharField(max_length=64, default="", db_default="", blank=True)
    copy_mime_type = models.CharField(max_length=32, default="", db_default="", blank=True)
    copy_size_bytes = models.PositiveBigIntegerField(default=0, db_default=0)
    thumbnail_key = models.CharField(max_length=200)
    # Of a copy: what it was made from, and takes the place of. A smaller copy of an edited picture has that one as the
    # upload it was made from, and of a generated picture that one besides: so it stays its child in the lineage.
    made_from_upload = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="smaller_copies"
    )
    made_from_output = models.ForeignKey(
        "studio.Output", on_delete=models.SET_NULL, null=True, blank=True, related_name="smaller_copies"
    )
    # Of an edited picture alone: a `decoder.Edit` in plain values. It is edited further from the same whole.
    edit = models.JSONField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload")
        verbose_name_plural = _("uploads")
        constraints = [
            # The same picture brought in twice by one person is one upload.
            models.UniqueConstraint(fields=["project", "person", "sha256"], name="upload_once_per_person"),
        ]
        indexes = [
            # Before a file is removed: is it an upload's as well?
            models.Index(fields=["key"], name="upload_key"),
            models.Index(fields=["copy_key"], name="upload_copy_key"),
            models.Index(fields=["thumbnail_key"], name="upload_thumbnail"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sent(self) -> Stored:
        """What goes to the provider: the working copy, as far as there is one."""
        if not self.copy_key:
            return Stored(self.key, self.mime_type, self.size_bytes, self.sha256)
        return Stored(self.copy_key, self.copy_mime_type, self.copy_size_bytes, self.copy_sha256)

    @property
    def made_from(self) -> "Upload | Output | None":
        """The picture that this is a copy of."""
        return self.made_from_upload or self.made_from_output

    @property
    def is_edited(self) -> bool:
        return self.edit is not None
