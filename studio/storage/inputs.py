"""A stored picture as the request wants it: by reference, read only while it is being sent."""

from functools import partial

from ..models import Output, Upload
from ..provider.request import InputImage
from . import objects


def input_image(picture: Upload | Output) -> InputImage:
    """The provider's view of an upload or an earlier output."""
    return InputImage(picture.mime_type, picture.size_bytes, open=partial(objects.open_object, picture.key))
