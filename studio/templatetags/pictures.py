"""`{{ picture|original }}`, `{{ picture|thumbnail }}`, `{{ picture|srcset }}`: where a picture is, and smaller."""

from django import template

from ..addresses import address_of
from ..models import Link, Picture
from ..storage.keys import SMALL

register = template.Library()


@register.filter
def original(picture: Picture) -> str:
    """The address of the picture as it came."""
    return _address(picture, "original")


@register.filter
def thumbnail(picture: Picture) -> str:
    """The address at the studio's own media door; empty for a picture that nobody here has seen."""
    return _address(picture, "thumbnail")


@register.filter
def tiny(picture: Picture) -> str:
    """The same of its icon, for lists and trays."""
    return _address(picture, "icon")


@register.filter
def srcset(picture: Picture) -> str:
    """Every thumbnail with its true width, for a browser to choose by the width it is drawn at and its screen.

    Of those that would be the same, because the picture itself is smaller, only the first.
    """
    longest = max(picture.width, picture.height)
    found: dict[int, str] = {}
    for rendition, edge in SMALL.items():
        if rendition != "icon" and longest and _address(picture, rendition):
            width = max(1, round(picture.width * min(1, edge / longest)))
            found.setdefault(width, f"{_address(picture, rendition)} {width}w")
    return ", ".join(found.values())


def _address(picture: Picture, rendition: str) -> str:
    if isinstance(picture, Link) and not picture.thumbnail_key:
        return ""
    return address_of(picture.file_route, picture.public_id, rendition)
