"""Telling: signed, tried again as the table says, never twice by two workers, and given up in the end."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from studio.fetch import FetchFailed, FetchRefused, notify
from studio.jobs.cancel import cancel
from studio.models import Membership, Notice, Role, User, Webhook, WebhookDelivery
from studio.webhooks import announce
from studio.webhooks.deliver import FAILURES_MIN, KEPT, PATIENCE, WAITS, deliver_due, forget
from studio.webhooks.keep import EACH_MAX, Made, TooMany, make, remove, switch
from tests.fetch.internet import Internet
from tests.people import Cast
from tests.provider.peer import answers
from tests.runs import make_run

pytestmark = pytest.mark.django_db
URL = "https://receiver.example/hook?for=banners"


def hooked(person: User, **facts: Any) -> Made:
    return make(person, URL, facts.get("project"), origin="https://studio.example", now=timezone.now())


class Receiver:
    """What stands in the place of the other side: it answers what a test says, and keeps what it was told."""

    def __init__(self, answer: int | Exception = 204) -> None:
        self.answer = answer
        self.told: list[tuple[str, dict[str, Any], dict[str, str]]] = []

    def __call__(self, url: str, body: bytes, *, headers: Any, deadline_seconds: float) -> int:
        self.told.append((url, json.loads(body), dict(headers)))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def at(moment: datetime) -> Callable[[], datetime]:
    return lambda: moment


def test_a_message_arrives_over_the_wire_signed_and_says_where_to_read(cast: Cast, tmp_path: Path) -> None:
    made = hooked(cast.bob)
    frame = make_run(cast.bob, cast.project, prompt="A secret plan").generations.get()
    cancel(frame, person=cast.bob, now=timezone.now())
    with Internet(tmp_path, receiver_example=answers(b"Thanks", status="202 Accepted")) as internet:
        assert deliver_due(timezone.now, send=partial(notify, resolve=internet.resolve, dial=internet.dial)) == 1
        (request,) = internet._peers["receiver.example"].received
    assert request.line == "POST /hook?for=banners HTTP/1.1"
    told, delivery = json.loads(request.body), WebhookDelivery.objects.get()
    assert (told["type"], told["data"]["status"], told["data"]["frame"]) == (
        "generation.finished",
        "cancelled",
        frame.frame_number,
    )
    assert told["data"]["url"] == f"https://studio.example/api/v1/generations/{frame.public_id}"
    assert b"secret plan" not in request.body
    signed = f"{request.headers['webhook-id']}.{request.headers['webhook-timestamp']}.".encode() + request.body
    key = base64.b64decode(made.secret.removeprefix("whsec_"))
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert request.headers["webhook-signature"] == f"v1,{expected}"
    assert request.headers["webhook-id"] == str(delivery.public_id)
    assert (delivery.status, delivery.next_try_at, delivery.tries) == (202, None, 1)
    assert delivery.delivered_at is not None


def test_a_person_hears_of_their_own_and_an_owner_of_all_of_a_project(cast: Cast) -> None:
    hooked(cast.bob)
    hooked(cast.alice, project=cast.project)
    hooked(cast.charlie)
    cancel(make_run(cast.bob, cast.project).generations.get(), person=cast.bob, now=timezone.now())
    cancel(make_run(cast.vera, cast.project).generations.get(), person=cast.alice, now=timezone.now())
    told = WebhookDelivery.objects.order_by("pk").values_list("webhook__person__username", flat=True)
    assert sorted(told) == ["alice", "alice", "bob"]


@pytest.mark.parametrize("answer", [500, 302, 404, FetchFailed("timeout"), FetchRefused("internal_address", "inside")])
def test_what_was_not_taken_is_told_again_as_the_table_says_and_then_no_more(
    cast: Cast, answer: int | Exception
) -> None:
    webhook, receiver, now = hooked(cast.bob).webhook, Receiver(answer), timezone.now()
    announce.finished(make_run(cast.bob, cast.project).generations.get(), now=now)
    for wait in WAITS:
        assert deliver_due(at(now), send=receiver) == 1
        assert deliver_due(at(now + wait - timedelta(seconds=1)), send=receiver) == 0
        now += wait
    assert deliver_due(at(now), send=receiver) == 1
    assert deliver_due(at(now + timedelta(days=9)), send=receiver) == 0
    assert len({headers["webhook-id"] for *_, headers in receiver.told}) == 1
    assert len({headers["webhook-signature"] for *_, headers in receiver.told}) == len(WAITS) + 1
    delivery = WebhookDelivery.objects.get()
    assert (delivery.tries, delivery.delivered_at, delivery.next_try_at) == (len(WAITS) + 1, None, None)
    assert (delivery.status, delivery.error) == (
        (answer, "") if isinstance(answer, int) else (None, answer.reason)  # type: ignore[attr-defined]
    )
    webhook.refresh_from_db()
    assert webhook.failures == len(WAITS) + 1


def test_two_workers_tell_once_and_what_a_dead_one_had_is_told_by_another(cast: Cast) -> None:
    hooked(cast.bob)
    now = timezone.now()
    announce.finished(make_run(cast.bob, cast.project).generations.get(), now=now)

    def looks_too(*_: Any, **__: Any) -> int:
        assert deliver_due(at(now), send=Receiver()) == 0, "somebody is at it"
        raise KeyboardInterrupt  # and dies of it

    with pytest.raises(KeyboardInterrupt):
        deliver_due(at(now), send=looks_too)
    assert deliver_due(at(now + timedelta(seconds=59)), send=Receiver()) == 0
    assert deliver_due(at(now + timedelta(seconds=60)), send=Receiver()) == 1


def test_a_webhook_that_fails_for_a_day_is_switched_off_and_its_person_is_told(cast: Cast) -> None:
    webhook, receiver, now = hooked(cast.bob).webhook, Receiver(500), timezone.now()
    frames = [make_run(cast.bob, cast.project).generations.get() for _ in range(FAILURES_MIN)]
    for frame in frames[:-1]:
        announce.finished(frame, now=now)
        deliver_due(at(now), send=receiver)
    webhook.refresh_from_db()
    assert not webhook.is_stopped, "a bad minute is no reason"
    WebhookDelivery.objects.update(next_try_at=None)
    announce.finished(frames[-1], now=now + PATIENCE)
    deliver_due(at(now + PATIENCE), send=receiver)
    webhook.refresh_from_db()
    assert (webhook.is_stopped, webhook.stopped_by) == (True, Webhook.Stop.FAILING)
    assert Notice.objects.get(person=cast.bob).kind == Notice.Kind.WEBHOOK_OFF
    announce.finished(frames[0], now=now)
    assert not WebhookDelivery.objects.filter(next_try_at__isnull=False).exists()
    switch(webhook, on=True, now=now)
    announce.finished(frames[0], now=now)
    assert deliver_due(at(now), send=Receiver()) == 1


def test_one_success_wipes_the_failures_off(cast: Cast) -> None:
    webhook, now = hooked(cast.bob).webhook, timezone.now()
    announce.finished(make_run(cast.bob, cast.project).generations.get(), now=now)
    deliver_due(at(now), send=Receiver(500))
    deliver_due(at(now + WAITS[0]), send=Receiver(200))
    webhook.refresh_from_db()
    assert (webhook.failures, webhook.failing_since) == (0, None)


def test_what_says_that_it_is_gone_is_believed_at_once(cast: Cast) -> None:
    webhook, now = hooked(cast.bob).webhook, timezone.now()
    announce.finished(make_run(cast.bob, cast.project).generations.get(), now=now)
    deliver_due(at(now), send=Receiver(410))
    webhook.refresh_from_db()
    assert webhook.stopped_by == Webhook.Stop.GONE


@pytest.mark.parametrize("who", ["no owner any more", "closed"])
def test_who_may_not_hear_any_more_is_told_nothing(cast: Cast, who: str) -> None:
    hooked(cast.alice, project=cast.project)
    receiver, now = Receiver(), timezone.now()
    announce.finished(make_run(cast.bob, cast.project).generations.get(), now=now)
    if who == "closed":
        User.objects.filter(pk=cast.alice.pk).update(is_active=False)
    else:
        Membership.objects.filter(person=cast.alice).update(role=Role.MAKER)
    deliver_due(at(now), send=receiver)
    assert receiver.told == []
    assert WebhookDelivery.objects.get().error == "not_allowed"


def test_a_test_is_told_once_and_counts_for_nothing(cast: Cast) -> None:
    webhook, receiver, now = hooked(cast.bob).webhook, Receiver(500), timezone.now()
    announce.trial(webhook, now=now)
    deliver_due(at(now), send=receiver)
    assert deliver_due(at(now + timedelta(days=1)), send=receiver) == 0
    assert (receiver.told[0][1]["type"], receiver.told[0][1]["data"]) == ("test", {})
    webhook.refresh_from_db()
    assert webhook.failures == 0


def test_the_secret_is_sealed_ten_are_enough_and_what_is_removed_is_gone(cast: Cast) -> None:
    made = [hooked(cast.bob) for _ in range(EACH_MAX)]
    assert made[0].secret not in str(Webhook.objects.values())
    with pytest.raises(TooMany):
        hooked(cast.bob)
    announce.finished(make_run(cast.bob, cast.project).generations.get(), now=timezone.now())
    for each in made:
        remove(each.webhook, by=cast.bob)
    assert not WebhookDelivery.objects.exists()


def test_what_was_told_is_forgotten_after_a_month_and_what_waits_is_not(cast: Cast) -> None:
    hooked(cast.bob)
    now = timezone.now()
    for age in (KEPT + timedelta(days=1), timedelta(days=1)):
        announce.finished(make_run(cast.bob, cast.project).generations.get(), now=now - age)
    assert forget(now=now) == 0
    WebhookDelivery.objects.update(next_try_at=None)
    assert forget(now=now) == 1


@pytest.mark.django_db(transaction=True)
def test_several_are_told_side_by_side(cast: Cast) -> None:
    hooked(cast.bob)
    receiver, now = Receiver(), timezone.now()
    for _ in range(5):
        announce.finished(make_run(cast.bob, cast.project).generations.get(), now=now)
    assert deliver_due(at(now), send=receiver) == 5
    assert WebhookDelivery.objects.filter(delivered_at=now).count() == 5
    assert len(receiver.told) == 5
