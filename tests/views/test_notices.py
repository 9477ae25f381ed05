"""The bell, the list, what leads where and what was read."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from studio.ledger import decisions
from studio.models import Generation, Membership, Notice, Status, User
from studio.notices.tell import News, tell
from studio.provider.outcome import Outcome
from studio.talk.comments import say, take_back
from studio.trash.move import to_trash
from studio.views.notices import PAGE_NOTICES
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end
from tests.views.composing import HTMX

type SignIn = Callable[[User], Client]

NOTICES = "/notices/"


@pytest.fixture
def frame(cast: Cast) -> Generation:
    run = make_run(cast.bob, cast.project, held=False)
    Generation.objects.update(status=Status.SUCCEEDED, finished_at=timezone.now())
    return run.generations.get()


def listed(client: Client, **query: str) -> str:
    return client.get(NOTICES, query).content.decode()


def comment(frame: Generation, person: User, text: str = "Too dark") -> None:
    say(frame, text, person=person, now=timezone.now())


def link(notice: Notice) -> str:
    return reverse("notice", args=[notice.public_id])


def fill(person: User, frame: Generation, count: int) -> None:
    """So many notices, the last one the newest, two at each moment."""
    for number in range(count):
        at = timezone.now() - timedelta(minutes=(count - number) // 2)
        news = News(kind=Notice.Kind.COMMENT, about=f"{number}", by=frame.person, generation=frame, count=number + 2)
        tell([person.pk], news, now=at)


def test_the_bell_counts_and_to_follow_a_notice_is_to_read_it(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    comment(frame, cast.vera)
    bob = signed_in(cast.bob)
    page = bob.get("/usage/").content.decode()
    assert '>1</span><span class="vh">, 1 unread</span>' in page
    page = listed(bob)
    assert "Vera commented on 1A" in page
    assert "Too dark</p>" in page
    assert "is-unread" in page
    answer = bob.get(link(Notice.objects.get()))
    assert (answer.status_code, answer.url) == (302, f"{frame.get_absolute_url()}#comments")  # type: ignore[attr-defined]
    page = listed(bob)
    assert "Vera commented on 1A" in page
    assert "unread" not in page


def test_who_looks_at_the_frame_has_read_what_is_said_of_it(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    comment(frame, cast.vera)
    comment(frame, cast.alice)
    signed_in(cast.bob).get(frame.get_absolute_url())
    assert [each.person for each in Notice.objects.unread()] == [cast.vera]


def test_one_is_read_in_its_place_and_all_at_once_as_far_as_the_page_went(
    cast: Cast, signed_in: SignIn, frame: Generation
) -> None:
    fill(cast.alice, frame, 3)
    alice = signed_in(cast.alice)
    first = Notice.objects.get(about="0")
    swapped = alice.post(link(first), headers=HTMX).content.decode()
    assert f'id="notice-{first.public_id}" hx-swap-oob="true"' in swapped
    assert "is-unread" not in swapped
    assert ", 2 unread" in swapped
    until = listed(alice).partition('name="until" value="')[2].partition('"')[0]
    comment(frame, cast.alice)
    comment(frame, cast.vera, "Later")  # while the list lies open
    assert alice.post(NOTICES, {"until": until}).url == NOTICES  # type: ignore[attr-defined]
    assert [each.by for each in Notice.objects.unread().filter(person=cast.alice)] == [cast.vera]
    assert alice.post(link(first)).url == NOTICES  # type: ignore[attr-defined]


def test_of_what_one_may_not_see_any_more_nothing_is_told(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    comment(frame, cast.vera)
    decisions.ask_for_more(cast.vera, cast.project, note="", now=timezone.now())
    bob, dana = signed_in(cast.bob), signed_in(cast.dana)
    of_bob, of_dana = Notice.objects.get(person=cast.bob), Notice.objects.get(person=cast.dana)
    Membership.objects.filter(person=cast.bob).delete()
    User.objects.filter(pk=cast.dana.pk).update(is_staff=False)
    for client, notice in ((bob, of_bob), (dana, of_dana)):
        assert "unread" not in client.get("/usage/").content.decode()
        assert "Vera" not in listed(client)
        assert client.get(link(notice)).status_code == 404
    Membership.objects.create(person=cast.bob, project=cast.project, role="maker")
    assert "Too dark" in listed(bob)
    to_trash(Generation.objects.filter(pk=frame.pk), by=cast.alice, now=timezone.now())
    assert "Vera" not in listed(bob)
    assert signed_in(cast.alice).get(link(of_bob)).status_code == 404


def test_words_that_were_taken_back_are_not_told(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    comment(frame, cast.vera)
    take_back(frame.comments.get(), by=cast.vera, now=timezone.now())
    assert "Too dark" not in listed(signed_in(cast.bob))


def test_older_ones_come_by_their_cursor_and_a_page_costs_the_same_however_long_it_is(
    cast: Cast, signed_in: SignIn, frame: Generation
) -> None:
    alice = signed_in(cast.alice)
    fill(cast.alice, frame, 2)
    with CaptureQueriesContext(connection) as of_two:
        listed(alice)
    Notice.objects.all().delete()
    fill(cast.alice, frame, PAGE_NOTICES * 2 + 1)
    with CaptureQueriesContext(connection) as of_many:
        page = listed(alice)
    assert len(of_many) == len(of_two)
    pages = [page]
    while older := re.search(r'href="/notices/\?before=([0-9-]+)"', pages[-1]):
        pages.append(listed(alice, before=older[1]))
    shown = [int(number) for page in pages for number in re.findall(r"</span>([0-9]+) new comments", page)]
    assert (len(pages), shown) == (3, list(range(PAGE_NOTICES * 2 + 2, 1, -1)))
    for wrong in ("x' OR 1", "1", "1-", f"{'9' * 17}-1", "9999999999999999-1"):
        assert alice.get(NOTICES, {"before": wrong}).status_code in (200, 404)


def test_who_sees_on_the_page_how_a_frame_ends_is_not_told_and_who_is_away_is(cast: Cast, signed_in: SignIn) -> None:
    """Written when it ends; the page's own poll brings the frame, and with it the bell."""
    first, second = make_run(cast.bob, cast.project, variations=2).generations.all()
    for generation in (first, second):
        end(generation, Outcome.OUTCOME_UNKNOWN)
        news = News(kind=Notice.Kind.UNKNOWN, about=f"{generation.pk}", generation=generation)
        tell([cast.bob.pk], news, now=timezone.now())
    asked = {"watch": "1A.9", "newest": "1"}
    poll = signed_in(cast.bob).get(reverse("running", args=[cast.project.public_id]), asked, headers=HTMX)
    assert 'id="bell"' in poll.content.decode()
    assert [each.generation for each in Notice.objects.unread()] == [second]
