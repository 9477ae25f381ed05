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
from ..library.keep import wording_of
from ..library.wording import given_values
from ..models import Generation, Output, Project, PromptVersion
from ..provider.catalogue import BY_KEY, IMAGES_MAX, Model
from ..provider.rules import FOLLOW_SOURCE
from .ideas import idea_named

INPUTS_MAX: Final = 2 * IMAGES_MAX
"""More than a model takes are shown, so that somebody may choose among them; many more were a mistake."""
VERBS = ("reuse", "again", "edit", "continue", "prompt", "inputs")
LIBRARY = "library"


def opened(data: QueryDict, project: Project, models: tuple[Model, ...]) -> Composition:
    """`?reuse=` a frame's settings and inputs, `?again=` the same once, `?prompt=` its words, `?edit=` its picture,
    `?continue=` the whole conversation up to it, `?inputs=`, as often as need be, pictures alone.

    The ids are public ids of generations. `?library=` takes a version of a kept prompt, filled with what the address
    says of its blanks. Raises Http404 for an id that is not in this project.
    """
    empty = _begun(project, models)
    if "inputs" in data:
        return _with_pictures(data.getlist("inputs")[:INPUTS_MAX], project, empty)
    for verb in VERBS:
        if verb in data:
            return _from_frame(verb, _generation(data.get(verb, ""), project), models, empty)
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
    references = version.references.select_related("upload", "output__generation__run")
    pictures = [reference.picture for reference in references]
    return before.with_version(version, wording.fill(wording.values(given)), pictures, models)


def _from_frame(verb: str, generation: Generation, models: tuple[Model, ...], empty: Composition) -> Composition:
    run = generation.run
    if verb == "prompt":
        return Composition(model=empty.model, prompt=run.prompt, version=run.prompt_version)
    if verb == "continue" and (talk := Conversation.of(generation)) is not None:
        return Composition.continuing(talk, models)
    if verb == "edit":
        primary = generation.outputs.filter(role=Output.Role.PRIMARY).select_related("generation__run").first()
        if primary is not None:
            return Composition.editing(primary, run, models)
    inputs = run.inputs.select_related("upload", "output__generation__run", "link")
    same = Composition.of_run(run, [row.picture for row in inputs], models)
    return same.once() if verb == "again" else same


def _with_pictures(ids: list[str], project: Project, empty: Composition) -> Composition:
    """The frames' own pictures, in this order. One without a picture adds none; too many of them are said to be."""
    found = [_generation(text, project) for text in ids]
    primary = Output.objects.filter(generation__in=found, role=Output.Role.PRIMARY).select_related("generation__run")
    pictures = {output.generation_id: output for output in primary}
    chosen = tuple(pictures[each.pk] for each in found if each.pk in pictures)
    return replace(empty, pictures=chosen, ratio=FOLLOW_SOURCE if chosen else empty.ratio)


def _generation(text: str, project: Project) -> Generation:
    try:
        return Generation.objects.select_related("run__continues__run", "run__prompt_version__prompt").get(
            project=project, public_id=UUID(text)
        )
    except (ValueError, Generation.DoesNotExist) as error:
        raise Http404(_("No such frame.")) from error
