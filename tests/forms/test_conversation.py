"""Going on with an earlier conversation: read kindly in the composer, strictly when it is paid for."""

import pytest
from django.http import QueryDict

from studio.forms.choices import enabled_models
from studio.forms.composition import Composition
from studio.forms.conversation import Conversation, frame_to_resume, frames_to_continue
from studio.forms.generation import GenerationForm
from studio.forms.tray import reference
from studio.forms.words import change_in_words
from studio.models import GatewayKey, Generation, ModelSwitch, ModelTurn, Output, Project
from studio.provider.catalogue import IMAGE_BYTES_MAX
from studio.provider.outcome import Outcome
from studio.provider.rules import FOLLOW_SOURCE
from studio.provider.way import Mode
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end, end_with_a_turn
from tests.views.composing import fields, make_upload


@pytest.fixture
def frame(cast: Cast) -> Generation:
    """1A: a picture by Pro, whose conversation can go on."""
    return end_with_a_turn(make_run(cast.bob, cast.project, size="1K").generations.get())


@pytest.fixture
def picture(frame: Generation) -> Output:
    return frame.outputs.get()


def data(**changed: object) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in fields(**changed).items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return query


def composed(cast: Cast, **changed: object) -> tuple[Composition, list[str]]:
    """The legal composition, and the sentences about what had to change."""
    legal, changes = Composition.posted(data(**changed), cast.project, enabled_models()).legal()
    return legal, [change_in_words(change, legal.model) for change in changes]


def form(cast: Cast, **changed: object) -> GenerationForm:
    return GenerationForm(data(**changed), project=cast.project)


# ── The composer ───────────────────────────────────────────────────────────────────────────────────


def test_the_conversation_is_carried_by_its_frames_id(cast: Cast, frame: Generation) -> None:
    legal, said = composed(cast, continues=str(frame.public_id), ratio="source")
    assert legal.continues is not None
    assert [turn.role for turn in legal.continues.turns] == ["user", "model"]
    assert len(legal.choices.history_images) == 1
    assert (legal.pictures, legal.ratio, said) == ((), FOLLOW_SOURCE, [])


@pytest.mark.parametrize("continues", ["", "x", "00000000-0000-4000-8000-000000000000"])
def test_what_is_not_there_is_left_out_kindly(cast: Cast, continues: str) -> None:
    assert composed(cast, continues=continues)[0].continues is None


def test_a_frame_of_another_project_is_not_there(cast: Cast) -> None:
    elsewhere = Project.objects.create(name="Elsewhere")
    frame = end_with_a_turn(make_run(cast.bob, elsewhere).generations.get())
    assert composed(cast, continues=str(frame.public_id))[0].continues is None


def test_only_its_picture_becomes_the_last_input(cast: Cast, frame: Generation, picture: Output) -> None:
    upload = make_upload(cast.project, cast.bob)
    legal, _said = composed(
        cast, continues=str(frame.public_id), conversation="picture", inputs=[reference(upload)], ratio="source"
    )
    assert legal.continues is None
    assert (legal.pictures, legal.ratio) == ((upload, picture), FOLLOW_SOURCE)


def test_and_back_again_it_leaves_the_tray(cast: Cast, frame: Generation, picture: Output) -> None:
    legal, said = composed(
        cast, conversation=f"resume {frame.public_id}", inputs=[reference(picture)], ratio="source", had_inputs="1"
    )
    assert legal.continues is not None
    assert (legal.pictures, legal.ratio, said) == ((), FOLLOW_SOURCE, [])


def test_dropped_it_leaves_nothing_to_follow(cast: Cast, frame: Generation) -> None:
    legal, [sentence] = composed(cast, continues=str(frame.public_id), conversation="drop", ratio="source")
    assert (legal.continues, legal.pictures, legal.ratio) == (None, (), "1:1")
    assert sentence == "Aspect ratio changed to 1:1: there is no image to follow."


def test_another_model_gets_the_picture_alone_and_that_is_said(cast: Cast, frame: Generation, picture: Output) -> None:
    legal, said = composed(cast, continues=str(frame.public_id), model="lite", ratio="source")
    assert (legal.continues, legal.pictures) == (None, (picture,))
    assert said == ["1A is a conversation with Pro: only its picture goes along now."]


@pytest.mark.parametrize("what", ["the turn", "the key", "the way"])
def test_what_can_no_longer_be_continued_becomes_its_picture(
    cast: Cast, frame: Generation, picture: Output, what: str
) -> None:
    match what:
        case "the turn":
            ModelTurn.objects.all().delete()
        case "the key":
            frame.attempts.update(key_name="old")
        case _the_way:
            GatewayKey.objects.create(name="main", mode=Mode.CHAT)
    legal, said = composed(cast, continues=str(frame.public_id), ratio="source")
    assert (legal.continues, legal.pictures) == (None, (picture,))
    assert said == ["1A cannot be continued any more: only its picture goes along now."]


def test_all_settings_of_a_run_bring_its_conversation_back(cast: Cast, frame: Generation, picture: Output) -> None:
    run = make_run(cast.bob, cast.project, continues=frame, ratio="")
    legal, changes = Composition.of_run(run, [], enabled_models()).legal()
    assert legal.continues is not None
    assert (legal.continues.frame, changes) == (frame, ())
    ModelTurn.objects.all().delete()
    legal, [change] = Composition.of_run(run, [], enabled_models()).legal()
    assert (legal.continues, legal.pictures, change.field) == (None, (picture,), "history")


def test_editing_brings_the_picture_and_not_what_was_said_before(cast: Cast, frame: Generation) -> None:
    second = end_with_a_turn(make_run(cast.bob, cast.project, continues=frame).generations.get())
    edit = Composition.editing(second.outputs.get(), second.run, enabled_models())
    assert (edit.continues, edit.pictures) == (None, (second.outputs.get(),))


def test_it_is_offered_only_for_what_could_be_sent(cast: Cast, frame: Generation, picture: Output) -> None:
    refused = make_run(cast.bob, cast.project).generations.get()
    end(refused, Outcome.REFUSED_TEXT)
    refused.refresh_from_db()
    models = {model.key: model for model in enabled_models()}
    assert frames_to_continue([frame, refused]) == {frame.pk}
    assert frame_to_resume([picture], models["pro"]) == frame
    assert frame_to_resume([picture], models["nb2"]) is None
    ModelSwitch.objects.create(model_key="pro", is_enabled=False)
    assert frames_to_continue([frame]) == frozenset()


def test_a_whole_conversation_is_counted(cast: Cast, frame: Generation) -> None:
    second = end_with_a_turn(make_run(cast.bob, cast.project, continues=frame).generations.get())
    second.run.inputs.create(position=1, upload=make_upload(cast.project, cast.bob))
    talk = Conversation.of(second)
    assert talk is not None
    assert (len(talk.turns), len(talk.images)) == (4, 3)
    assert talk.characters >= len("A red boat" * 2 + "Here." * 2 + "signed" * 2)


# ── The form ───────────────────────────────────────────────────────────────────────────────────────


def test_the_form_asks_with_all_that_was_said(cast: Cast, frame: Generation) -> None:
    sent = form(cast, continues=str(frame.public_id), ratio="source")
    assert sent.is_valid(), sent.sentences
    assert [turn.role for turn in sent.to_request().history] == ["user", "model"]


def test_a_lost_frame_is_a_mistake_for_the_form(cast: Cast) -> None:
    sent = form(cast, continues="00000000-0000-4000-8000-000000000000")
    assert sent.sentences["continues"] == ["The conversation is no longer here."]


def test_a_turn_that_is_gone_is_said_at_the_line(cast: Cast, frame: Generation) -> None:
    ModelTurn.objects.all().delete()
    sent = form(cast, continues=str(frame.public_id))
    assert "1A cannot be continued any more" in sent.sentences["continues"][0]


def test_another_model_is_refused_when_it_is_paid_for(cast: Cast, frame: Generation) -> None:
    sent = form(cast, continues=str(frame.public_id), model="nb2", quoted_micros="55000")
    assert "1A is a conversation with Pro" in sent.sentences["continues"][0]


def test_the_conversations_images_count_against_the_limit(cast: Cast, frame: Generation) -> None:
    references = [reference(make_upload(cast.project, cast.bob)) for _ in range(14)]
    sent = form(cast, continues=str(frame.public_id), inputs=references, ratio="source")
    assert sent.sentences["inputs"] == ["That makes 15 images, 1 of them from the conversation. At most 14 fit."]


def test_a_picture_too_large_to_go_back_is_said_at_the_line(cast: Cast, frame: Generation) -> None:
    frame.outputs.update(size_bytes=IMAGE_BYTES_MAX + 1)
    sent = form(cast, continues=str(frame.public_id), ratio="source")
    assert "too large to be sent again" in sent.sentences["continues"][0]
