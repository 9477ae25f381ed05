"""A conversation that goes on: what is sent again, and what happens when the provider no longer knows it."""

import pytest
from django.core.files.storage import default_storage

from studio.jobs.call import call_of
from studio.jobs.conversation import can_continue, history_of
from studio.models import GatewayKey, Generation, ModelTurn
from studio.provider.way import Mode
from tests.jobs.asking import ask, draw, draw_to_the_end
from tests.people import Cast
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db

PRO = {"model_key": "pro"}


def turns_sent(generation: Generation) -> list[tuple[str, list[str], bool]]:
    """Of the last attempt: role, kinds of parts and whether anything is signed, for each turn."""
    attempt = generation.attempts.order_by("number").last()
    assert attempt is not None
    return [
        (
            turn["role"],
            [kind for part in turn["parts"] for kind in ("text", "inlineData", "fileData") if kind in part],
            any("thoughtSignature" in part for part in turn["parts"]),
        )
        for turn in attempt.request_document["contents"]
    ]


def test_the_next_turn_brings_everything_that_was_said(cast: Cast, sandbox: RunningSandbox) -> None:
    first = draw(cast, "A red boat", **PRO)
    assert can_continue(first)
    second = draw(cast, "Now at night", continues=first, **PRO)
    third = draw(cast, "And with a moon", continues=second, **PRO)
    assert [each.status for each in (first, second, third)] == ["succeeded"] * 3
    said = ("user", ["text"], False)
    made = ("model", ["text", "inlineData"], True)
    assert turns_sent(third) == [said, made, said, made, said]


def test_inputs_of_an_earlier_turn_stay_with_it(cast: Cast, sandbox: RunningSandbox) -> None:
    source = draw(cast, "A boat", **PRO).outputs.get()
    first = draw(cast, "Paint it red", inputs=[source], **PRO)
    second = draw(cast, "Now at night", continues=first, **PRO)
    assert turns_sent(second)[0] == ("user", ["text", "inlineData"], False)
    assert turns_sent(second)[-1] == ("user", ["text"], False)


def test_drafts_go_back_and_thoughts_do_not(cast: Cast, sandbox: RunningSandbox) -> None:
    drafts = draw(cast, "A boat [sandbox:drafts]", **PRO)
    thoughts = draw(cast, "A boat [sandbox:thoughts]", **PRO)
    assert turns_sent(draw(cast, "Night", continues=drafts, **PRO))[1] == ("model", ["inlineData"] * 3, True)
    assert turns_sent(draw(cast, "Night", continues=thoughts, **PRO))[1] == ("model", ["inlineData"], True)


def test_a_refused_signature_is_dropped_and_the_question_asked_again_for_nothing(
    cast: Cast, sandbox: RunningSandbox
) -> None:
    """Row 22: the sandbox refuses whatever is signed, as the gateway does after a silent change of route."""
    first = draw(cast, "A red boat", **PRO)
    second = draw_to_the_end(cast, "Now at night [sandbox:signature]", continues=first, **PRO)
    assert second.status == "succeeded"
    assert [attempt.outcome for attempt in second.attempts.all()] == ["history_error", "delivered"]
    assert turns_sent(second) == [
        ("user", ["text"], False),
        ("model", ["text", "inlineData"], False),
        ("user", ["text"], False),
    ]
    assert sandbox.charged_micros == 180_000


def test_a_history_refused_without_signatures_too_becomes_an_ordinary_input(
    cast: Cast, sandbox: RunningSandbox
) -> None:
    first = draw(cast, "A red boat", **PRO)
    sandbox.script(["signature", "missing_signature", "delivered"])
    second = draw_to_the_end(cast, "Now at night", continues=first, **PRO)
    assert [attempt.outcome for attempt in second.attempts.all()] == ["history_error", "history_error", "delivered"]
    assert turns_sent(second) == [("user", ["text", "inlineData"], False)]
    assert sandbox.charged_micros == 180_000


def test_another_key_cannot_go_on_with_a_signed_conversation(cast: Cast, sandbox: RunningSandbox) -> None:
    first = draw(cast, "A red boat", **PRO)
    first.attempts.update(key_name="old")
    assert not can_continue(first)


@pytest.mark.parametrize("mode", [Mode.LINKS, Mode.CHAT])
def test_only_geminis_own_way_keeps_a_conversation(cast: Cast, sandbox: RunningSandbox, mode: Mode) -> None:
    first = draw(cast, "A red boat", **PRO)
    GatewayKey.objects.update(mode=mode)
    assert not can_continue(first)


def test_a_frame_without_a_picture_cannot_be_continued(cast: Cast, sandbox: RunningSandbox) -> None:
    refused = draw(cast, "A red boat [sandbox:text_refusal]", **PRO)
    assert not ModelTurn.objects.exists()
    assert not can_continue(refused)


def test_a_turn_that_is_gone_ends_the_generation_without_a_call(cast: Cast, sandbox: RunningSandbox) -> None:
    first = draw(cast, "A red boat", **PRO)
    second = ask(cast, "Now at night", continues=first, **PRO).generations.get()
    ModelTurn.objects.all().delete()
    with pytest.raises(FileNotFoundError):
        history_of(second.run)
    with pytest.raises(FileNotFoundError):
        call_of(second)
    second = draw(cast, "Now at night", continues=first, **PRO)
    assert (second.status, second.outcome, second.charge) == ("failed", "failed_input", "none")
    assert len(sandbox.requests()) == 1


def test_a_picture_that_is_gone_ends_it_before_a_byte_is_sent(cast: Cast, sandbox: RunningSandbox) -> None:
    first = draw(cast, "A red boat", **PRO)
    second = draw(cast, "Now at night", continues=first, **PRO)
    default_storage.delete(first.outputs.get().key)
    third = draw(cast, "And with a moon", continues=second, **PRO)
    assert (third.status, third.outcome, third.charge) == ("failed", "failed_input", "none")
    assert len(sandbox.requests()) == 2
