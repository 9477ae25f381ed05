"""Where pictures are painted: two at a time, since each takes a processor core and some memory."""

import threading

from ..provider.catalogue import Pixels
from .photo import Photo
from .pictures.order import Format, Order
from .pictures.paint import paint, plain

AT_ONCE = 2


class Easel:
    """The same seed, call and number give the same picture; any other call gives another one."""

    def __init__(self, seed: int, *, is_plain: bool = False) -> None:
        self._seed = seed
        self._paint = plain if is_plain else paint
        self._places = threading.BoundedSemaphore(AT_ONCE)

    def paint(
        self,
        prompt: str,
        photos: tuple[Photo, ...],
        pixels: Pixels,
        kind: Format,
        sequence: int,
        number: int,
    ) -> bytes:
        order = Order(prompt, photos, pixels, kind, f"{self._seed}/{sequence}/{number}", sequence + number)
        with self._places:
            return self._paint(order)
