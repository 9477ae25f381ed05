"""How much a decoder may take, and how it is spoken to. Known on both sides of the door."""

from typing import Final

MEMORY_BYTES: Final = 1_536 << 20
"""All that it may map. A picture of 80 megapixels takes 320 MB, and as much again while it is turned or converted."""
CPU_SECONDS: Final = 20
WALL_SECONDS: Final = 60
ANSWER_BYTES_MAX: Final = 16 << 20
COPY_BYTES_MAX: Final = 128 << 20
"""Of a copy, which goes into a file: the kernel lets no child write more. A PNG of 80 megapixels may take as much."""

READY: Final = b"!"
"""What the waiting process says first, so that one that never came up is not taken for one that died of a picture."""
TASK_BYTES: Final = 256
"""Each task has this length, filled up with blanks, and two to four open files with it: the picture, where to answer,
where a copy goes, if one is asked for, and how it is edited, if it is."""
NOT_BEGUN: Final = b"\xff"
"""What an answer begins with that is an apology: there could be no process. No length begins so."""
