"""B01 to B46: files that come under the name of a picture, made here and now, and what becomes of them at every door.

Whatever is let in is looked at by its thumbnail: it must be upright, of the right colours (the left half red, the right
one blue), and must tell nothing of SECRET, which these files carry wherever a file can carry something unseen.
"""

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from tests.storage import samples
from tests.storage.samples import picture, png_that_claims

FILES: Final = Path(__file__).parent / "files"
SECRET: Final = b"51.5033N-0.1195W"
ACCEPTED: Final = "accepted"


@dataclass(frozen=True, slots=True)
class BadPicture:
    """`verdict` is `ACCEPTED`, or the code of the refusal. `has_halves`: its colours can be told apart."""

    number: str
    what: str
    make: Callable[[], bytes]
    verdict: str
    has_halves: bool = True

    @property
    def data(self) -> bytes:
        return self.make()

    def __str__(self) -> str:
        return f"{self.number} {self.what}"


def _exif(**tags: object) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 0.0)
    exif.get_ifd(0x8825)[29] = SECRET.decode()
    if "orientation" in tags:
        exif[0x0112] = tags["orientation"]
    return exif


def _turned(orientation: int) -> bytes:
    """Stored so that it is upright, with red on the left, once it is turned as its EXIF says."""
    image = Image.open(io.BytesIO(picture(size=(60, 40))))
    back = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = image.transpose(back[orientation]) if orientation in back else image
    kept = io.BytesIO()
    stored.save(kept, "JPEG", exif=_exif(orientation=orientation), quality=95)
    return kept.getvalue()


def _animated(kind: str) -> bytes:
    first = Image.open(io.BytesIO(picture()))
    kept = io.BytesIO()
    first.save(kept, kind, save_all=True, append_images=[Image.new("RGB", first.size, "lime")] * 2)
    return kept.getvalue()


def _sixteen_bit_colour() -> bytes:
    """A PNG of 16 bits a channel, which Pillow reads and cannot write."""
    row = b"\0" + struct.pack(">3H", 65_535, 0, 0) * 15 + struct.pack(">3H", 0, 0, 65_535) * 15
    return (
        b"\x89PNG\r\n\x1a\n"
        + samples.chunk(b"IHDR", struct.pack(">IIBBBBB", 30, 20, 16, 2, 0, 0, 0))
        + samples.chunk(b"IDAT", zlib.compress(row * 20))
        + samples.chunk(b"IEND", b"")
    )


def _with_text(**how: object) -> bytes:
    info = PngInfo()
    info.add_text("Comment", SECRET.decode(), zip=bool(how.get("zip")))
    info.add_itxt("XML:com.adobe.xmp", f"<x:xmpmeta><GPS>{SECRET.decode()}</GPS></x:xmpmeta>")
    return picture("PNG", pnginfo=info, exif=_exif())


def _with_profile(profile: bytes, kind: str = "PNG") -> bytes:
    return picture(kind, icc_profile=profile)


def _thumbnail_inside() -> bytes:
    """EXIF's own small picture, of what was there before it was cut."""
    whole = picture("JPEG", exif=_exif())
    inner = SECRET + picture("JPEG")
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(inner) + 8) + b"Exif\0\0" + inner + whole[2:]


def _fits() -> bytes:
    return b"SIMPLE  =                    T".ljust(80) + b"BITPIX  =                    8".ljust(80) + b" " * 2_720


def _of(kind: str) -> Callable[[], bytes]:
    return lambda: picture(kind)


def _file(name: str) -> Callable[[], bytes]:
    return lambda: (FILES / name).read_bytes()


HTML: Final = b"<!doctype html><script>alert(1)</script>"
SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><foreignObject/></svg>'
ENTITY: Final = b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "/dev/null">]><svg>&x;</svg>'

PICTURES: Final = (
    BadPicture("B01", "PNG with HTML behind it", lambda: picture() + HTML, ACCEPTED),
    BadPicture("B02", "JPEG with HTML behind it", lambda: picture("JPEG") + HTML, ACCEPTED),
    BadPicture("B03", "PNG with a zip behind it", lambda: picture() + samples.zipped(), ACCEPTED),
    BadPicture("B04", "HTML", lambda: HTML, "wrong_type"),
    BadPicture("B05", "SVG", lambda: SVG, "wrong_type"),
    BadPicture("B06", "SVG with an external entity", lambda: ENTITY, "wrong_type"),
    BadPicture("B07", "PDF", lambda: samples.STRANGERS["pdf"], "wrong_type"),
    BadPicture("B08", "EPS", lambda: samples.STRANGERS["eps"], "wrong_type"),
    BadPicture("B09", "PSD", lambda: b"8BPS\0\1" + bytes(20), "wrong_type"),
    BadPicture("B10", "TIFF", _of("TIFF"), "wrong_type"),
    BadPicture("B11", "BMP", _of("BMP"), "wrong_type"),
    BadPicture("B12", "ICO", _of("ICO"), "wrong_type"),
    BadPicture("B13", "FITS", _fits, "wrong_type"),
    BadPicture("B14", "JPEG 2000", _of("JPEG2000"), "wrong_type"),
    BadPicture("B15", "AVIF", _of("AVIF"), "wrong_type"),
    BadPicture("B16", "GIF that is a script", lambda: samples.STRANGERS["gif with a script"], "wrong_type"),
    BadPicture("B17", "animated GIF", lambda: _animated("GIF"), "wrong_type"),
    BadPicture("B18", "animated PNG", lambda: _animated("PNG"), ACCEPTED),
    BadPicture("B19", "animated WebP", lambda: _animated("WEBP"), ACCEPTED),
    BadPicture("B20", "JPEG in four inks", lambda: picture("JPEG", mode="CMYK"), ACCEPTED),
    BadPicture("B21", "PNG of 16 bits a channel", _sixteen_bit_colour, ACCEPTED),
    BadPicture("B22", "PNG with a palette", lambda: picture("PNG", mode="P", transparency=200), ACCEPTED),
    BadPicture("B23", "PNG of one bit", lambda: picture("PNG", mode="1"), ACCEPTED, has_halves=False),
    BadPicture("B24", "grey PNG with alpha", lambda: picture("PNG", mode="LA"), ACCEPTED, has_halves=False),
    BadPicture("B25", "16384 x 16384", lambda: png_that_claims(16_384, 16_384), "too_many_pixels"),
    BadPicture("B26", "13000 x 13000", lambda: png_that_claims(13_000, 13_000), "too_many_pixels"),
    BadPicture("B26", "60000 x 60000", lambda: png_that_claims(60_000, 60_000), "too_many_pixels"),
    BadPicture("B27", "60000 x 1", lambda: png_that_claims(60_000, 1), "too_many_pixels"),
    BadPicture("B27", "1 x 60000", lambda: png_that_claims(1, 60_000), "too_many_pixels"),
    BadPicture("B28", "1 x 1", lambda: picture(size=(1, 1)), ACCEPTED, has_halves=False),
    BadPicture("B29", "no byte", lambda: b"", "empty"),
    BadPicture("B30", "half a JPEG", lambda: (whole := picture("JPEG", (300, 200)))[: len(whole) // 2], "unreadable"),
    BadPicture("B31", "JPEG with a megabyte of rubbish behind it", lambda: picture("JPEG") + bytes(1 << 20), ACCEPTED),
    BadPicture("B32", "PNG with a bomb of text", samples.text_bomb, "unreadable"),
    BadPicture("B33", "PNG with a giant profile", lambda: _with_profile(bytes(20 << 20)), "unreadable"),
    BadPicture("B34", "PNG with a broken profile", lambda: _with_profile(b"no profile" + SECRET), ACCEPTED),
    BadPicture("B34", "JPEG with a broken profile", lambda: _with_profile(SECRET * 9, "JPEG"), ACCEPTED),
    *(
        BadPicture("B35", f"orientation {turn}", lambda turn=turn: _turned(turn), ACCEPTED)  # type: ignore[misc]
        for turn in range(1, 9)
    ),
    BadPicture("B36", "orientation 99", lambda: _turned(99), ACCEPTED),
    BadPicture("B36", "broken EXIF", lambda: picture("JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff"), ACCEPTED),
    BadPicture("B37", "place in EXIF", lambda: picture("JPEG", exif=_exif()), ACCEPTED),
    BadPicture("B38", "place in XMP", lambda: picture("JPEG", xmp=b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"), ACCEPTED),
    BadPicture("B39", "place in PNG's own EXIF and text", _with_text, ACCEPTED),
    BadPicture("B39", "place in WebP", lambda: picture("WEBP", exif=_exif().tobytes(), xmp=SECRET), ACCEPTED),
    BadPicture("B40", "HEIC", _file("two-halves.heic"), ACCEPTED),
    BadPicture("B41", "JPEG comment", lambda: picture("JPEG", comment=SECRET), ACCEPTED),
    BadPicture("B43", "thumbnail of the whole", _thumbnail_inside, ACCEPTED),
    BadPicture("B46", "HEIC of 200 megapixels", _file("200-megapixels.heic"), "too_many_pixels"),
)
