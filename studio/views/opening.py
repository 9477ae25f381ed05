"""What the composer opens with: nothing yet, or what a link of an earlier frame brings along."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from uuid import UUID

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from ..forms.choices import first_choice, offered
from ..forms.composition import Composition, find_version
from ..forms.conversation import Conversation
from ..forms.tray import find_pictures, reference
from ..library.keep import wording_of
from ..library.wording import given_values
from ..models import Generation, Output, Picture, Project, PromptVersion
from ..provider.catalogue import BY_KEY, IMAGES_MAX, Model
from ..provider.rules import FOLLOW_SOURCE
from .ideas import idea_named

INPUTS_MAX: Final = 2 * IMAGES_MAX
"""More than a model takes are shown, so that somebody may choose among them; many more were a mistake."""
VERBS = ("reuse", "again", "edit", "continue", "prompt", "settings", "final", "inputs")
LIBRARY = "library"


def opened(data: QueryDict, project: Project, models: tuple[Model, ...]) -> Composition:
    """`?reuse=` a frame's settings and inputs, `?again=` the same once, `?prompt=` its words, `?edit=` its picture,
    `?continue=` the whole conversation up to it, `?settings=` its choices without words and pictures, `?final=` and
    `&size=` the same in another size, `?inputs=`, as often as need be, pictures alone: by frames or by references.

    The other ids are public ids of generations. `?library=` takes a version of a kept prompt, filled with what the
    address says of its blanks. Raises Http404 for an id that is not in this project.
    """
    empty = _begun(project, models)
    if "inputs" in data:
        return _with_pictures(data.getlist("inputs")[:INPUTS_MAX], project, empty)
    for verb in VERBS:
        if verb in data:
            return _from_frame(verb, _generation(data.get(verb, ""), project), models, empty, data)
    if LIBRARY in data:
        version = find_version(data.get(LIBRARY, ""), project)
        if version is None:
            raise Http404(_("No such prompt."))
        return from_version(empty, version, given_values(data), models)
    if (idea := idea_named(data.get("idea", ""))) is not None:
        model = offered(idea.model, models) or first_choice(models)
        return Composition(model=model, prompt=str(idea.prompt), size=idea.size, ratio=idea.ratio)
    return empty


def _begun(project: Project, models: tuple[Model, ...]) -> Composition:
    """Nothing written yet, with the choices the project begins with. One the model does not take is put right later."""
    wanted = BY_KEY.get(project.default_model)
    begun = Composition(model=(offered(wanted, models) if wanted else None) or first_choice(models))
    return replace(begun, size=project.default_size or begun.size, ratio=project.default_ratio or begun.ratio)


def from_version(
    before: Composition, version: PromptVersion, given: Mapping[str, str], models: tuple[Model, ...]
) -> Composition:
    """The composition with a version's words, filled. A blank with nothing in it keeps its braces."""
    wording = wording_of(version)
    references = version.references.living().select_related("upload", "output__generation__run")
    pictures = [each.picture for each in references]
    return before.with_version(version, wording.fill(wording.values(given)), pictures, models)


def _from_frame(
    verb: str, generation: Generation, models: tuple[Model, ...], empty: Composition, data: QueryDict
) -> Composition:
    run = generation.run
    match verb:
        case "prompt":
            return Composition(model=empty.model, prompt=run.prompt, version=run.version_here)
        case "settings":
            return replace(Composition.with_settings_of(run, models), ratio=run.ratio)
        case "continue" if (talk := Conversation.of(generation)) is not None:
            return Composition.continuing(talk, models)
        case "edit" if (picture := _picture(generation, data.get("picture", ""))) is not None:
            return Composition.editing(picture, run, models)
    inputs = run.inputs.select_related("upload", "output__generation__run", "link")
    pictures = [row.picture for row in inputs if row.is_there]
    if verb == "final" and (draft := _picture(generation, data.get("picture", ""))) is not None:
        return Composition.finishing(draft, run, pictures, models, size=data.get("size", run.size))
    same = Composition.of_run(run, pictures, models)
    return same.once() if verb == "again" else same


def _with_pictures(wanted: list[str], project: Project, empty: Composition) -> Composition:
    """Frames' own pictures by their ids, others by their references, in this order.

    A frame without a picture adds none; too many of them are said to be.
    """
    frames = {text: _generation(text, project) for text in wanted if ":" not in text}
    primary = Output.objects.filter(generation__in=frames.values(), role=Output.Role.PRIMARY)
    own = {output.generation_id: output for output in primary.select_related("generation__run")}
    named: dict[str, Picture] = {text: own[frame.pk] for text, frame in frames.items() if frame.pk in own}
    named |= {reference(each): each for each in find_pictures((text for text in wanted if ":" in text), project)}
    chosen = tuple(named[text] for text in wanted if text in named)
    return replace(empty, pictures=chosen, ratio=FOLLOW_SOURCE if chosen else empty.ratio)


def _picture(generation: Generation, wanted: str) -> Output | None:
    """The frame's own picture, or the one of its answer that is asked for by its id."""
    outputs = generation.outputs.select_related("generation__run")
    try:
        return outputs.get(public_id=UUID(wanted)) if wanted else outputs.get(role=Output.Role.PRIMARY)
    except (ValueError, Output.DoesNotExist):
        return None


def _generation(text: str, project: Project) -> Generation:
    try:
        living = Generation.objects.living().select_related("run__continues__run", "run__prompt_version__prompt")
        return living.get(project=project, public_id=UUID(text))
    except (ValueError, Generation.DoesNotExist) as error:
        raise Http404(_("No such frame.")) from error
