"""The trash of a project over the web, and every page that must not show what lies in it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from studio.models import Generation, Input, Project, User
from studio.provider.outcome import Outcome
from studio.storage import objects
from studio.trash.move import to_trash
from tests.people import Cast
from tests.runs import make_run
from tests.stored import delivered
from tests.views.booked import end
from tests.views.test_spend import text_of

type SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def address(project: Project, what: str = "trash") -> str:
    return reverse(what, args=[project.public_id])


def ids(*frames: Generation) -> dict[str, list[str]]:
    return {"frames": [str(frame.public_id) for frame in frames]}


def on_the_feed(project: Project) -> dict[str, str]:
    return {**HTMX, "HX-Current-URL": f"http://testserver{project.get_absolute_url()}?whose=mine"}


def trashed(*frames: Generation, by: User) -> None:
    to_trash(Generation.objects.filter(pk__in=[frame.pk for frame in frames]), by=by, now=timezone.now())


# ── In ─────────────────────────────────────────────────────────────────────────────────────────────


def test_without_script_the_feed_says_so_and_leads_to_the_trash(cast: Cast, signed_in: SignIn) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    answer = signed_in(cast.bob).post(address(cast.project), ids(frame), follow=True)
    assert answer.redirect_chain == [(cast.project.get_absolute_url(), 302)]
    assert "1A moved to the trash, kept until" in text_of(answer.content)
    assert f'href="{address(cast.project)}"' in answer.content.decode()


def test_on_the_feed_its_strip_is_shown_without_it(cast: Cast, signed_in: SignIn) -> None:
    one, _ = delivered(cast.bob, cast.project, variations=2)
    answer = signed_in(cast.bob).post(address(cast.project), ids(one), headers=on_the_feed(cast.project))
    html = answer.content.decode()
    assert 'id="run-1" hx-swap-oob="true"' in html
    assert 'id="f-1B"' in html
    assert 'id="f-1A"' not in html
    assert "$0.18 charged, 1 in the trash" in html
    assert html.count("hx-swap-oob") == 2, "the strip and the toast"


def test_the_last_of_a_strip_leaves_its_place_empty_for_the_way_back(cast: Cast, signed_in: SignIn) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    bob = signed_in(cast.bob)
    html = bob.post(address(cast.project), ids(frame), headers=on_the_feed(cast.project)).content.decode()
    assert '<article class="strip" id="run-1" hx-swap-oob="true" hidden></article>' in html
    undo = bob.post(address(cast.project, "trash-restorations"), ids(frame), headers=on_the_feed(cast.project))
    assert 'id="run-1" hx-swap-oob="true"' in undo.content.decode()
    assert "1A is back where it was." in undo.content.decode()


def test_on_another_page_it_is_taken_out_and_comes_back_with_the_page(cast: Cast, signed_in: SignIn) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    bob = signed_in(cast.bob)
    answer = bob.post(address(cast.project), ids(frame), headers=HTMX)
    assert '<div hx-swap-oob="delete:#f-1A"></div>' in answer.content.decode()
    undo = bob.post(address(cast.project, "trash-restorations"), ids(frame), headers=HTMX)
    assert undo.headers["HX-Refresh"] == "true"


def test_a_frame_that_may_not_go_is_named_with_the_reason(cast: Cast, signed_in: SignIn) -> None:
    waits = make_run(cast.bob, cast.project).generations.get()
    (hers,) = delivered(cast.alice, cast.project)
    answer = signed_in(cast.bob).post(address(cast.project), ids(waits, hers), headers=on_the_feed(cast.project))
    assert answer.status_code == 409
    said = text_of(answer.content)
    assert "1A is still running: cancel it, or wait for it." in said
    assert "2A is Alice’s: only they, or an owner of the project, may move it." in said


def test_who_may_only_look_may_not_and_a_stranger_finds_nothing(cast: Cast, signed_in: SignIn) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    for what in ("trash", "trash-restorations", "trash-deletions"):
        assert signed_in(cast.vera).post(address(cast.project, what), ids(frame)).status_code == 403
        assert signed_in(cast.charlie).post(address(cast.project, what), ids(frame)).status_code == 404
        assert Client().post(address(cast.project, what), ids(frame)).status_code == 302
        assert signed_in(cast.bob).put(address(cast.project, what)).status_code == 405
    frame.refresh_from_db()
    assert not frame.is_trashed


def test_B144_a_frame_of_another_project_is_not_moved_by_this_ones_address(cast: Cast, signed_in: SignIn) -> None:
    other = Project.objects.create(name="Other")
    other.memberships.create(person=cast.bob, role="owner")
    (frame,) = delivered(cast.bob, other)
    answer = signed_in(cast.bob).post(address(cast.project), ids(frame), headers=HTMX)
    assert answer.status_code == 409
    frame.refresh_from_db()
    assert not frame.is_trashed


# ── The page ───────────────────────────────────────────────────────────────────────────────────────


def test_the_page_says_what_ends_when_and_what_stays(cast: Cast, signed_in: SignIn) -> None:
    one, two, source = delivered(cast.bob, cast.project, variations=3)
    Input.objects.create(run=delivered(cast.alice, cast.project)[0].run, position=1, output=source.outputs.get())
    trashed(one, two, source, by=cast.bob)
    said = text_of(signed_in(cast.alice).get(address(cast.project)).content)
    assert "2 pictures , 2 KB, on" in said
    assert "1 image stays as long as others that were made from it are there." in said
    assert "Delete 2 images" in said
    assert "Delete 1A" in said
    assert "Delete 1C" not in said


def test_a_maker_finds_their_own_and_an_owner_all(cast: Cast, signed_in: SignIn) -> None:
    (his,) = delivered(cast.bob, cast.project)
    (hers,) = delivered(cast.alice, cast.project)
    trashed(his, hers, by=cast.alice)
    assert [name in text_of(signed_in(cast.bob).get(address(cast.project)).content) for name in ("1A", "2A")] == [
        True,
        False,
    ]
    assert "2A" in text_of(signed_in(cast.dana).get(address(cast.project)).content)
    assert "Delete" not in text_of(signed_in(cast.bob).get(address(cast.project)).content).replace("deleted", "")


def test_all_of_it_comes_back_at_once(cast: Cast, signed_in: SignIn) -> None:
    trashed(*delivered(cast.bob, cast.project, variations=3), by=cast.bob)
    answer = signed_in(cast.bob).post(address(cast.project, "trash-restorations"), {"all": "1"}, follow=True)
    assert "3 images are back where they were." in text_of(answer.content)
    assert "The trash is empty" in text_of(answer.content)
    assert Generation.objects.living().count() == 3


def test_an_owner_deletes_now_and_nobody_else_does(cast: Cast, signed_in: SignIn) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    trashed(frame, by=cast.bob)
    where = address(cast.project, "trash-deletions")
    assert signed_in(cast.bob).post(where, ids(frame)).status_code == 403
    assert objects.object_exists(frame.outputs.get().key)
    answer = signed_in(cast.alice).post(where, ids(frame), follow=True)
    assert "1A is deleted. What it cost stays in the ledger." in text_of(answer.content)
    assert not objects.object_exists(frame.outputs.get().key)
    frame.refresh_from_db()
    assert frame.charge == "charged"
    answer = signed_in(cast.alice).post(where, {"all": "1"}, follow=True)
    assert "Nothing was deleted" in text_of(answer.content)


def test_older_ones_are_a_page_further(cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.views.trash.ROWS_PER_PAGE", 2)
    trashed(*delivered(cast.bob, cast.project, variations=5), by=cast.bob)
    bob, path, seen = signed_in(cast.bob), address(cast.project), []
    for _ in range(3):
        answer = bob.get(path)
        seen += [row.number for row in answer.context["rows"]]
        path = f"{address(cast.project)}?before={answer.context['before']}"
    assert sorted(seen) == ["1A", "1B", "1C", "1D", "1E"]
    assert not answer.context["is_more"]


def test_a_fuller_trash_is_no_more_questions(
    cast: Cast,
    signed_in: SignIn,
    django_assert_num_queries: DjangoAssertNumQueries,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    alice = signed_in(cast.alice)
    trashed(*delivered(cast.bob, cast.project), by=cast.bob)
    alice.get(address(cast.project))
    with django_assert_num_queries(16) as first:
        alice.get(address(cast.project))
    trashed(*delivered(cast.alice, cast.project, variations=8), by=cast.alice)
    with django_assert_max_num_queries(len(first)):
        alice.get(address(cast.project))


# ── Everywhere else ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def hidden(cast: Cast) -> Generation:
    """A frame of Bob's that lies in the trash, beside one of the same run and one that was made from it."""
    one, _two = delivered(cast.bob, cast.project, variations=2, prompt="A hidden lighthouse")
    (child,) = delivered(cast.bob, cast.project, prompt="A child of it")
    Input.objects.create(run=child.run, position=1, output=one.outputs.get())
    trashed(one, by=cast.bob)
    one.refresh_from_db()
    return one


def pages_of(project: Project, hidden: Generation) -> Iterator[str]:
    """Every page of a member that shows frames or pictures."""
    yield from ("/", "/projects/", project.get_absolute_url(), f"{project.get_absolute_url()}?whose=mine")
    yield from (address(project, "compose"), address(project, "runs"), "/usage/")
    yield from ("/gallery/", f"{address(project, 'project-gallery')}?q=lighthouse", "/gallery/?q=1A")
    yield from (each.get_absolute_url() for each in Generation.objects.exclude(pk=hidden.pk))
    yield f"{address(project, 'running')}?watch={hidden.frame_number}.0&newest=0"


@pytest.mark.parametrize("name", ["alice", "bob", "vera", "dana"])
def test_no_page_shows_it(cast: Cast, signed_in: SignIn, hidden: Generation, name: str) -> None:
    client = signed_in(getattr(cast, name))
    picture = str(hidden.outputs.get().public_id)
    for path in pages_of(cast.project, hidden):
        for headers in ({}, HTMX):
            html = client.get(path, headers=headers, follow=True).content.decode()
            assert picture not in html, path
            assert f'id="f-{hidden.frame_number}"' not in html, path


def test_by_its_address_only_those_who_may_bring_it_back_find_it(
    cast: Cast, signed_in: SignIn, hidden: Generation
) -> None:
    picture = reverse("output-file", args=[hidden.outputs.get().public_id, "thumbnail"])
    for person, status in ((cast.bob, 200), (cast.alice, 200), (cast.dana, 200), (cast.vera, 404), (cast.charlie, 404)):
        client = signed_in(person)
        assert client.get(hidden.get_absolute_url()).status_code == status
        answer = client.get(picture)
        assert answer.status_code == status
        assert bool(b"".join(answer)), "read to its end, which closes it"  # type: ignore[arg-type]
    page = text_of(signed_in(cast.alice).get(hidden.get_absolute_url()).content)
    assert "Bob moved it there just now. Others do not see it." in page
    assert "Edit this image" not in page


def test_it_is_no_input_and_no_example_any_more(cast: Cast, signed_in: SignIn, hidden: Generation) -> None:
    bob = signed_in(cast.bob)
    for verb in ("reuse", "again", "edit", "prompt", "continue"):
        assert bob.get(f"{cast.project.get_absolute_url()}?{verb}={hidden.public_id}").status_code == 404
    child = Generation.objects.get(run__number=2)
    html = bob.get(f"{cast.project.get_absolute_url()}?reuse={child.public_id}").content.decode()
    assert str(hidden.outputs.get().public_id) not in html
    answer = bob.post(address(cast.project, "composition"), {"inputs": f"output:{hidden.outputs.get().public_id}"})
    assert str(hidden.outputs.get().public_id) not in answer.content.decode()


def test_nothing_is_done_to_it_but_to_bring_it_back(cast: Cast, signed_in: SignIn, hidden: Generation) -> None:
    bob = signed_in(cast.bob)
    for what in ("generation-cancellation", "generation-waiting", "generation-delivery"):
        assert bob.post(reverse(what, args=[hidden.public_id])).status_code == 404


def test_it_comes_along_in_no_archive(cast: Cast, signed_in: SignIn, hidden: Generation) -> None:
    answer = signed_in(cast.vera).get(f"{address(cast.project, 'downloads')}?run=1")
    assert b"1A" not in b"".join(answer)  # type: ignore[arg-type]


def test_its_money_is_in_every_sum(cast: Cast, signed_in: SignIn) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    bob = signed_in(cast.bob)
    pages = (cast.project.get_absolute_url(), "/usage/", "/projects/")
    before = [text_of(bob.get(path).content).count("$0.09") for path in pages]
    assert before[1] > 0
    trashed(frame, by=cast.bob)
    assert "0 images, $0.09 charged this month" in text_of(bob.get(cast.project.get_absolute_url()).content)
    assert text_of(bob.get("/usage/").content).count("$0.09") == before[1]
    assert "$0.09" in text_of(bob.get("/projects/").content)
    assert "1A" in text_of(signed_in(cast.dana).get("/admin-review/spend/charges/").content)


def test_after_its_end_its_page_keeps_the_facts(cast: Cast, signed_in: SignIn) -> None:
    (frame,) = delivered(cast.bob, cast.project)
    trashed(frame, by=cast.bob)
    signed_in(cast.alice).post(address(cast.project, "trash-deletions"), ids(frame))
    answer = signed_in(cast.bob).get(frame.get_absolute_url())
    said = text_of(answer.content)
    assert "cannot be brought back" in said
    assert "$0.09" in said
    assert "output-file" not in said
    assert str(frame.outputs.get().public_id) not in answer.content.decode()
    for person in (cast.bob, cast.alice, cast.dana):
        path = reverse("output-file", args=[frame.outputs.get().public_id, "original"])
        assert signed_in(person).get(path).status_code == 404


def test_a_refused_frame_goes_from_its_own_page(cast: Cast, signed_in: SignIn) -> None:
    frame = make_run(cast.bob, cast.project).generations.get()
    end(frame, Outcome.REFUSED_PROMPT)
    bob = signed_in(cast.bob)
    assert "Move to trash" in text_of(bob.get(frame.get_absolute_url()).content)
    assert "Move to trash" not in text_of(signed_in(cast.vera).get(frame.get_absolute_url()).content)
    bob.post(address(cast.project), ids(frame))
    answer = bob.get(cast.project.get_absolute_url())
    assert 'id="f-1A"' not in answer.content.decode()
    assert "An empty contact sheet" not in text_of(answer.content), (
        "something was made, and the way to the trash is there"
    )
