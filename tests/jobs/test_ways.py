"""The same picture by other ways: another key, another wire, an address in place of bytes."""

import pytest
from pytest_django import Settings

from studio.models import GatewayKey, Link
from studio.provider.way import Mode
from tests.jobs.asking import ask, draw, draw_queued
from tests.jobs.test_outcomes import FREE, PAID, PRESUMED, facts
from tests.people import Cast
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat(sandbox: RunningSandbox) -> RunningSandbox:
    GatewayKey.objects.create(name="main", mode=Mode.CHAT)
    return sandbox


@pytest.mark.parametrize("marker", ["", "[sandbox:layout=markdown]"])
def test_either_layout_of_the_chat_is_a_picture_at_the_same_price(
    cast: Cast, chat: RunningSandbox, marker: str
) -> None:
    generation = draw(cast, f"A red boat {marker}")
    assert facts(generation) == ("succeeded", "delivered", "charged", ["primary"], PAID)
    assert "messages" in generation.attempts.get().request_document


@pytest.mark.parametrize(
    ("marker", "status", "outcome", "ledger"),
    [
        ("text_refusal", "refused", "refused_text", PRESUMED),
        ("429-then-ok", "queued", "failed_busy", ["hold"]),
        ("401", "failed", "failed_config", FREE),
        ("cut", "refused", "delivery_lost", PRESUMED),
        ("reset", "unknown", "outcome_unknown", PRESUMED),
    ],
)
def test_the_chat_ends_as_the_other_wire_does(
    cast: Cast, chat: RunningSandbox, marker: str, status: str, outcome: str, ledger: list[str]
) -> None:
    generation = draw(cast, f"A red boat [sandbox:{marker}]")
    assert (generation.status, generation.outcome) == (status, outcome)
    assert facts(generation)[-1] == ledger


def test_an_edit_by_chat_follows_its_picture(cast: Cast, chat: RunningSandbox) -> None:
    boat = draw(cast, "A boat").outputs.get()
    edited = draw(cast, "Paint it red", inputs=[boat], ratio="")
    assert edited.status == "succeeded"
    assert chat.requests()[-1]["images"] == 1


def test_what_the_key_no_longer_takes_is_given_up_before_it_is_sent(cast: Cast, sandbox: RunningSandbox) -> None:
    """Queued for Gemini's own wire, and the admin moved the key to the chat meanwhile."""
    run = ask(cast, "A wide boat", model_key="pro", ratio="16:9")
    GatewayKey.objects.create(name="main", mode=Mode.CHAT)
    generation = draw_queued(run)
    assert (generation.status, generation.outcome, generation.charge) == ("failed", "failed_input", "none")
    assert sandbox.requests() == []


def test_the_links_key_is_used_for_the_models_it_serves(
    cast: Cast, sandbox: RunningSandbox, settings: Settings
) -> None:
    settings.NB_OSS_API_KEY = "sk-oss-test"
    assert draw(cast, "A boat", model_key="lite").attempts.get().key_name == "main"
    linked = draw(cast, "A boat", model_key="pro")
    assert facts(linked) == ("succeeded", "delivered", "charged", ["primary"], PRESUMED)
    assert linked.attempts.get().key_name == "links"


def test_base64_is_taken_from_the_links_key_too(cast: Cast, sandbox: RunningSandbox, settings: Settings) -> None:
    """The group is a beta: pictures may still arrive as they do from any other key."""
    settings.NB_OSS_API_KEY = "sk-not-of-the-group"
    generation = draw(cast, "A boat", model_key="pro")
    assert (generation.status, generation.attempts.get().key_name) == ("succeeded", "links")


def test_an_address_goes_along_and_the_provider_fetches_it(cast: Cast, sandbox: RunningSandbox) -> None:
    link = Link.objects.create(
        project=cast.project, person=cast.bob, url="https://pictures.example/boat.jpg", mime_type="image/jpeg"
    )
    generation = draw(cast, "Paint it red", inputs=[link], ratio="")
    assert generation.status == "succeeded"
    (asked,) = generation.attempts.get().request_document["contents"]
    assert asked["parts"][1] == {"fileData": {"mimeType": "image/jpeg", "fileUri": "https://pictures.example/boat.jpg"}}


def test_a_bucket_address_needs_a_key_that_takes_them(cast: Cast, sandbox: RunningSandbox, settings: Settings) -> None:
    link = Link.objects.create(project=cast.project, person=cast.bob, url="gs://bucket/boat.png", mime_type="image/png")
    settings.NB_API_KEY = "sk-gs-test"
    refused = draw(cast, "Paint it red", inputs=[link], ratio="")
    assert (refused.status, refused.charge, sandbox.requests()) == ("failed", "none", [])
    GatewayKey.objects.filter(name="main").update(bucket_addresses=True)
    assert draw(cast, "Paint it red", inputs=[link], ratio="").status == "succeeded"
