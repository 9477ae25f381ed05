"""What the composer opens with: nothing yet, or what a link of an earlier frame brings along."""

from uuid import UUID

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from ..forms.choices import first_choice, offered
from ..forms.composition import Composition
from ..forms.conversation import Conversation
from ..models import Generation, Output, Project
from ..provider.catalogue import Model
from .ideas import idea_named

VERBS = ("reuse", "again", "edit", "continue", "prompt")


def opened(data: QueryDict, project: Project, models: tuple[Model, ...]) -> Composition:
    """`?reuse=` a frame's settings and inputs, `?again=` the same once, `?prompt=` its words, `?edit=` its picture,
    `?continue=` the whole conversation up to it.

    The ids are public ids of generations. Raises Http404 for one that is not in this project.
    """
    empty = Composition(model=first_choice(models))
    for verb in VERBS:
        if verb in data:
            return _from_frame(verb, _generation(data.get(verb, ""), project), models, empty)
    if (idea := idea_named(data.get("idea", ""))) is not None:
        model = offered(idea.model, models) or first_choice(models)
        return Composition(model=model, prompt=str(idea.prompt), size=idea.size, ratio=idea.ratio)
    return empty


def _from_frame(verb: str, generation: Generation, models: tuple[Model, ...], empty: Composition) -> Composition:
    run = generation.run
    if verb == "prompt":
        return Composition(model=empty.model, prompt=run.prompt)
    if verb == "continue" and (talk := Conversation.of(generation)) is not None:
        return Composition.continuing(talk, models)
    if verb == "edit":
        primary = generation.outputs.filter(role=Output.Role.PRIMARY).select_related("generation__run").first()
        if primary is not None:
            return Composition.editing(primary, run, models)
    inputs = run.inputs.select_related("upload", "output__generation__run", "link")
    same = Composition.of_run(run, [row.picture for row in inputs], models)
    return same.once() if verb == "again" else same


def _generation(text: str, project: Project) -> Generation:
    try:
        return Generation.objects.select_related("run__continues__run").get(project=project, public_id=UUID(text))
    except (ValueError, Generation.DoesNotExist) as error:
        raise Http404(_("No such frame.")) from error
