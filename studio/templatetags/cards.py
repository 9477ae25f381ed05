"""`{% card frame project can_make=can_make %}`: a frame among others."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from ..models import Generation, Project
from ..views.cards import Card
from ..views.frames import Frame
from ..views.wall import Hung

register = template.Library()


@register.simple_tag(takes_context=True)
def card(
    context: Context,
    frame: Frame,
    project: Project,
    *,
    can_make: bool,
    hung: Hung | None = None,
    focused: Generation | None = None,
) -> SafeString:
    """As `_frame.html` draws it, or drew it before. The one with the focus is not like others."""
    is_focused = frame.generation == focused
    if not is_focused and (same := Card.of(frame, project, can_make=can_make, hung=hung)):
        return same.draw()
    assert context.template, "drawn by a template"
    template = context.template.engine.get_template("studio/workspace/_frame.html")
    around = {"frame": frame, "project": project, "can_make": can_make, "hung": hung, "focused": focused, "oob": False}
    with context.push(**around):
        return template.render(context)
