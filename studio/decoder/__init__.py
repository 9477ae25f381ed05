"""Pictures of strangers, decoded where they can do no harm.

Decoders are large, old and written in C, and a file can be made to break them. So the studio's own processes never open
one: they hand the open file to a process that knows no secret, may open nothing else, and ends after each picture.

`door` is what the studio asks, and `keeper` starts the process; `zygote` is that process, which waits with everything
loaded and forks for each picture; `child` is what the fork may do; `codec` is the reading itself, and `working`,
`smaller` and `edit` make the copies that are sent and shown.
"""

from .door import copy_clean, copy_edited, copy_smaller, examine, facts_of, thumbnail
from .editing import Edit, Note
from .facts import EDGES, ICON_EDGE, THUMBNAIL_EDGE, DecoderAway, Examined, NotAPicture, PictureFacts, Smaller

__all__ = [
    "EDGES",
    "ICON_EDGE",
    "THUMBNAIL_EDGE",
    "DecoderAway",
    "Edit",
    "Examined",
    "NotAPicture",
    "Note",
    "PictureFacts",
    "Smaller",
    "copy_clean",
    "copy_edited",
    "copy_smaller",
    "examine",
    "facts_of",
    "thumbnail",
]
