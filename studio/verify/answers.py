"""Every answer in the spool of this machine belongs to an attempt."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext_noop

from ..ledger.audit import Finding, Scope
from ..models import Attempt
from ..provider.spool import Spool

YOUNG: Final = timedelta(hours=2)
"""An answer has its folder before its attempt has a row; one that never gets a row is swept away after an hour."""


def find(scope: Scope) -> Iterator[Finding]:
    if scope.person:
        return  # an answer without an attempt is nobody's
    spool = Spool(settings.NB_SPOOL_DIR)
    for attempt_id in spool.attempt_ids():
        if not _is_known(attempt_id) and spool.age_seconds(attempt_id) > YOUNG.total_seconds():
            words = gettext_noop("No attempt of this studio has this answer.")
            yield Finding("stray-answer", f"{settings.NB_SPOOL_DIR}/{attempt_id}", words)


def _is_known(attempt_id: str) -> bool:
    try:
        return Attempt.objects.filter(pk=UUID(attempt_id)).exists()
    except ValueError:  # not of our making
        return False
