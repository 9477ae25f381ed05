"""B141, B143, B144, B152: ids of another project in a form or a query, and fields nobody asked for."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from studio.forms.tray import reference
from studio.models import BudgetRequest, Generation, Input, Link, Membership, Output, Project, Role, Run, Upload, User
from studio.provider.outcome import Outcome
from tests import people
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end, end_with_a_turn
from tests.views.composing import HTMX, fields, make_link, make_upload

pytestmark = pytest.mark.django_db

type Picture = Upload | Output | Link


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


@pytest.fixture
def own(cast: Cast) -> Project:
    """Charlie's own project; Autumn catalogue is foreign to him."""
    project = Project.objects.create(name="Café launch")
    Membership.objects.create(project=project, person=cast.charlie, role=Role.OWNER)
    return project


@pytest.fixture
def charlie(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.charlie)
    return client


def output(cast: Cast) -> Output:
    return end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED).outputs.get()


KINDS: dict[str, Callable[[Cast], Picture]] = {
    "upload": lambda cast: make_upload(cast.project, cast.bob),
    "output": output,
    "link": lambda cast: make_link(cast.project, cast.bob),
}


@pytest.mark.parametrize("kind", KINDS)
def test_B143_a_picture_of_another_project_is_no_input(cast: Cast, own: Project, charlie: Client, kind: str) -> None:
    """Neither while composing nor when it is sent, whoever asks: nothing of it comes back."""
    foreign = KINDS[kind](cast)
    for name in ("composition", "runs"):
        sent = fields(inputs=[reference(foreign)], had_inputs="1")
        response = charlie.post(reverse(name, args=[own.public_id]), sent, headers=HTMX)
        assert str(foreign.public_id) not in response.content.decode(), name
    assert not Input.objects.exists()


@pytest.mark.parametrize("kind", KINDS)
def test_B143_not_even_for_who_is_in_both(cast: Cast, own: Project, charlie: Client, kind: str) -> None:
    """A picture leaves its project by being brought into another, never by its id."""
    Membership.objects.create(project=cast.project, person=cast.charlie)
    foreign = KINDS[kind](cast)
    sent = fields(inputs=[reference(foreign)], had_inputs="1")
    charlie.post(reverse("runs", args=[own.public_id]), sent, headers=HTMX)
    assert not Input.objects.exists()


@pytest.mark.parametrize("verb", ["reuse", "again", "edit", "continue", "prompt"])
def test_B141_a_frame_of_another_project_fills_no_composer(
    cast: Cast, own: Project, charlie: Client, verb: str
) -> None:
    frame = end_with_a_turn(make_run(cast.bob, cast.project, prompt="A secret lake").generations.get())
    for name in ("project", "compose"):
        response = charlie.get(reverse(name, args=[own.public_id], query={verb: str(frame.public_id)}))
        assert response.status_code == 404
        assert "A secret lake" not in response.content.decode()


def test_B141_a_conversation_of_another_project_does_not_go_on(cast: Cast, own: Project, charlie: Client) -> None:
    frame = end_with_a_turn(make_run(cast.bob, cast.project, prompt="A secret lake").generations.get())
    for name in ("composition", "runs"):
        sent = fields(continues=str(frame.public_id))
        response = charlie.post(reverse(name, args=[own.public_id]), sent, headers=HTMX)
        assert "A secret lake" not in response.content.decode(), name
    assert not Run.objects.filter(project=own).exclude(continues=None).exists()


def test_B141_the_poll_of_one_project_says_nothing_of_another(cast: Cast, own: Project, charlie: Client) -> None:
    run = make_run(cast.bob, cast.project, prompt="A secret lake")
    watch = {"watch": f"{run.number}A.0-1", "newest": str(run.number), "waiting": "0"}
    response = charlie.get(reverse("running", args=[own.public_id]), watch, headers=HTMX)
    assert "A secret lake" not in response.content.decode()
    assert f'id="f-{run.number}A"' not in response.content.decode()


def test_B141_a_budget_of_another_project_is_not_asked_for(cast: Cast, charlie: Client) -> None:
    response = charlie.post("/budget-requests/", {"project": str(cast.project.public_id)})
    assert response.status_code == 404
    assert not BudgetRequest.objects.exists()


def test_B141_a_charge_of_somebody_else_is_not_asked_about(cast: Cast, charlie: Client) -> None:
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    assert charlie.post("/usage/questions/", {"charge": "3", "note": "Why?"}).status_code == 404


def test_B141_nobodys_statement_but_ones_own(cast: Cast, charlie: Client) -> None:
    make_run(cast.bob, cast.project, prompt="A secret lake")
    page = charlie.get("/usage/", {"person": str(cast.bob.pk), "user": "bob"}).content.decode()
    assert "A secret lake" not in page
    assert "Autumn catalogue" not in page


def test_B152_a_form_reads_its_own_fields(cast: Cast, own: Project, charlie: Client) -> None:
    extra = {
        "is_staff": "on",
        "user": str(cast.bob.pk),
        "person": str(cast.bob.pk),
        "project": str(cast.project.public_id),
        "price_micros": "1",
        "status": "succeeded",
        "charge": "none",
    }
    charlie.post(reverse("runs", args=[own.public_id]), fields(**extra), headers=HTMX)
    generation = Generation.objects.get()
    assert (generation.person, generation.project, generation.status) == (cast.charlie, own, "queued")
    assert generation.price_micros == 90_000
    charlie.post("/projects/", {"name": "Third", **extra})
    assert not User.objects.get(pk=cast.charlie.pk).is_staff
    assert Membership.objects.get(project__name="Third").person == cast.charlie


def test_C40_ids_that_leave_the_server_cannot_be_guessed(cast: Cast) -> None:
    for model in (Project, Membership, Generation, Output, Upload, Link):
        field = model._meta.get_field("public_id")
        assert field.unique
        assert field.default().version == 4  # 122 random bits
