"""Two workers that look for what is due at the same moment: each message is told by one of them."""

from pathlib import Path

import pytest
from django.utils import timezone

from studio.models import WebhookDelivery
from studio.webhooks import announce
from studio.webhooks.keep import make
from tests import people
from tests.processes import side_by_side

MESSAGES = 60
TELLING = """
from django.utils import timezone
from studio.webhooks.deliver import deliver_due

def send(url, body, *, headers, deadline_seconds):
    print(dict(headers)["webhook-id"] + "\\n", end="", flush=True)
    return 204

while deliver_due(timezone.now, send=send):
    pass
"""


@pytest.mark.usefixtures("transactional_db")
def test_of_two_processes_one_tells(tmp_path: Path) -> None:
    cast, now = people.cast(), timezone.now()
    webhook = make(cast.bob, "https://receiver.example/hook", None, origin="https://studio.example", now=now).webhook
    due = {str(announce.trial(webhook, now=now).public_id) for _ in range(MESSAGES)}
    first, second = side_by_side(TELLING, tmp_path, (), ())
    assert sorted([*first, *second]) == sorted(due)
    assert set(WebhookDelivery.objects.values_list("tries", "status", "next_try_at")) == {(1, 204, None)}
