"""An edited copy of a picture, in its place in the tray. The picture itself stays as it is, and can be had back."""

import logging
import tempfile
from typing import Any

import msgspec

from ..decoder import DecoderAway, Edit, NotAPicture, copy_edited
from ..models import Output, Picture, Project, Upload, User
from ..provider.catalogue import IMAGE_BYTES_MAX
from . import objects
from .smaller import Bytes
from .uploads import UploadRefused, columns_of, keep_copy, refuse_too_many

logger = logging.getLogger(__name__)


def unedited(picture: Bytes) -> Bytes:
    """What the picture is a copy of, however often it was copied; itself where that is not to be had any more."""
    first = picture
    while isinstance(first, Upload) and first.made_from:
        first = first.made_from
    return first if _is_here(first, picture) else picture


def edit_of(picture: Bytes) -> Edit | None:
    """How it came out of what it is a copy of. A smaller copy came out of it as the picture that it is a copy of."""
    while isinstance(picture, Upload):
        if picture.edit is not None:
            return msgspec.convert(picture.edit, Edit)
        if not isinstance(picture.made_from, Upload):
            return None
        picture = picture.made_from
    return None


def is_edited(picture: Picture) -> bool:
    """Whether there is a picture behind it to go back to."""
    return isinstance(picture, Upload) and edit_of(picture) is not None and unedited(picture) != picture


def make_edited(picture: Bytes, edit: Edit, *, project: Project, person: User) -> Bytes:
    """The edited picture, made from the unedited one and kept like any that is brought in; that one if nothing changes.

    Raises `UploadRefused`, also with `gone`, `outside` and `no_letters`.
    """
    whole = unedited(picture)
    if not edit.changes(whole.width, whole.height):
        return whole
    refuse_too_many(whole.name, person)
    with tempfile.TemporaryFile(prefix="nb-copy-") as copied:
        try:
            with objects.open_object(whole.sent.key) as file:
                examined = copy_edited(file, copied, edit, bytes_max=IMAGE_BYTES_MAX)
        except NotAPicture as refusal:
            raise UploadRefused(refusal.code, name=whole.name) from refusal
        except FileNotFoundError as error:
            raise UploadRefused("gone", name=whole.name) from error
        except DecoderAway as error:
            logger.exception("no edited copy could be made")
            raise UploadRefused("away", name=whole.name) from error
        copy = keep_copy(copied, examined)
    assert examined.copy is not None, "a copy was asked for"
    facts: dict[str, Any] = {
        "name": whole.name,
        "mime_type": copy.mime_type,
        "size_bytes": copy.size_bytes,
        "width": examined.copy.width,
        "height": examined.copy.height,
        "key": copy.key,
        "edit": msgspec.to_builtins(edit),
        "made_from_upload": whole if isinstance(whole, Upload) else None,
        "made_from_output": whole if isinstance(whole, Output) else whole.made_from_output,
    }
    return Upload.objects.get_or_create(
        project=project, person=person, sha256=copy.sha256, defaults=facts | columns_of(copy, examined)
    )[0]


def _is_here(first: Bytes, picture: Bytes) -> bool:
    """Not in the trash, and in the same project: a run that is moved takes copies along, and leaves outputs behind."""
    if isinstance(first, Upload) or first == picture:
        return True
    frame = first.generation
    return not frame.is_trashed and isinstance(picture, Upload) and frame.project_id == picture.project_id
