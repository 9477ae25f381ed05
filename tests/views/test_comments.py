"""What is said about a frame: comments of whoever may look, verdicts of whoever makes."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from studio.models import Comment, Generation, Status, User, Verdict
from studio.models.comment import EDITED_WITHIN
from studio.talk.comments import say
from studio.views.talk import COMMENTS_SHOWN
from tests.people import Cast
from tests.runs import make_run
from tests.views.composing import HTMX

type SignIn = Callable[[User], Client]


@pytest.fixture
def frame(cast: Cast) -> Generation:
    run = make_run(cast.bob, cast.project, held=False)
    Generation.objects.update(status=Status.SUCCEEDED, finished_at=timezone.now())
    return run.generations.get()


def address(name: str, noun: Generation | Comment) -> str:
    return reverse(name, args=[noun.public_id])


def comment(frame: Generation, person: User, text: str = "Lovely") -> Comment:
    return say(frame, text, person=person, now=timezone.now())


# ── Comments ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 302), ("bob", 302), ("vera", 302), ("dana", 302), ("charlie", 404)]
)
def test_whoever_may_look_may_comment(cast: Cast, signed_in: SignIn, frame: Generation, who: str, status: int) -> None:
    client = signed_in(getattr(cast, who))
    assert client.post(address("generation-comments", frame), {"text": "Lovely"}).status_code == status
    assert Comment.objects.exists() is (status == 302)
    assert client.get(address("generation-comments", frame)).status_code == 405


def test_a_comment_comes_after_the_others_with_an_empty_form(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    answer = signed_in(cast.vera).post(address("generation-comments", frame), {"text": "Too dark"}, headers=HTMX)
    text = answer.content.decode()
    assert 'hx-swap-oob="beforeend:#comment-list"' in text
    assert "Too dark</p>" in text
    assert "autofocus>\n</textarea>" in text
    page = signed_in(cast.alice).get(frame.get_absolute_url()).content.decode()
    assert "Too dark</p>" in page
    assert "Vera" in page


def test_what_is_said_is_words_and_links_are_plain(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    comment(frame, cast.vera, "<script>alert(1)</script>\nsee https://example.com/a?b=1&c=2 and javascript:alert(1)")
    page = signed_in(cast.bob).get(frame.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>" in page
    assert '<a href="https://example.com/a?b=1&amp;c=2" rel="nofollow">' in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(("text", "sentence"), [("  ", "Write something first."), ("x" * 2_001, "At most 2,000")])
def test_a_comment_that_does_not_fit_is_kept_and_said(
    cast: Cast, signed_in: SignIn, frame: Generation, text: str, sentence: str
) -> None:
    for headers in ({}, HTMX):
        answer = signed_in(cast.vera).post(address("generation-comments", frame), {"text": text}, headers=headers)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert f"{text}</textarea>" in answer.content.decode()
    assert not Comment.objects.exists()


def test_ones_own_comment_may_be_reworded_for_a_while(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    one = comment(frame, cast.vera)
    vera = signed_in(cast.vera)
    assert "Lovely</textarea>" in vera.get(address("comment", one), headers=HTMX).content.decode()
    assert vera.post(address("comment", one), {"text": " "}).status_code == 422
    text = vera.post(address("comment", one), {"text": "Lovely!"}, headers=HTMX).content.decode()
    assert "Lovely!</p>" in text
    assert "edited" in text
    for who, status in (("alice", 403), ("charlie", 404)):
        assert signed_in(getattr(cast, who)).post(address("comment", one), {"text": "Bad"}).status_code == status
    Comment.objects.update(created_at=timezone.now() - EDITED_WITHIN - timedelta(seconds=1))
    assert vera.post(address("comment", one), {"text": "Bad"}).status_code == 403
    one.refresh_from_db()
    assert one.text == "Lovely!"


@pytest.mark.parametrize(
    ("who", "status", "mark"),
    [
        ("vera", 302, "Deleted by its author"),
        ("alice", 302, "Deleted by Alice"),
        ("bob", 403, "Lovely"),
        ("charlie", 404, "Lovely"),
    ],
)
def test_a_deleted_comment_leaves_a_mark_and_no_words(
    cast: Cast, signed_in: SignIn, frame: Generation, who: str, status: int, mark: str
) -> None:
    one = comment(frame, cast.vera)
    assert signed_in(getattr(cast, who)).post(address("comment-removal", one)).status_code == status
    page = signed_in(cast.bob).get(frame.get_absolute_url()).content.decode()
    assert mark in page
    one.refresh_from_db()
    assert one.text == ("" if status == 302 else "Lovely")
    assert signed_in(cast.vera).post(address("comment", one), {"text": "x"}).status_code == (
        403 if status == 302 else 302
    )


def test_of_many_comments_the_newest_are_shown(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    bob = signed_in(cast.bob)
    bob.get(frame.get_absolute_url())
    asked = []
    for _round in range(2):
        comment(frame, cast.vera, "The oldest one" if not asked else "Another one")
        with CaptureQueriesContext(connection) as queries:
            bob.get(frame.get_absolute_url())
        asked.append(len(queries))
    assert asked[0] == asked[1]
    for _round in range(COMMENTS_SHOWN):
        comment(frame, cast.alice)
    page = bob.get(frame.get_absolute_url()).content.decode()
    assert "The oldest one" not in page
    assert f"Show all {COMMENTS_SHOWN + 2}" in page
    assert "The oldest one" in bob.get(f"{frame.get_absolute_url()}?comments=all").content.decode()


def test_a_comment_that_does_not_exist_is_not_there(cast: Cast, signed_in: SignIn) -> None:
    for name in ("comment", "comment-removal"):
        assert signed_in(cast.alice).post(reverse(name, args=[uuid4()]), {"text": "x"}).status_code == 404


# ── Verdicts ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("who", "status"), [("alice", 302), ("bob", 302), ("vera", 403), ("charlie", 404)])
def test_makers_decide(cast: Cast, signed_in: SignIn, frame: Generation, who: str, status: int) -> None:
    client = signed_in(getattr(cast, who))
    assert client.post(address("generation-verdict", frame), {"verdict": "approved"}).status_code == status
    assert Verdict.objects.exists() is (status == 302)


def test_the_last_word_counts_and_can_be_withdrawn(cast: Cast, signed_in: SignIn, frame: Generation) -> None:
    alice, bob = signed_in(cast.alice), signed_in(cast.bob)
    bob.post(address("generation-verdict", frame), {"verdict": "approved"})
    text = alice.post(address("generation-verdict", frame), {"verdict": "rejected"}, headers=HTMX).content.decode()
    assert "Rejected</b> by Alice" in text
    assert 'id="verdict-reject" name="verdict" value="none" aria-pressed="true"' in text
    page = signed_in(cast.vera).get(frame.get_absolute_url()).content.decode()
    assert "Rejected</b> by Alice" in page
    assert "verdict-approve" not in page
    alice.post(address("generation-verdict", frame), {"verdict": "none"})
    assert not Verdict.objects.exists()


@pytest.mark.parametrize(("status", "word"), [(Status.FAILED, "approved"), (Status.SUCCEEDED, "maybe")])
def test_without_a_picture_or_a_known_word_nothing_is_decided(
    cast: Cast, signed_in: SignIn, frame: Generation, status: Status, word: str
) -> None:
    Generation.objects.update(status=status)
    answer = signed_in(cast.alice).post(address("generation-verdict", frame), {"verdict": word}, headers=HTMX)
    assert answer.status_code == 409
    assert not Verdict.objects.exists()
