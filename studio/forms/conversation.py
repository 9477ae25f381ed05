"""The conversation that the composer goes on with, if it does: which frame, what it sends along, whether it still can.

The form carries one value, the frame's id. Everything else is looked up again each time, so that a key that was
changed meanwhile, or a turn that is gone, is noticed before anything is paid for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self
from uuid import UUID

from ..jobs.conversation import continuable, turns_up_to
from ..models import Generation, Output, Picture, Project, Status
from ..provider.catalogue import Model
from ..provider.request import Turn
from ..provider.rules import Change, ImageFacts
from .choices import enabled_models

ONLY_THE_PICTURE: Final = "picture"
DROP: Final = "drop"
RESUME: Final = "resume"


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What was said up to a frame and with it. `turns` are empty when they cannot be sent again.

    `picture` is the frame's own, `last` the last one of its answer: the one that "follow source" follows.
    """

    frame: Generation
    picture: Output
    last: Output
    turns: tuple[Turn, ...]

    @classmethod
    def of(cls, frame: Generation) -> Self | None:
        """None for a frame without a picture: of that, nothing could go along in any way."""
        answered = frame.outputs.filter(attempt__generation=frame).select_related("generation__run")
        outputs = sorted(answered, key=lambda output: output.position)
        primary = next((output for output in outputs if output.role == Output.Role.PRIMARY), None)
        if primary is None:
            return None
        said = [output for output in outputs if output.role != Output.Role.THOUGHT]
        return cls(frame=frame, picture=primary, last=said[-1], turns=_turns_of(frame))

    def goes_on_with(self, model: Model) -> bool:
        """History goes back only to the model that made it."""
        return bool(self.turns) and model.key == self.frame.run.model_key and model.keeps_history

    def change_to(self, model: Model) -> Change:
        """For the sentence: only the picture goes along, and why. `after` names the model it began with, if another."""
        began_with = self.frame.run.model
        return Change("history", self.frame.frame_number, "" if model.key == began_with.key else began_with.short_name)

    @property
    def images(self) -> tuple[ImageFacts, ...]:
        return tuple(picture.facts for turn in self.turns for picture in turn.pictures)

    @property
    def characters(self) -> int:
        return sum(turn.characters for turn in self.turns)


def find_frame(public_id: str, project: Project) -> Generation | None:
    """The project's frame with this id. A frame of another project is not there, whoever asks."""
    try:
        return Generation.objects.living().select_related("run").get(project=project, public_id=UUID(public_id))
    except (ValueError, Generation.DoesNotExist):
        return None


def frames_to_continue(generations: Sequence[Generation]) -> frozenset[int]:
    """The keys of those frames that a next turn is offered for: as `continuable`, of models that are switched on."""
    kept = continuable([generation for generation in generations if generation.status == Status.SUCCEEDED])
    if not kept:
        return kept
    offered = {model.key for model in enabled_models()}
    return frozenset(each.pk for each in generations if each.pk in kept and each.run.model_key in offered)


def frame_to_resume(pictures: Sequence[Picture], model: Model) -> Generation | None:
    """The frame whose conversation could go on in place of its picture in the tray: the last one of this model."""
    if not model.keeps_history:
        return None
    made = [each.generation for each in pictures if isinstance(each, Output) and each.role == Output.Role.PRIMARY]
    same_model = [frame for frame in made if frame.run.model_key == model.key]
    open_ones = continuable(same_model) if same_model else frozenset()
    return next((frame for frame in reversed(same_model) if frame.pk in open_ones), None)


def with_picture(pictures: Sequence[Picture], picture: Picture) -> tuple[Picture, ...]:
    """The tray with this picture last, where it decides the format as it did at the end of the conversation."""
    return (*(each for each in pictures if each != picture), picture)


def without_picture(pictures: Sequence[Picture], picture: Picture) -> tuple[Picture, ...]:
    return tuple(each for each in pictures if each != picture)


def _turns_of(frame: Generation) -> tuple[Turn, ...]:
    if frame.pk not in continuable([frame]):
        return ()
    try:
        return turns_up_to(frame)
    except FileNotFoundError:
        return ()
