"""One test picture with a key: at a price that was read, by one click, through the same ledger as every other."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from studio.ledger.balance import month_of, month_summary
from studio.models import AuditEntry, GatewayKey, Generation, Instance, ModelSwitch, Project, Run
from studio.models.gateway_key import Stop
from tests.jobs.asking import draw_queued
from tests.people import Cast, allow, come_in
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db
PAGE = "/admin-review/provider/"


@pytest.fixture
def dana(cast: Cast) -> Client:
    client = Client()
    come_in(client, cast.dana)
    return client


def button(client: Client, key: str = "main") -> dict[str, str]:
    """What the form of that key sends."""
    form = re.search(
        rf'<form class="test-picture" method="post" action="{PAGE}keys/{key}/pictures/">.*?</form>',
        client.get(PAGE).text,
        re.DOTALL,
    )
    assert form
    return dict(re.findall(r'name="(form_token|quoted_micros)" value="([^"]*)"', form[0]))


def press(client: Client, form: dict[str, str], key: str = "main") -> tuple[int, str]:
    response = client.post(f"{PAGE}keys/{key}/pictures/", form)
    return response.status_code, response.text


def test_one_click_is_one_call_that_is_held_charged_and_kept(cast: Cast, dana: Client, sandbox: RunningSandbox) -> None:
    page = dana.get(PAGE).text
    assert "Make one test picture for $0.0" in page
    assert sandbox.charges() == []  # nothing is made by looking
    form = button(dana)
    answers = [dana.post(f"{PAGE}keys/main/pictures/", form) for _time in range(2)]
    frame = Generation.objects.get()
    assert [answer["Location"] for answer in answers] == [frame.get_absolute_url()] * 2
    assert frame.price_micros == int(form["quoted_micros"])
    assert (frame.charge, frame.project.name, frame.person) == ("held", "Test pictures", cast.dana)
    frame = draw_queued(frame.run)
    assert (frame.status, frame.outcome, frame.charge) == ("succeeded", "delivered", "charged")
    assert [charge["amount"] * 2 for charge in sandbox.charges()] == [frame.cost_micros]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target_name) == ("key_tried", "main")
    assert not Project.objects.visible_to(cast.bob).filter(pk=frame.project_id).exists()


def test_further_pictures_go_to_the_same_place(cast: Cast, dana: Client, sandbox: RunningSandbox) -> None:
    for _time in range(2):
        draw_queued(Run.objects.get(form_token=button_pressed(dana)))
    assert Project.objects.filter(name="Test pictures").count() == 1
    Project.objects.filter(name="Test pictures").update(archived_at="2026-11-29T12:00Z")
    draw_queued(Run.objects.get(form_token=button_pressed(dana)))
    assert Project.objects.filter(name="Test pictures").count() == 2


def button_pressed(client: Client) -> str:
    form = button(client)
    assert press(client, form)[0] == 302
    return form["form_token"]


def test_a_refused_key_shows_itself_as_it_does_everywhere(cast: Cast, dana: Client, sandbox: RunningSandbox) -> None:
    key = GatewayKey.objects.named("main")
    dana.post(f"{PAGE}keys/main/secret/", {"secret": "no-key-of-the-sandbox"})
    frame = draw_queued(Run.objects.get(form_token=button_pressed(dana)))
    assert (frame.status, frame.outcome) == ("failed", "failed_config")
    key.refresh_from_db()
    assert key.is_stopped
    assert "test-picture" not in dana.get(PAGE).text  # sending is resumed first


def test_what_cannot_be_made_holds_nothing(cast: Cast, dana: Client, sandbox: RunningSandbox) -> None:
    form = button(dana)
    cheaper = form | {"quoted_micros": str(int(form["quoted_micros"]) - 1)}
    for change, words in (
        (lambda: None, "The price has changed"),
        (lambda: allow(cast.dana, 1_000), "more than you have left"),
        (lambda: Instance.objects.update(paused_reason="Audit"), "Sending is stopped: Audit"),
        (lambda: GatewayKey.objects.update(stopped_reason=Stop.ADMIN), "Nothing goes out with this key"),
    ):
        change()
        status, page = press(dana, cheaper if words.startswith("The price") else form)
        assert (status, words in page) == (409, True), words
    assert press(dana, form | {"form_token": "mine"})[0] == 422
    assert press(dana, form, key="links")[0] == 409
    assert not Run.objects.exists()
    assert month_summary(cast.dana, month_of(timezone.now())).held_micros == 0


def test_each_key_is_tried_with_a_model_that_goes_out_with_it(
    cast: Cast, dana: Client, sandbox: RunningSandbox
) -> None:
    dana.post(f"{PAGE}keys/links/secret/", {"secret": "sk-of-the-links-group"})
    assert press(dana, button(dana, "links"), "links")[0] == 302
    assert Run.objects.get().model_key in {"pro", "nb2", "gen1"}
    ModelSwitch.objects.bulk_create(ModelSwitch(model_key=key, is_enabled=False) for key in ("nb21", "lite"))
    assert "keys/main/pictures/" not in dana.get(PAGE).text  # nothing that is offered goes out with it
