"""A stored picture as the request wants it: by reference, read only while it is being sent."""

from functools import partial

from ..models import Link, Picture
from ..provider.request import InputImage, InputLink, InputPicture
from . import objects


def input_image(picture: Picture) -> InputPicture:
    """The provider's view of a picture in the tray: bytes to be read, or an address to be fetched by the provider."""
    if isinstance(picture, Link):
        return InputLink(picture.mime_type, picture.url)
    sent = picture.sent
    return InputImage(sent.mime_type, sent.size_bytes, open=partial(objects.open_object, sent.key))
