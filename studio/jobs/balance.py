"""What is left on the account at the gateway: seen once an hour by one worker, and what follows from it.

A key that stopped because the account was empty goes on by itself when money came in. Not merely when some is there:
the gateway says the same of a key that has used up its own limit, and each new try of such a key costs somebody a
picture. So the balance must have risen by a top-up's worth since it was seen last.
"""

import logging
import time
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from ..models import GatewayKey, Instance
from ..models.gateway_key import Stop
from ..money import MICROS_PER_DOLLAR
from ..reconcile.account import AccountUnread
from .heed import resume
from .reconciling import Pause, account, is_possible

logger = logging.getLogger(__name__)

EVERY: Final = timedelta(hours=1)
WHILE_EMPTY: Final = timedelta(minutes=5)
TOP_UP_MICROS: Final = MICROS_PER_DOLLAR
"""A rise by less may be a hold that was released: the balance dips while a call is under way."""


def look_at_balance(*, now: datetime, pause: Pause = time.sleep) -> None:
    """See the balance, if it is time and nobody else does. What cannot be read stays as it was seen last."""
    if not is_possible():
        return
    is_empty = GatewayKey.objects.filter(stopped_reason=Stop.BALANCE).exists()
    since = now - (WHILE_EMPTY if is_empty else EVERY)
    before = Instance.current().balance_micros
    due = Instance.objects.filter(Q(balance_seen_at=None) | Q(balance_seen_at__lte=since), pk=1)
    if not due.update(balance_seen_at=now):
        return
    try:
        balance_micros = account(pause).balance_micros()
    except AccountUnread as failure:
        logger.warning("the balance at the gateway could not be read: %s", failure)
        return
    Instance.objects.filter(pk=1).update(balance_micros=balance_micros)
    if before is not None and balance_micros - max(before, 0) >= TOP_UP_MICROS:
        _reopen(now)


def _reopen(now: datetime) -> None:
    """One generation tries it; the others follow when that went well."""
    with transaction.atomic():
        for key in GatewayKey.objects.select_for_update().filter(stopped_reason=Stop.BALANCE):
            resume(key, now=now)
            logger.info("key %s: sends again, the account at %s was topped up", key.name, settings.NB_GATEWAY_URL)
