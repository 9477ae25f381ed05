"""From an order to the bytes of a picture."""

from io import BytesIO

from PIL import Image

from ..chance import seeded
from .order import Format, Order


def paint(order: Order) -> bytes:
    chance = seeded(order.seed, order.prompt)
    colour = tuple(chance.randint(60, 200) for _ in range(3))
    image = Image.new("RGB", order.pixels, colour)
    data = BytesIO()
    if order.format is Format.PNG:
        image.save(data, "PNG", compress_level=1)
    else:
        image.save(data, "JPEG", quality=90)
    return data.getvalue()
