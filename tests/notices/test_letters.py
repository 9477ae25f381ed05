"""Notices by mail: to whoever asked, of what they asked for and have not read, once."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings as PytestSettings

from nbweb.sign_in import SignIn
from studio.jobs.crew import Crew
from studio.models import Generation, Membership, Notice, NoticeMail
from studio.models.notice_mail import KINDS
from studio.notices.letters import WAIT, write_letters
from studio.talk.comments import say
from studio.talk.verdicts import decide
from tests import people
from tests.mail import Sink, mail_server
from tests.people import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def server() -> Iterator[Sink]:
    with mail_server() as sink:
        yield sink


@pytest.fixture
def sink(server: Sink, settings: PytestSettings) -> Sink:
    server.letters.clear()
    server.refused.clear()
    settings.MAILERS = {"default": SignIn.read({"NB_MAIL_URL": server.url}).mail}
    settings.NB_MAIL = True
    return server


def later() -> int:
    return write_letters(now=timezone.now() + WAIT + timedelta(seconds=1))


def wants(cast: Cast, **wanted: str) -> Client:
    """Bob says so on the page, which is in Chinese."""
    client = Client(headers={"accept-language": "zh-hans"})
    people.come_in(client, cast.bob)
    assert client.post("/notices/by-mail/", wanted).status_code == 302
    return client


def test_what_was_not_read_comes_in_one_letter_in_ones_own_language(cast: Cast, frame: Generation, sink: Sink) -> None:
    client = wants(cast, comments="on")
    assert 'name="comments" id="id_comments" checked' in client.get("/notices/").text
    for text in ("Too dark", "Still too dark"):
        say(frame, text, person=cast.vera, now=timezone.now())
    decide(frame, is_approved=False, person=cast.alice, now=timezone.now())  # which Bob did not ask for
    assert write_letters(now=timezone.now()) == 0  # he may be reading it this minute
    assert (later(), later()) == (1, 0)
    (letter,) = sink.to("bob@example.com")
    assert letter["Subject"] == "NB Studio: 1A 有 2 条新评论，最后一条来自 Vera"
    text = str(letter.get_content())
    assert f"http://testserver/notices/{Notice.objects.get(kind='comment').public_id}/" in text
    assert "too dark" not in text.lower()  # what was said stays in the studio
    say(frame, "And now", person=cast.vera, now=timezone.now() - WAIT)
    worker = Crew(slots=1)
    worker._write()
    worker._pool.shutdown()
    assert len(sink.letters) == 2


def test_nobody_is_written_to_who_did_not_ask_or_may_not_see_it(cast: Cast, frame: Generation, sink: Sink) -> None:
    say(frame, "Too dark", person=cast.vera, now=timezone.now())
    assert later() == 0
    wants(cast, comments="on", money="on")
    Membership.objects.filter(person=cast.bob).delete()
    assert later() == 0
    Membership.objects.create(person=cast.bob, project=cast.project, role="viewer")
    wants(cast)
    assert later() == 0
    assert sink.letters == []


def test_a_mail_server_that_refuses_is_tried_again_and_not_for_ever(
    cast: Cast, frame: Generation, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    wants(cast, comments="on")
    say(frame, "Too dark", person=cast.vera, now=timezone.now())
    sink.refused.add("bob@example.com")
    assert later() == 0
    assert "could not be mailed" in caplog.text
    assert write_letters(now=timezone.now() + timedelta(days=2)) == 0
    sink.refused.clear()
    assert later() == 1


def test_every_kind_has_its_switch() -> None:
    assert sorted(kind for kinds in KINDS.values() for kind in kinds) == sorted(Notice.Kind)
    assert NoticeMail(**dict.fromkeys(KINDS, True)).kinds == frozenset(Notice.Kind)
