"""Who wants to know that a decoder died of a picture, or did not come to an end: the studio counts them.

This room knows nothing of a site that counts, so the site says whom to tell.
"""

from collections.abc import Callable

_heard: list[Callable[[str], object]] = []


def listen(hear: Callable[[str], object]) -> None:
    """Be told of every death from now on: `died` or `hung`."""
    _heard.append(hear)


def tell(why: str) -> None:
    for hear in _heard:
        hear(why)
