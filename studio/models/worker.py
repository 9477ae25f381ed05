import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Worker(models.Model):
    """One process that sends paid calls, known by its heartbeat.

    `lock_name` names the file lock it holds: whoever takes the same lock next knows this one is dead. `spool_name`
    names the folder where its answers are kept: only a worker with the same one can take up its calls.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lock_name = models.CharField(max_length=300)
    spool_name = models.CharField(max_length=64, blank=True)
    refusal = models.CharField(max_length=32, blank=True)  # why it does not send: a word of jobs/belonging.py
    started_at = models.DateTimeField()
    heartbeat_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return str(self.id)
