"""A smaller copy of a picture, in its place in the tray: made when somebody chooses it, and never by itself."""

import logging
import tempfile

from ..decoder import DecoderAway, NotAPicture, Smaller, copy_smaller
from ..models import Output, Project, Upload, User
from ..provider.catalogue import IMAGE_BYTES_ADVISED, IMAGE_BYTES_MAX, IMAGE_EDGE_ADVISED
from . import objects
from .uploads import UploadRefused, columns_of, keep_copy

logger = logging.getLogger(__name__)

type Bytes = Upload | Output
"""A picture that the studio has. Of an address it has none."""


def whole_of(picture: Bytes) -> Bytes:
    """The picture itself, or what it is a smaller copy of. An edited picture is one of its own."""
    if isinstance(picture, Upload) and not picture.is_edited:
        return picture.made_from or picture
    return picture


def make_smaller(picture: Bytes, *, project: Project, person: User) -> Upload:
    """The smaller copy, kept like any picture; always made from the whole, so that nothing is lost twice.

    What cannot be sent at all keeps its pixels the first time. Raises `UploadRefused`, also with `no_smaller`.
    """
    whole = whole_of(picture)
    keeps_pixels = whole == picture and whole.sent.size_bytes > IMAGE_BYTES_MAX
    wish = Smaller(0 if keeps_pixels else IMAGE_EDGE_ADVISED, IMAGE_BYTES_MAX, IMAGE_BYTES_ADVISED)
    with tempfile.TemporaryFile(prefix="nb-copy-") as copied:
        try:
            with objects.open_object(whole.sent.key) as file:
                examined = copy_smaller(file, copied, wish)
        except NotAPicture as refusal:
            raise UploadRefused(refusal.code, name=whole.name) from refusal
        except FileNotFoundError as error:
            raise UploadRefused("gone", name=whole.name) from error
        except DecoderAway as error:
            logger.exception("no smaller copy could be made")
            raise UploadRefused("away", name=whole.name) from error
        copy = keep_copy(copied, examined)
    assert examined.copy is not None, "a copy was asked for"
    facts = {
        "name": whole.name,
        "mime_type": copy.mime_type,
        "size_bytes": copy.size_bytes,
        "width": examined.copy.width,
        "height": examined.copy.height,
        "key": copy.key,
        "made_from_upload": whole if isinstance(whole, Upload) else None,
        "made_from_output": whole if isinstance(whole, Output) else whole.made_from_output,
    }
    return Upload.objects.get_or_create(
        project=project, person=person, sha256=copy.sha256, defaults=facts | columns_of(copy, examined)
    )[0]
