"""The tray is a list of references in the form; moves are made on that list."""

import pytest

from studio.forms.tray import REFERENCES_MAX, find_pictures, rearrange, reference
from studio.models import Project
from studio.provider.outcome import Outcome
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end
from tests.views.composing import make_upload

NOBODY = "6f1c2a34-5b6d-4e7f-8a90-b1c2d3e4f506"


@pytest.mark.parametrize(
    ("action", "order"),
    [
        ("earlier b", ["b", "a", "c"]),
        ("later b", ["a", "c", "b"]),
        ("last a", ["b", "c", "a"]),
        ("remove b", ["a", "c"]),
        ("add d", ["a", "b", "c", "d"]),
        ("add b", ["a", "b", "c"]),
        ("earlier a", ["a", "b", "c"]),
        ("later c", ["a", "b", "c"]),
        ("earlier x", ["a", "b", "c"]),
        ("dance b", ["a", "b", "c"]),
        ("", ["a", "b", "c"]),
    ],
)
def test_a_move_changes_the_order_and_nonsense_changes_nothing(action: str, order: list[str]) -> None:
    assert rearrange(["a", "b", "c"], action) == order


def test_pictures_come_in_the_order_of_the_page(cast: Cast) -> None:
    first, second = (make_upload(cast.project, cast.bob, name=name) for name in ("one", "two"))
    attempt = end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    output = attempt.outputs.get()
    wanted = [reference(second), reference(output), reference(first)]
    assert find_pictures(wanted, cast.project) == [second, output, first]


def test_a_picture_is_in_the_tray_once(cast: Cast) -> None:
    upload = make_upload(cast.project, cast.bob)
    assert find_pictures([reference(upload)] * 2, cast.project) == [upload]


def test_a_picture_of_another_project_is_not_there(cast: Cast) -> None:
    upload = make_upload(Project.objects.create(name="Elsewhere"), cast.charlie)
    assert find_pictures([reference(upload)], cast.project) == []


@pytest.mark.parametrize("text", ["upload:", "upload:7", "output:\x00", f"picture:{NOBODY}", f"upload:{NOBODY}"])
def test_a_reference_to_nothing_is_left_out(cast: Cast, text: str) -> None:
    assert find_pictures([text], cast.project) == []


def test_a_tray_that_our_page_never_made_is_cut(cast: Cast) -> None:
    uploads = [make_upload(cast.project, cast.bob) for _ in range(REFERENCES_MAX + 2)]
    assert len(find_pictures(map(reference, uploads), cast.project)) == REFERENCES_MAX
