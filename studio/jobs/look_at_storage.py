"""Whether a picture could be stored: seen before calls are paid, and again until it can.

Storage that is away for a while delays pictures, which wait in the spool. Storage that refuses the studio waits for an
admin, and until then nothing new is paid for.
"""

import logging
from typing import Final

from ..models import Instance, StorageTrouble
from ..storage import objects
from ..storage.trouble import trouble_in
from ..telemetry.events import Event, tell

logger = logging.getLogger(__name__)

EVERY_SECONDS: Final = 300
"""How often a worker tries the storage while all is well. While it is not, with every heartbeat."""


def look_at_storage() -> bool:
    """Store something small, and note whether it was kept; whether calls may be paid for."""
    try:
        objects.try_out()
    except Exception as error:  # noqa: BLE001  (every library of a storage has errors of its own)
        tell(Event.NOT_STORED, "the storage did not keep what it was given: %s", error)
        return not note_trouble(error)
    if Instance.objects.filter(pk=1).exclude(storage_trouble="").update(storage_trouble=""):
        logger.info("the storage keeps pictures again: sending goes on")
    return True


def is_in_trouble() -> bool:
    return Instance.objects.exclude(storage_trouble="").exists()


def note_trouble(error: BaseException) -> StorageTrouble | None:
    """What of this error waits for an admin; from then on nothing is sent until `look_at_storage` has seen better."""
    trouble = trouble_in(error)
    if trouble is None:
        return None
    this = Instance.objects.filter(pk=Instance.current().pk)
    if this.exclude(storage_trouble=trouble).update(storage_trouble=trouble):
        logger.error("nothing is sent until pictures can be stored: %s", trouble.value)
    return trouble
