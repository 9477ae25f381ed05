"""`{{ picture|thumbnail }}` and `{{ picture|tiny }}`: where the small versions of any picture are."""

from django import template
from django.urls import reverse

from ..models import Link, Picture

register = template.Library()


@register.filter
def thumbnail(picture: Picture) -> str:
    """The address at the studio's own media door; empty for a picture that nobody here has seen."""
    return _address(picture, "thumbnail")


@register.filter
def tiny(picture: Picture) -> str:
    """The same of its icon, for lists and trays."""
    return _address(picture, "icon")


def _address(picture: Picture, rendition: str) -> str:
    if isinstance(picture, Link) and not picture.thumbnail_key:
        return ""
    return reverse(f"{type(picture).__name__.lower()}-file", args=[picture.public_id, rendition])
