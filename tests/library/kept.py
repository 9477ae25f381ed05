"""Prompts that a test needs before it begins."""

from django.utils import timezone

from studio.library.keep import Draft, keep
from studio.library.wording import Blank, Wording
from studio.models import Project, Prompt, User

STILL_LIFE = Wording(
    "Matte {{material}} {{object}} on seamless paper, light from the {{side}}",
    (Blank("side", ("left", "right"), "left"),),
)


def make_prompt(
    person: User, project: Project, *, title: str = "Still life", wording: Wording = STILL_LIFE, **settings: object
) -> Prompt:
    draft = Draft(title=title, wording=wording, **settings)  # type: ignore[arg-type]
    return keep(draft, project=project, person=person, now=timezone.now())
