"""Several frames at once: marked, compared, taken as inputs; and views of the gallery that are kept."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from studio.models import Generation, Judgement, Project, SavedView, Star, Tag, User
from studio.provider.outcome import Outcome
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

type SignIn = Callable[[User], Client]


@pytest.fixture
def frames(cast: Cast) -> list[Generation]:
    """Three of Bob's, with pictures."""
    found = list(make_run(cast.bob, cast.project, variations=3).generations.order_by("variation"))
    for each in found:
        end(each, Outcome.DELIVERED)
    return found


def address(cast: Cast) -> str:
    return reverse("project-selection", args=[cast.project.public_id])


def gallery(cast: Cast) -> str:
    return reverse("project-gallery", args=[cast.project.public_id])


def ids(frames: list[Generation]) -> list[str]:
    return [str(frame.public_id) for frame in frames]


def test_several_are_starred_and_tagged_at_once(cast: Cast, frames: list[Generation], signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    for button in ({"do": "star"}, {"do": "tag", "tag": "cover"}, {"do": "pick"}):
        response = bob.post(address(cast), button | {"frames": ids(frames[:2])})
        assert response.headers["Location"] == gallery(cast)
    assert Star.objects.filter(person=cast.bob).count() == 2
    assert Tag.objects.get().generations.count() == 2
    assert Judgement.objects.filter(is_picked=True).count() == 2
    bob.post(address(cast), {"do": "unstar", "frames": ids(frames)})
    assert not Star.objects.exists()


def test_htmx_gets_the_frames_as_they_are_now(cast: Cast, frames: list[Generation], signed_in: SignIn) -> None:
    response = signed_in(cast.bob).post(
        address(cast), {"do": "star", "frames": ids(frames[:2])}, headers={"HX-Request": "true"}
    )
    text = response.content.decode()
    assert 'id="f-1A-marks"' in text
    assert 'id="f-1B-marks"' in text
    assert 'id="f-1C-marks"' not in text
    assert "2 images marked" in text


WHO = [("alice", 302), ("bob", 302), ("vera", 403), ("charlie", 404), ("dana", 302)]


@pytest.mark.parametrize(("who", "status"), WHO)
def test_only_makers_tag(cast: Cast, frames: list[Generation], signed_in: SignIn, who: str, status: int) -> None:
    person = signed_in(getattr(cast, who))
    assert person.post(address(cast), {"do": "tag", "tag": "x", "frames": ids(frames)}).status_code == status
    assert Tag.objects.exists() is (status == 302)


def test_a_viewer_stars_and_a_stranger_s_star_reaches_nothing(
    cast: Cast, frames: list[Generation], signed_in: SignIn
) -> None:
    everywhere = reverse("gallery-selection")
    for person in (cast.vera, cast.charlie):
        signed_in(person).post(everywhere, {"do": "star", "frames": ids(frames)})
    assert set(Star.objects.values_list("person", flat=True)) == {cast.vera.pk}


def test_frames_of_another_project_are_not_among_them(cast: Cast, frames: list[Generation], signed_in: SignIn) -> None:
    other = Project.objects.create(name="Elsewhere")
    foreign = make_run(cast.charlie, other).generations.get()
    for do in ({"do": "star"}, {"do": "tag", "tag": "x"}, {"do": "inputs"}):
        signed_in(cast.bob).post(address(cast), do | {"frames": [*ids(frames[:1]), str(foreign.public_id)]})
    assert set(Star.objects.values_list("generation", flat=True)) == {frames[0].pk}
    assert list(Tag.objects.get().generations.all()) == frames[:1]


def test_they_become_inputs_in_their_order(cast: Cast, frames: list[Generation], signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    response = bob.post(address(cast), {"do": "inputs", "frames": ids([frames[2], frames[0]])})
    text = bob.get(response.headers["Location"]).content.decode()
    first, second = (f'value="output:{frame.outputs.get().public_id}"' for frame in (frames[2], frames[0]))
    assert 0 < text.index(f'name="inputs" {first}') < text.index(f'name="inputs" {second}')
    response = signed_in(cast.vera).post(address(cast), {"do": "inputs", "frames": ids(frames)})
    assert response.status_code == 403


@pytest.mark.parametrize("sent", [{}, {"frames": "x"}, {"frames": str(uuid4())}, {"do": "star"}, {"do": "compare"}])
def test_nothing_chosen_is_said(cast: Cast, frames: list[Generation], signed_in: SignIn, sent: dict[str, str]) -> None:
    response = signed_in(cast.bob).post(address(cast), sent, follow=True)
    assert "Choose an image first." in response.content.decode()


def test_two_are_compared_and_no_other_number(cast: Cast, frames: list[Generation], signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    for some in (frames[:1], frames):
        response = bob.post(address(cast), {"do": "compare", "frames": ids(some)}, follow=True)
        assert "Choose exactly two images" in response.content.decode()


def test_the_bar_offers_what_a_person_may_do(cast: Cast, frames: list[Generation], signed_in: SignIn) -> None:
    bobs = signed_in(cast.bob).get(gallery(cast)).content.decode()
    veras = signed_in(cast.vera).get(gallery(cast)).content.decode()
    for text in (bobs, veras):
        assert "Select 1A" in text
        assert 'value="star"' in text
    assert "Use as inputs" in bobs
    assert "Use as inputs" not in veras
    assert "Add the tag" not in veras


# ── Saved views ────────────────────────────────────────────────────────────────────────────────────

VIEWS = reverse("saved-views")


def save(client: Client, name: str, query: str, **more: str) -> None:
    client.post(VIEWS, {"name": name, "query": query} | more)


def test_a_view_is_kept_for_its_person_or_shared_with_the_project(cast: Cast, signed_in: SignIn) -> None:
    bob, alice = signed_in(cast.bob), signed_in(cast.alice)
    project = {"project": str(cast.project.public_id)}
    save(bob, "Mine", "q=boat&after=1-2-3&evil=x&model=pro", **project)
    save(bob, "Ours", "star=1", is_shared="on", **project)
    save(bob, "Everywhere", "status=failed")
    assert set(SavedView.objects.values_list("name", "query")) == {
        ("Mine", "q=boat&model=pro"),
        ("Ours", "star=1"),
        ("Everywhere", "status=failed"),
    }
    names = {
        who: [name for name in ("Mine", "Ours", "Everywhere") if name in client.get(url).content.decode()]
        for who, client, url in (
            ("bob", bob, gallery(cast)),
            ("bob everywhere", bob, reverse("gallery")),
            ("alice", alice, gallery(cast)),
            ("alice everywhere", alice, reverse("gallery")),
        )
    }
    assert names == {
        "bob": ["Mine", "Ours"],
        "bob everywhere": ["Everywhere"],
        "alice": ["Ours"],
        "alice everywhere": [],
    }


def test_who_only_looks_shares_no_view_and_a_stranger_keeps_none(cast: Cast, signed_in: SignIn) -> None:
    sent = {"name": "V", "query": "q=x", "project": str(cast.project.public_id), "is_shared": "on"}
    assert signed_in(cast.vera).post(VIEWS, sent).status_code == 403
    assert signed_in(cast.charlie).post(VIEWS, sent).status_code == 404
    assert signed_in(cast.charlie).post(VIEWS, sent | {"project": "x"}).status_code == 404
    assert signed_in(cast.vera).get(VIEWS).status_code == 405
    assert not SavedView.objects.exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "query": "q=x"}, "Give the view a name."),
        ({"name": "x" * 61, "query": "q=x"}, "A name has at most 60 characters."),
        ({"name": "x", "query": "after=1"}, "Set a filter first"),
        ({"name": "Twice", "query": "q=x"}, "You have a view of that name already."),
    ],
)
def test_what_is_wrong_is_said(cast: Cast, signed_in: SignIn, sent: dict[str, str], said: str) -> None:
    bob = signed_in(cast.bob)
    save(bob, "Twice", "q=y")
    assert said in bob.post(VIEWS, sent, follow=True).content.decode()
    assert SavedView.objects.count() == 1


def test_a_view_is_removed_by_whoever_made_it(cast: Cast, signed_in: SignIn) -> None:
    save(signed_in(cast.bob), "Ours", "star=1", is_shared="on", project=str(cast.project.public_id))
    gone = reverse("saved-view-removal", args=[SavedView.objects.get().public_id])
    assert signed_in(cast.alice).post(gone).status_code == 404
    assert signed_in(cast.bob).post(gone).status_code == 302
    assert not SavedView.objects.exists()


def test_who_leaves_a_project_loses_its_views(cast: Cast, signed_in: SignIn) -> None:
    save(signed_in(cast.alice), "Ours", "star=1", is_shared="on", project=str(cast.project.public_id))
    assert SavedView.objects.visible_to(cast.bob).exists()
    cast.project.memberships.filter(person=cast.bob).delete()
    assert not SavedView.objects.visible_to(cast.bob).exists()
