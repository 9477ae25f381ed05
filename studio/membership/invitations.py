"""Invitations: a link that lets one person in, once.

The link carries 256 random bits; the database keeps their hash. To open a link changes nothing, since mail scanners
open every link there is: an invitation is accepted by a form. It holds as long as whoever wrote it may still invite.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from ..access import can_manage
from ..audit_log import record
from ..ledger.decisions import set_budget
from ..models import AuditEntry, Invitation, Membership, Project, Role, User
from ..models.invitation import LASTS
from ..notices import occasions


@dataclass(frozen=True, slots=True)
class Fresh:
    """An invitation with the secret of its link, which is known only now."""

    invitation: Invitation
    token: str


class NotAccepted(Exception):
    """The invitation lets this person in no more, or not this one. `reason` is a word; nothing was changed."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


USED, REVOKED, EXPIRED, UNFOUNDED, ANOTHER_ADDRESS, MEMBER_ALREADY = (
    "used",
    "revoked",
    "expired",
    "unfounded",
    "another_address",
    "member_already",
)


def invite(
    project: Project | None, role: Invitation.Role, *, email: str = "", budget_micros: int = 0, by: User, now: datetime
) -> Fresh:
    """A new invitation into a project, or for None into the studio. An admin alone may give a budget along."""
    assert by.is_studio_admin or (project is not None and not budget_micros), "asked by the view"
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        invitation = Invitation.objects.create(
            token_hash=hash_of(token),
            project=project,
            role=role,
            email=email,
            monthly_budget_micros=budget_micros,
            invited_by=by,
            created_at=now,
            expires_at=now + LASTS,
        )
        record(
            by, AuditEntry.Action.INVITED, project or invitation, changes={"invitation": ("", f"{invitation} {role}")}
        )
    return Fresh(invitation, token)


def renew(invitation: Invitation, *, by: User, now: datetime) -> Fresh | None:
    """Another link for another seven days; the one before does not open any more. None when it was used or revoked."""
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        standing = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if not standing.update(token_hash=hash_of(token), invited_by=by, created_at=now, expires_at=now + LASTS):
            return None
        record(by, AuditEntry.Action.INVITED, invitation.project or invitation, changes={"link": ("", "new")})
    invitation.refresh_from_db()
    return Fresh(invitation, token)


def revoke(invitation: Invitation, *, by: User, now: datetime) -> bool:
    """The link does not open any more. False when it was accepted before."""
    with transaction.atomic():
        standing = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        moved = standing.update(revoked_at=now)
        if moved:
            record(by, AuditEntry.Action.UNINVITED, invitation.project or invitation, note=str(invitation))
    return bool(moved)


def find(token_hash: str) -> Invitation | None:
    """By the hash of its token, whatever has become of it."""
    return Invitation.objects.select_related("project", "invited_by").filter(token_hash=token_hash).first()


def hash_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def why_not(invitation: Invitation, person: User | None, now: datetime) -> str:
    """Empty when the invitation can be accepted, by this person if one is known; else the word for why not."""
    if invitation.accepted_at:
        return USED
    if invitation.revoked_at:
        return REVOKED
    if invitation.expires_at <= now:
        return EXPIRED
    if not _may_still_invite(invitation):
        return UNFOUNDED
    if person is not None and invitation.email and person.email.casefold() != invitation.email.casefold():
        return ANOTHER_ADDRESS
    if person is not None and invitation.project and _is_in(person, invitation.project):
        return MEMBER_ALREADY
    return ""


def accept(invitation: Invitation, person: User, *, is_new: bool = False, now: datetime | None = None) -> None:
    """Let the person in: one invitation, one person, however many try at once. Raises `NotAccepted`.

    `is_new`: the person's account was made for it, and gets the budget that goes along.
    """
    now = now or timezone.now()
    with transaction.atomic():
        if invitation.project:
            Project.objects.select_for_update().get(pk=invitation.project.pk)
        standing = find(invitation.token_hash)
        if standing is None:  # it was renewed meanwhile: this link is an old one
            raise NotAccepted(REVOKED)
        if reason := why_not(standing, person, now):
            raise NotAccepted(reason)
        open_ = Invitation.objects.open(now).filter(pk=standing.pk, token_hash=invitation.token_hash)
        if not open_.update(accepted_by=person, accepted_at=now):
            raise NotAccepted(USED)
        _let_in(standing, person)
        occasions.joined(standing, person, now=now)
        if is_new and standing.monthly_budget_micros:
            set_budget(person, standing.monthly_budget_micros, by=standing.invited_by, now=now, is_told=False)


def _let_in(invitation: Invitation, person: User) -> None:
    if invitation.project:
        membership = Membership.objects.create(project=invitation.project, person=person, role=Role(invitation.role))
        record(person, AuditEntry.Action.JOINED, membership, changes={"role": ("", invitation.role)})
        return
    if invitation.is_for_admin:
        User.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
        person.is_staff = person.is_superuser = True
    record(person, AuditEntry.Action.JOINED, person, changes={"role": ("", invitation.role)})


def _may_still_invite(invitation: Invitation) -> bool:
    """A link does not outlive the right of whoever wrote it: a removed owner keeps no back door."""
    by = invitation.invited_by
    if by.is_studio_admin:
        return True
    return invitation.project is not None and by.is_active and can_manage(by, invitation.project)


def _is_in(person: User, project: Project) -> bool:
    return Membership.objects.filter(project=project, person=person).exists()
