"""Earlier turns of a conversation, put together again for the next one, and what to do when they are not taken.

The provider keeps nothing: whoever continues sends everything again, with the signatures it came with. A signature is
good for one model and one key, and now and then not even for those, since the gateway has two ways to Google. Then the
same question goes without signatures, and then with the last picture as an ordinary input: all three are free to try,
for what is refused is a 400.
"""

from collections.abc import Iterable
from typing import Final

from ..models import Attempt, GatewayKey, Generation, ModelTurn, Output, Picture, Run
from ..provider.catalogue import Model
from ..provider.outcome import Outcome
from ..provider.request import GenerationRequest, Part, Turn
from ..storage.inputs import input_image
from .gateway import gateway_keys, key_for, model_as_asked

TURNS_MAX: Final = 14
"""Frames that one conversation may lead back through: each brings a picture at least, and 14 fit."""


def can_continue(generation: Generation) -> bool:
    """Whether the next turn may build on this frame: it succeeded, its turn is kept, and model and key are the same."""
    return generation.pk in continuable([generation])


def continuable(generations: Iterable[Generation]) -> frozenset[int]:
    """The keys of those frames that `can_continue`, in two queries however many there are."""
    by_key = {generation.pk: generation for generation in generations}
    if not by_key:
        return frozenset()
    turns = ModelTurn.objects.filter(attempt__generation__in=list(by_key), attempt__outputs__isnull=False)
    last = dict(turns.order_by("attempt__number").values_list("attempt__generation", "attempt__key_name"))
    if not last:
        return frozenset()
    keys = gateway_keys()
    return frozenset(pk for pk, key_name in last.items() if _is_kept(by_key[pk].run.model, key_name, keys))


def _is_kept(model: Model, key_name: str, keys: list[GatewayKey]) -> bool:
    return model_as_asked(model, keys).keeps_history and key_name == key_for(model, keys).name


def history_of(run: Run) -> tuple[Turn, ...]:
    """The turns before this run's own, oldest first; none when it continues nothing.

    Raises FileNotFoundError when a turn is gone.
    """
    return turns_up_to(run.continues) if run.continues else ()


def turns_up_to(generation: Generation) -> tuple[Turn, ...]:
    """Everything that was said up to this frame and with it. Raises as `history_of`."""
    return tuple(turn for each in frames_up_to(generation) for turn in (_asked(each.run), _answered(each)))


def frames_up_to(generation: Generation) -> list[Generation]:
    """The frames of the conversation, oldest first; this one is the last. Raises FileNotFoundError for too many."""
    frames = [generation]
    while (earlier := frames[0].run.continues) is not None:
        if len(frames) >= TURNS_MAX:
            raise FileNotFoundError("the conversation is too long")
        frames.insert(0, earlier)
    return frames


def pictures_said(run: Run) -> list[Picture]:
    """Every picture that the earlier turns bring along, oldest first."""
    frames = frames_up_to(run.continues) if run.continues else []
    return [picture for frame in frames for picture in (*_inputs_of(frame.run), *_outputs_of(frame).values())]


def as_it_is_taken(request: GenerationRequest, generation: Generation) -> GenerationRequest:
    """The question as the next attempt sends it: after a refused history without signatures, then without history."""
    if not request.history:
        return request
    match generation.attempts.filter(outcome=Outcome.HISTORY_ERROR).count():
        case 0:
            return request
        case 1 if any(part.signature for turn in request.history for part in turn.parts):
            return request.without_signatures()
        case _:
            return request.refed()


def keep_turn(attempt: Attempt, parts: list[dict[str, object]]) -> None:
    """Keep what the model said, for the day somebody continues. Harmless to repeat."""
    if parts:
        ModelTurn.objects.get_or_create(attempt=attempt, defaults={"parts": parts})


def _turn_of(generation: Generation) -> ModelTurn | None:
    turns = ModelTurn.objects.filter(attempt__generation=generation, attempt__outputs__isnull=False)
    return turns.select_related("attempt").order_by("attempt__number").last()


def _asked(run: Run) -> Turn:
    return Turn("user", (Part(run.prompt), *(Part(input_image(picture)) for picture in _inputs_of(run))))


def _inputs_of(run: Run) -> list[Picture]:
    return [row.picture for row in run.inputs.select_related("upload", "output", "link")]


def _outputs_of(frame: Generation) -> dict[int, Output]:
    """What the answer held, by position."""
    turn = _turn_of(frame)
    return {output.position: output for output in Output.objects.filter(attempt=turn.attempt)} if turn else {}


def _answered(generation: Generation) -> Turn:
    turn = _turn_of(generation)
    if turn is None:
        raise FileNotFoundError(f"what the model said in {generation.public_id} is not kept")
    outputs = _outputs_of(generation)
    return Turn("model", tuple(part for each in turn.parts for part in _part(each, outputs)))


def _part(kept: dict[str, object], outputs: dict[int, Output]) -> list[Part]:
    """The part again; nothing for a picture that was the same as another, and so was not stored twice."""
    signature = str(kept.get("signature", ""))
    position = kept.get("position")
    if not isinstance(position, int):
        return [Part(str(kept.get("text", "")), signature)]
    return [Part(input_image(outputs[position]), signature)] if position in outputs else []
