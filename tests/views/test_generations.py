"""One frame's page, and its cancellation."""

import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from studio.ledger.balance import month_of, month_summary
from studio.models import Attempt, Generation, Status, User
from studio.provider.outcome import Outcome
from studio.provider.searched import searched_of
from tests.people import Cast
from tests.runs import make_attempt, make_run
from tests.views.booked import end
from tests.views.composing import HTMX, make_upload

type SignIn = Callable[[User], Client]


def read(client: Client, generation: Generation, query: str = "") -> str:
    response = client.get(generation.get_absolute_url() + query)
    assert response.status_code == 200
    return response.content.decode()


def delivered(cast: Cast, **facts: object) -> Generation:
    generation = make_run(cast.bob, cast.project, **facts).generations.first()  # type: ignore[arg-type]
    assert generation is not None
    attempt = end(generation, Outcome.DELIVERED)
    Attempt.objects.filter(pk=attempt.pk).update(
        http_status=200,
        request_id="req-42",
        request_document={"contents": "secret document"},
        usage={"prompt_tokens": 18, "output_tokens": 1373},
    )
    return generation


def test_everything_about_a_picture(cast: Cast, signed_in: SignIn) -> None:
    text = read(signed_in(cast.bob), delivered(cast, prompt="A harbour", ratio="4:5"))
    for words in (
        "<h1", "1A", "A harbour", "Nano Banana Pro", "2K, 800 × 1000 px", "asked for 1856 × 2304 px",
        "Queued", "Sent", "req-42", "Hold released", "Charged", "+$0.09", "−$0.09", "$9.91",
        "18 in, 1,373 out", "Edit this image", "Use as input", "Everything", "Prompt only", "Settings only",
        "Download PNG", "With its parameters inside",
    ):  # fmt: skip
        assert words in text, words


@pytest.mark.parametrize("rendition", ["original", "thumbnail", "icon"])
def test_F32_a_file_that_is_gone_is_said_in_words_where_it_is_asked_for(
    cast: Cast, signed_in: SignIn, rendition: str
) -> None:
    """The row stands, its object does not."""
    output = delivered(cast).outputs.get()
    response = signed_in(cast.bob).get(reverse("output-file", args=[output.public_id, rendition]))
    assert response.status_code == 404
    assert "The file of this picture is missing. Ask an admin of the studio" in response.content.decode()


def test_F32_where_its_picture_should_be_a_drawing_says_so(cast: Cast, signed_in: SignIn) -> None:
    """As a browser asks for what it puts in an <img>."""
    output = delivered(cast).outputs.get()
    address = reverse("output-file", args=[output.public_id, "thumbnail"])
    response = signed_in(cast.bob).get(address, headers={"Sec-Fetch-Dest": "image"})
    assert (response.status_code, response.headers["Content-Type"]) == (404, "image/svg+xml")
    assert "The file is missing" in response.content.decode()


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Outcome.REFUSED_PROMPT, "The same request would be refused again."),
        (Outcome.REFUSED_TEXT, "Ask clearly for a picture"),
        (Outcome.OUTCOME_UNKNOWN, "another try is another charge"),
        (Outcome.FAILED_CONFIG, "Ask an admin of the studio"),
        (Outcome.FAILED_BUSY, "Try again in a while."),
    ],
)
def test_without_a_picture_it_says_what_to_do(cast: Cast, signed_in: SignIn, outcome: Outcome, words: str) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    end(generation, outcome)
    text = read(signed_in(cast.bob), generation)
    assert words in text
    assert "Edit this image" not in text


def test_what_the_model_said_is_shown_as_words(cast: Cast, signed_in: SignIn) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    end(generation, Outcome.REFUSED_TEXT)
    Generation.objects.filter(pk=generation.pk).update(model_text="I cannot <script>alert(1)</script>")
    text = read(signed_in(cast.bob), generation)
    assert "I cannot &lt;script&gt;" in text


def test_the_documents_of_a_call_are_for_admins(cast: Cast, signed_in: SignIn) -> None:
    generation = delivered(cast)
    assert "secret document" in read(signed_in(cast.dana), generation)
    assert "secret document" not in read(signed_in(cast.bob), generation)


def test_what_was_left_to_somebody_is_their_own_business(cast: Cast, signed_in: SignIn) -> None:
    generation = delivered(cast)
    assert "$9.91" in read(signed_in(cast.dana), generation)
    text = read(signed_in(cast.alice), generation).partition('class="tbl ledger"')[2]
    assert "−$0.09" in text
    assert "$9.91" not in text


def test_where_it_came_from_and_what_became_of_it(cast: Cast, signed_in: SignIn) -> None:
    parent = delivered(cast)
    child = make_run(cast.alice, cast.project)
    child.inputs.create(position=1, upload=make_upload(cast.project, cast.bob, name="sketch.png"))
    child.inputs.create(position=2, output=parent.outputs.get())
    assert "2A Alice" in read(signed_in(cast.bob), parent)
    text = read(signed_in(cast.bob), child.generations.get())
    assert "1A parent" in text
    assert "sketch.png" in text


def test_neighbours_are_those_of_the_feed(cast: Cast, signed_in: SignIn) -> None:
    older = delivered(cast)
    first, second = make_run(cast.bob, cast.project, variations=2).generations.all()
    text = read(signed_in(cast.bob), second)
    assert f'id="earlier" href="{first.get_absolute_url()}"' in text
    assert f'id="later" href="{older.get_absolute_url()}"' in text
    assert 'id="earlier"' not in read(signed_in(cast.bob), first)
    assert 'id="later"' not in read(signed_in(cast.bob), older)


@pytest.mark.parametrize("picture", ["0", "1", "99", "x", "-1"])
def test_further_pictures_can_be_looked_at(cast: Cast, signed_in: SignIn, picture: str) -> None:
    generation = delivered(cast)
    extra = generation.outputs.get()
    extra.pk, extra.role, extra.position, extra.public_id, extra.width = None, "draft", 1, uuid4(), 333
    extra.save(force_insert=True)
    text = read(signed_in(cast.bob), generation, f"?picture={picture}")
    assert "In this answer" in text
    assert ('aria-label="Pictures"' in text, 'aria-label="Drafts"' in text, 'aria-label="Thoughts"' in text) == (
        True, True, False,
    )  # fmt: skip
    shown = extra if picture == "1" else generation.outputs.get(role="primary")
    assert f"edit={generation.public_id}&amp;picture={shown.public_id}" in text
    assert ("333 ×" in text) == (picture == "1")


def test_the_page_of_a_frame_under_way_asks_again_until_it_ends(cast: Cast, signed_in: SignIn) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    make_attempt(generation)
    bob = signed_in(cast.bob)
    assert "?seen=0" in read(bob, generation)
    assert bob.get(generation.get_absolute_url() + "?seen=0", headers=HTMX).status_code == 204
    Generation.objects.update(revision=3)
    response = bob.get(generation.get_absolute_url() + "?seen=0", headers=HTMX)
    assert response.status_code == 200
    assert "<!doctype html>" not in response.content.decode()


def test_retries_are_told_of(cast: Cast, signed_in: SignIn) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    end(generation, Outcome.FAILED_BUSY)
    make_attempt(generation)
    make_attempt(generation)
    Attempt.objects.update(http_status=503)
    Generation.objects.update(status=Status.FAILED)
    text = read(signed_in(cast.bob), generation)
    assert "Provider busy (503), 3 tries. Nothing was charged." in text
    assert "Try 2" in text


def test_a_page_asks_a_fixed_number_of_questions(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    parent = delivered(cast)
    for _ in range(6):
        make_run(cast.bob, cast.project).inputs.create(position=1, output=parent.outputs.get())
    bob = signed_in(cast.bob)
    with django_assert_max_num_queries(38):
        read(bob, parent)


def test_who_may_look_and_who_may_not(cast: Cast, signed_in: SignIn) -> None:
    generation = delivered(cast)
    text = read(signed_in(cast.vera), generation)
    assert "Edit this image" not in text
    assert signed_in(cast.charlie).get(generation.get_absolute_url()).status_code == 404
    assert signed_in(cast.bob).get(reverse("generation", args=[uuid4()])).status_code == 404
    assert signed_in(cast.bob).post(generation.get_absolute_url()).status_code == 405


# ── Cancellation ───────────────────────────────────────────────────────────────────────────────────


def stop(client: Client, generation: Generation, *, htmx: bool = True, **fields: str) -> tuple[int, str]:
    address = reverse("generation-cancellation", args=[generation.public_id])
    response = client.post(address, fields, headers=HTMX if htmx else {})
    return response.status_code, response.content.decode()


def left_micros(person: User) -> int:
    return month_summary(person, month_of(timezone.now())).left_micros


def test_cancelling_before_it_is_sent_is_free(cast: Cast, signed_in: SignIn) -> None:
    first, _second = make_run(cast.bob, cast.project, variations=2).generations.all()
    status, text = stop(signed_in(cast.bob), first, watch="1A.0-1,1B.0-2")
    assert status == 200
    assert "1A cancelled, nothing was charged" in text
    assert 'id="f-1A-no"' in text
    assert "autofocus" in text
    assert "Next in line" in text  # the other one moved up
    assert 'name="watch" value="1B.0-1"' in text
    assert left_micros(cast.bob) == 9_910_000


def test_a_whole_run_is_cancelled_at_once(cast: Cast, signed_in: SignIn) -> None:
    first, *_others = make_run(cast.bob, cast.project, variations=3).generations.all()
    _status, text = stop(signed_in(cast.bob), first, watch="1A.0-1,1B.0-2,1C.0-3", whole_run="1")
    assert "Run 1 cancelled, nothing was charged" in text
    assert not Generation.objects.unfinished().exists()
    assert left_micros(cast.bob) == 10_000_000


def test_too_late_says_so_and_changes_nothing(cast: Cast, signed_in: SignIn) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    make_attempt(generation)
    status, text = stop(signed_in(cast.bob), generation, watch="1A.0-1")
    assert status == 409
    assert "Already sent. Hanging up would not stop the charge." in text
    assert "Sending" in text
    assert Generation.objects.get().status == Status.SENDING


def test_without_htmx_it_leads_back_to_the_feed(cast: Cast, signed_in: SignIn) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    bob = signed_in(cast.bob)
    assert stop(bob, generation, htmx=False)[0] == 302
    assert "1A cancelled, nothing was charged" in bob.get(cast.project.get_absolute_url()).content.decode()


@pytest.mark.parametrize(("who", "status"), [("vera", 403), ("charlie", 404)])
def test_only_makers_cancel(cast: Cast, signed_in: SignIn, who: str, status: int) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    assert stop(signed_in(getattr(cast, who)), generation)[0] == status
    assert Generation.objects.get().status == Status.QUEUED
    address = reverse("generation-cancellation", args=[generation.public_id])
    assert signed_in(cast.bob).get(address).status_code == 405


# ── A web search ───────────────────────────────────────────────────────────────────────────────────

HOSTILE = """<script>alert(1)</script><style>body { display: none }</style><img src=x onerror=alert(1)>
<a href="javascript:alert(1)">bad</a><a href="https://evil.example/">worse</a>
<a href="https://www.google.com/search?q=foxes" onclick="alert(1)">&lt;b onclick=alert(1)&gt;foxes</a>"""


def searched(cast: Cast, html: str) -> Generation:
    """Delivered, and this stood beside the picture."""
    generation = delivered(cast)
    grounding = {
        "searchEntryPoint": {"renderedContent": html},
        "groundingChunks": [
            {"web": {"uri": "https://en.wikipedia.org/wiki/Fox", "title": "Fox"}},
            {"web": {"uri": "javascript:alert(1)", "title": "<b>bold</b>"}},
        ],
    }
    generation.attempts.update(searched=searched_of(grounding).to_json())
    return generation


def test_googles_suggestions_are_shown_as_chips_of_our_own(cast: Cast, signed_in: SignIn) -> None:
    text = read(signed_in(cast.bob), searched(cast, HOSTILE))
    part = text[text.index('aria-labelledby="searched"') : text.index('class="inspect"')]
    assert re.findall(r'href="([^"]+)" target="_blank" rel="([^"]+)"', part) == [
        ("https://www.google.com/search?q=foxes", "noopener noreferrer"),
        ("https://en.wikipedia.org/wiki/Fox", "noopener noreferrer nofollow"),
    ]
    assert "&lt;b onclick=alert(1)&gt;foxes" in part
    assert "&lt;b&gt;bold&lt;/b&gt;" in part
    for never in ("<script>alert", "<style>", "onerror", "<b onclick", "javascript:", "evil.example", "<b>bold"):
        assert never not in text


def test_without_a_search_nothing_is_said_of_one(cast: Cast, signed_in: SignIn) -> None:
    text = read(signed_in(cast.bob), delivered(cast))
    assert "Google Search suggestions" not in text
    assert "Read for it" not in text
