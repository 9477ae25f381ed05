"""Marks on frames: a star is one's own, tags, rating and pick are the project's."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from studio.models import Generation, Judgement, Project, Star, Tag, Tagging, User
from studio.provider.outcome import Outcome
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

type SignIn = Callable[[User], Client]


@pytest.fixture
def frame(cast: Cast) -> Generation:
    one = make_run(cast.bob, cast.project).generations.get()
    end(one, Outcome.DELIVERED)
    one.refresh_from_db()
    return one


def address(frame: Generation) -> str:
    return reverse("generation-marks", args=[frame.public_id])


def marks(frame: Generation) -> tuple[int | None, bool, list[str]]:
    judged = Judgement.objects.filter(generation=frame).first()
    tags = list(Tag.objects.filter(generations=frame).values_list("name", flat=True))
    return (judged.rating, judged.is_picked, tags) if judged else (None, False, tags)


ROLES = [("alice", 302), ("bob", 302), ("vera", 403), ("charlie", 404), ("dana", 302)]


@pytest.mark.parametrize(("who", "status"), ROLES)
@pytest.mark.parametrize("button", [{"pick": "on"}, {"rating": "4"}, {"tag": "cover"}])
def test_makers_judge_for_the_project(
    cast: Cast, frame: Generation, signed_in: SignIn, who: str, status: int, button: dict[str, str]
) -> None:
    assert signed_in(getattr(cast, who)).post(address(frame), button).status_code == status
    changed = marks(frame) != (None, False, [])
    assert changed is (status == 302)


@pytest.mark.parametrize(("who", "status"), [("bob", 302), ("vera", 302), ("charlie", 404)])
def test_whoever_looks_has_stars_of_their_own(
    cast: Cast, frame: Generation, signed_in: SignIn, who: str, status: int
) -> None:
    person = getattr(cast, who)
    assert signed_in(person).post(address(frame), {"star": "on"}).status_code == status
    assert list(Star.objects.values_list("person", flat=True)) == ([person.pk] if status == 302 else [])


def test_only_by_post_and_past_the_door(frame: Generation, signed_in: SignIn, cast: Cast) -> None:
    assert signed_in(cast.bob).get(address(frame)).status_code == 405
    assert Client().post(address(frame), {"star": "on"}).status_code == 302
    assert not Star.objects.exists()


def test_what_was_put_on_can_be_taken_off(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    for button in ({"star": "on"}, {"star": "on"}, {"pick": "on"}, {"rating": "3"}, {"tag": " Cover  shot "}):
        bob.post(address(frame), button)
    assert marks(frame) == (3, True, ["Cover shot"])
    for button in ({"star": "off"}, {"pick": "off"}, {"rating": "0"}, {"untag": "cover shot"}):
        bob.post(address(frame), button)
    assert marks(frame) == (None, False, [])
    assert not Star.objects.exists()
    assert not Tag.objects.exists()


def test_one_tag_however_it_is_written(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    for name in ("Cover", "COVER", "  cover", "ｃｏｖｅｒ"):
        signed_in(cast.alice).post(address(frame), {"tag": name})
    assert marks(frame)[2] == ["Cover"]


@pytest.mark.parametrize("name", ["x" * 41, "\u200b", "a\u202eb", "\x01"])
def test_what_is_no_tag_is_said_and_kept_in_the_field(
    cast: Cast, frame: Generation, signed_in: SignIn, name: str
) -> None:
    response = signed_in(cast.bob).post(address(frame), {"tag": name, "on": "page"}, headers={"HX-Request": "true"})
    assert response.status_code == 422
    assert 'id="mark-tag-error"' in response.content.decode()
    assert not Tag.objects.exists()


def test_a_frame_has_only_so_many_tags(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    tags = Tag.objects.bulk_create(Tag(project=cast.project, name=f"{n}", key=f"{n}") for n in range(20))
    Tagging.objects.bulk_create(Tagging(tag=tag, generation=frame) for tag in tags)
    response = signed_in(cast.bob).post(address(frame), {"tag": "one more", "on": "page"})
    assert response.status_code == 422
    assert len(marks(frame)[2]) == 20
    assert not Tag.objects.filter(key="one more").exists()


@pytest.mark.parametrize(
    "button", [{"rating": "6"}, {"rating": "-1"}, {"star": "maybe"}, {"pick": "1"}, {"rating": "٣"}]
)
def test_a_button_that_nobody_has_does_nothing(
    cast: Cast, frame: Generation, signed_in: SignIn, button: dict[str, str]
) -> None:
    assert signed_in(cast.bob).post(address(frame), button, headers={"HX-Request": "true"}).status_code == 422
    assert marks(frame) == (None, False, [])


def test_the_frame_is_sent_back_as_it_is_now(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    text = bob.post(address(frame), {"pick": "on"}, headers={"HX-Request": "true"}).content.decode()
    assert 'id="f-1A-no"' in text
    assert "(picked)" in text
    assert 'name="pick" value="off"' in text
    text = bob.post(address(frame), {"rating": "4", "on": "page"}, headers={"HX-Request": "true"}).content.decode()
    assert text.lstrip().startswith('<section class="marks-panel" id="marks"')
    assert 'name="rating" value="0"' in text


def test_marks_are_seen_where_the_frame_is(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    for button in ({"star": "on"}, {"pick": "on"}, {"rating": "4"}, {"tag": "cover"}):
        bob.post(address(frame), button)
    gallery = reverse("project-gallery", args=[cast.project.public_id])
    for url in (cast.project.get_absolute_url(), gallery):
        text = bob.get(url).content.decode()
        assert "(picked)" in text
        assert "Rated 4 of 5" in text
        assert "Starred by you" in text
    assert "Remove tag: cover" in bob.get(frame.get_absolute_url()).content.decode()
    veras = signed_in(cast.vera).get(gallery).content.decode()
    assert "(picked)" in veras
    assert "Starred by you" not in veras


def test_marks_are_found(cast: Cast, frame: Generation, signed_in: SignIn) -> None:
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    bob = signed_in(cast.bob)
    for button in ({"star": "on"}, {"pick": "on"}, {"rating": "4"}, {"tag": "Cover"}):
        bob.post(address(frame), button)
    gallery = reverse("project-gallery", args=[cast.project.public_id])
    found = {
        query: 'id="f-1A"' in bob.get(f"{gallery}?{query}").content.decode()
        for query in ("star=1", "picked=1", "rating=4", "rating=5", "tag=cover", "tag=cover&star=1&q=boat")
    }
    assert found == {query: query != "rating=5" for query in found}
    assert 'id="f-2A"' not in bob.get(f"{gallery}?star=1").content.decode()
    assert 'id="f-1A"' not in signed_in(cast.vera).get(f"{gallery}?star=1").content.decode()


def test_tags_of_other_projects_are_not_told(cast: Cast, signed_in: SignIn) -> None:
    other = Project.objects.create(name="Elsewhere")
    Tag.objects.create(project=other, name="secret", key="secret")
    for url in (reverse("gallery"), reverse("project-gallery", args=[cast.project.public_id])):
        assert "secret" not in signed_in(cast.bob).get(url).content.decode()
    assert "secret" in signed_in(cast.dana).get(reverse("gallery")).content.decode()
