"""`{{ picture|thumbnail }}`: where the small version of any picture is."""

from django import template
from django.urls import reverse

from ..models import Link, Picture

register = template.Library()


@register.filter
def thumbnail(picture: Picture) -> str:
    """The address at the studio's own media door; empty for a picture that nobody here has seen."""
    if isinstance(picture, Link) and not picture.thumbnail_key:
        return ""
    return reverse(f"{type(picture).__name__.lower()}-file", args=[picture.public_id, "thumbnail"])
