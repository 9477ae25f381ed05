"""What people bring in: photographs, screenshots and drawings, as cameras, telephones and programs write them."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

PHOTOS = sorted((Path(__file__).resolve().parents[2] / "demo/photos").glob("*.jpg"))


@dataclass(frozen=True, slots=True)
class Sample:
    """A file as it comes in. `kind` is `photograph` or `drawn`, `written` how its program packs pixels."""

    name: str
    kind: str
    written: str
    image: Image.Image

    @property
    def data(self) -> bytes:
        kept = io.BytesIO()
        if self.written == "JPEG":
            self.image.save(kept, "JPEG", quality=90)
        else:
            self.image.save(kept, "PNG", compress_level={"quickly": 1, "usually": 6}[self.written])
        return kept.getvalue()


def samples(edge: int) -> Iterator[Sample]:
    """Each picture with a long side of so many pixels, in each way."""
    for path in PHOTOS:
        image = Image.open(path).convert("RGB")
        image = image.resize((edge, edge * image.height // image.width), Image.Resampling.LANCZOS)
        for written in ("JPEG", "quickly", "usually"):
            yield Sample(path.stem, "photograph", written, image)
    for name, image in (("screenshot", _screenshot(edge)), ("poster", _poster(edge))):
        for written in ("quickly", "usually"):
            yield Sample(name, "drawn", written, image)


def _screenshot(edge: int) -> Image.Image:
    image = Image.new("RGB", (edge, edge * 5 // 8), "#f1f1f1")
    pen = ImageDraw.Draw(image)
    for row in range(0, image.height, 28):
        pen.text((24, row), "Wide aperture, soft light from the left, a cup of coffee on slate. " * 8, fill="#161616")
        pen.rectangle((edge * 3 // 4, row + 4, edge - 24, row + 20), outline="#767676")
    return image


def _poster(edge: int) -> Image.Image:
    image = Image.linear_gradient("L").resize((edge, edge)).convert("RGB")
    pen = ImageDraw.Draw(image)
    for number in range(40):
        pen.ellipse(
            (number * 31 % edge, number * 57 % edge, number * 31 % edge + 300, number * 57 % edge + 300),
            fill=(number * 6, 80, 200),
        )
    return image
