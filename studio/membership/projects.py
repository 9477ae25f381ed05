"""A project as a whole: begun, described, put into the archive and taken out again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction

from ..audit_log import record
from ..jobs.withdraw import withdraw
from ..models import AuditEntry, Membership, Project, Role, User
from .members import locked

DESCRIBED_BY: Final = ("name", "description", "default_model", "default_size", "default_ratio")


@transaction.atomic
def begin(name: str, *, by: User) -> Project:
    """A new project. Whoever begins it owns it, and nobody else sees it."""
    project = Project.objects.create(name=name)
    Membership.objects.create(project=project, person=by, role=Role.OWNER)
    return project


def describe(project: Project, facts: Mapping[str, str], *, by: User) -> None:
    """Set its name, its description and what an empty composer begins with."""
    with locked(project):
        there = Project.objects.get(pk=project.pk)
        changes = {
            name: (getattr(there, name), facts[name]) for name in DESCRIBED_BY if getattr(there, name) != facts[name]
        }
        if changes:
            Project.objects.filter(pk=project.pk).update(**{name: after for name, (_before, after) in changes.items()})
            record(by, AuditEntry.Action.CHANGED, there, changes=changes)


def archive(project: Project, *, by: User, now: datetime) -> None:
    """Nothing is made in it from now on. What waits is cancelled at no cost, what is under way is finished."""
    with locked(project):
        if Project.objects.filter(pk=project.pk, archived_at=None).update(archived_at=now):
            record(by, AuditEntry.Action.ARCHIVED, project)
    withdraw(now=now)


def unarchive(project: Project, *, by: User) -> None:
    with locked(project):
        if Project.objects.filter(pk=project.pk).exclude(archived_at=None).update(archived_at=None):
            record(by, AuditEntry.Action.UNARCHIVED, project)
