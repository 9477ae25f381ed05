"""The demo's people, their project and its photographs. Made once; a second start finds them and changes nothing."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files import File
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from ..ledger import post
from ..models import Membership, Project, Role, User
from ..storage.uploads import bring_in

PROJECT: Final = "Autumn catalogue"


@dataclass(frozen=True, slots=True)
class Member:
    """A sign-in of the demo. `allowance_micros` is what they may spend a month."""

    email: str
    first_name: str
    last_name: str
    role: Role
    allowance_micros: int
    is_admin: bool = False


TEAM: Final = (
    Member("dana@example.com", "Dana", "Whitfield", Role.OWNER, 120_000_000, is_admin=True),
    Member("ines@example.com", "Ines", "Okafor", Role.MAKER, 50_000_000),
    Member("tom@example.com", "Tom", "Lindqvist", Role.VIEWER, 20_000_000),
)


def make_team(*, photos: Path, now: datetime) -> Project:
    """The project with its members and photographs. Idempotent."""
    project, _ = Project.objects.get_or_create(name=PROJECT)
    people = [_member(project, member, now) for member in TEAM]
    wanted = sorted(photos.glob("*.jpg"))
    # Fewer: this is the first start, or the first one was cut short. A photograph that is there stays one.
    if project.uploads.filter(person=people[1]).count() < len(wanted):
        for photo in wanted:
            with photo.open("rb") as file:
                uploaded = UploadedFile(File(file), name=photo.name, size=photo.stat().st_size)
                bring_in(uploaded, project=project, person=people[1])
    return project


def _member(project: Project, member: Member, now: datetime) -> User:
    username = member.email.partition("@")[0]
    person, is_new = User.objects.get_or_create(
        username=username,
        defaults={
            "email": member.email,
            "first_name": member.first_name,
            "last_name": member.last_name,
            "is_staff": member.is_admin,
            "is_superuser": member.is_admin,
        },
    )
    if is_new:
        person.set_password(settings.NB_DEMO_PASSWORD)
        person.save(update_fields=["password"])
        with transaction.atomic():
            post.set_allowance(person, member.allowance_micros, recorded_by=None, now=now)
    Membership.objects.get_or_create(project=project, person=person, defaults={"role": member.role})
    return person
