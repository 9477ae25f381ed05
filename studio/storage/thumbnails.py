"""The small pictures of a stored one: put there with it, or later where they are missing."""

from collections.abc import Sequence

from ..decoder import EDGES, examine
from ..models import Link, Picture, Upload
from . import keys, objects


def put_thumbnails(sha256: str, small: Sequence[bytes]) -> str:
    """Store what `examine` made of the picture with that checksum; the key of the largest, for its row."""
    thumbnail_key = keys.thumbnail_key(sha256)
    for edge, data in zip(EDGES, small, strict=True):
        objects.put_bytes(keys.small_key(thumbnail_key, edge), data)
    return thumbnail_key


def make_missing(picture: Picture) -> int:
    """Make those of its small pictures that are missing, and find its colour: it may be older than they are.

    How many were made. A link's are made from its thumbnail, for the studio has no more of it. Raises
    FileNotFoundError when there is nothing to make them from, and what `examine` raises.
    """
    wanted = [keys.small_key(picture.thumbnail_key, edge) for edge in EDGES]
    missing = {key for key in wanted if not objects.object_exists(key)}
    if not missing and picture.colour is not None:
        return 0
    with objects.open_object(_source(picture)) as file:
        examined = examine(file)
    for key, data in zip(wanted, examined.thumbnails, strict=True):
        if key in missing:
            objects.put_bytes(key, data)
    type(picture)._base_manager.filter(pk=picture.pk).update(colour=examined.colour)
    return len(missing)


def _source(picture: Picture) -> str:
    if isinstance(picture, Link):
        return picture.thumbnail_key
    return (picture.copy_key if isinstance(picture, Upload) else "") or picture.key
