"""Who may see, who may change: everybody of the cast through every question."""

import uuid
from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from studio import access
from studio.models import Generation, Membership, Output, Project, Role, Run, Upload, User
from tests import people
from tests.people import Cast
from tests.runs import make_run

pytestmark = pytest.mark.django_db

OPEN, MAY_ONLY_LOOK, NOT_THERE = "open", PermissionDenied, Http404

# who           project          generation
#               see   change     see   change
TABLE = {
    "alice": (OPEN, OPEN, OPEN, OPEN),  # owner
    "bob": (OPEN, OPEN, OPEN, OPEN),  # maker
    "vera": (OPEN, MAY_ONLY_LOOK, OPEN, MAY_ONLY_LOOK),  # viewer
    "charlie": (NOT_THERE, NOT_THERE, NOT_THERE, NOT_THERE),  # stranger
    "dana": (OPEN, OPEN, OPEN, OPEN),  # admin of the studio, member of nothing
}
QUESTIONS = (
    access.visible_project,
    access.editable_project,
    access.visible_generation,
    access.editable_generation,
)


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


@pytest.fixture
def generation(cast: Cast) -> Generation:
    return make_run(cast.bob, cast.project).generations.get()


def answer(ask: Callable[[User, uuid.UUID], object], user: User, public_id: uuid.UUID) -> object:
    try:
        ask(user, public_id)
    except (Http404, PermissionDenied) as refusal:
        return NOT_THERE if isinstance(refusal, Http404) else MAY_ONLY_LOOK
    return OPEN


@pytest.mark.parametrize("name", TABLE)
def test_everybody_is_let_in_as_far_as_their_role_goes(cast: Cast, generation: Generation, name: str) -> None:
    project, user = cast.project, getattr(cast, name)
    ids = (project.public_id, project.public_id, generation.public_id, generation.public_id)
    assert tuple(answer(ask, user, public_id) for ask, public_id in zip(QUESTIONS, ids, strict=True)) == TABLE[name]


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("ask", QUESTIONS)
def test_what_does_not_exist_is_not_there_for_anybody(
    cast: Cast, ask: Callable[[User, uuid.UUID], object], name: str
) -> None:
    assert answer(ask, getattr(cast, name), uuid.uuid4()) is NOT_THERE


def test_a_stranger_cannot_tell_a_foreign_project_from_none(cast: Cast) -> None:
    said = []
    for public_id in (cast.project.public_id, uuid.uuid4()):
        with pytest.raises(Http404) as refusal:
            access.visible_project(cast.charlie, public_id)
        said.append(str(refusal.value))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("name", "role", "makes"),
    [
        ("alice", Role.OWNER, True),
        ("bob", Role.MAKER, True),
        ("vera", Role.VIEWER, False),
        ("charlie", None, False),
        ("dana", Role.OWNER, True),
    ],
)
def test_a_role_says_who_makes(cast: Cast, name: str, role: Role | None, makes: bool) -> None:
    user = getattr(cast, name)
    assert access.role_in(user, cast.project) == role
    assert access.can_make(user, cast.project) is makes


def test_who_leaves_a_project_is_a_stranger_at_once(cast: Cast, generation: Generation) -> None:
    Membership.objects.filter(person=cast.bob).delete()
    assert answer(access.visible_generation, cast.bob, generation.public_id) is NOT_THERE
    assert list(Project.objects.visible_to(cast.bob)) == []


def test_an_admin_whose_account_is_closed_sees_nothing_more_than_a_member(cast: Cast) -> None:
    cast.dana.is_active = False
    assert list(Project.objects.visible_to(cast.dana)) == []
    with pytest.raises(PermissionDenied):
        access.require_admin(cast.dana)


@pytest.mark.parametrize("name", ["alice", "bob", "vera", "charlie"])
def test_only_an_admin_is_an_admin(cast: Cast, name: str) -> None:
    access.require_admin(cast.dana)
    with pytest.raises(PermissionDenied):
        access.require_admin(getattr(cast, name))


@pytest.mark.parametrize("noun", [Run, Generation, Upload, Output])
def test_every_list_begins_with_what_the_person_may_see(
    cast: Cast, generation: Generation, noun: type[Run] | type[Generation] | type[Upload] | type[Output]
) -> None:
    facts = {"mime_type": "image/png", "size_bytes": 1, "width": 1, "height": 1, "sha256": "0" * 64}
    kept = {**facts, "key": "k", "thumbnail_key": "t"}
    Upload.objects.create(project=cast.project, person=cast.bob, name="cup.png", **kept)
    attempt = generation.attempts.create(number=1, price_micros=1, started_at=generation.created_at)
    Output.objects.create(generation=generation, attempt=attempt, role=Output.Role.PRIMARY, position=0, **kept)
    for name, may_see in (("alice", True), ("bob", True), ("vera", True), ("charlie", False), ("dana", True)):
        assert noun.objects.visible_to(getattr(cast, name)).exists() is may_see
