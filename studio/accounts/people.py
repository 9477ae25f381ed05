"""What an admin may do about another person's ways in. Each act has its line in the audit log."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from ..audit_log import record
from ..models import AuditEntry, User


def end_sessions(person: User, *, by: User) -> None:
    """Sign the person out in every browser, from the next request on."""
    with transaction.atomic():
        for session in UserSession.objects.filter(user=person):
            session.end()
        record(by, AuditEntry.Action.SESSIONS_ENDED, person)


def take_second_factors(person: User, *, by: User) -> None:
    """For a lost telephone: the password alone is enough again, until the person sets up a new second factor."""
    with transaction.atomic():
        Authenticator.objects.filter(user=person).delete()
        for session in UserSession.objects.filter(user=person):
            session.end()
        record(by, AuditEntry.Action.FACTORS_REMOVED, person)
