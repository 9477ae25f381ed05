"""Small files of every kind that is let in or is not, made here and now."""

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parent.parent.parent


def picture(kind: str = "PNG", size: tuple[int, int] = (30, 20), mode: str = "RGB", **how: object) -> bytes:
    """A picture whose left half is red and whose right half is blue, as far as its mode has colours."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    if mode != "RGB":
        image = image.convert(mode)
    kept = io.BytesIO()
    image.save(kept, kind, **how)
    return kept.getvalue()


def turned(orientation: int) -> bytes:
    """A JPEG of 30 by 20 whose EXIF says which side is up."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    return picture("JPEG", exif=exif)


def grey_of_16_bits(level: int) -> bytes:
    kept = io.BytesIO()
    Image.new("I;16", (8, 8), level).save(kept, "PNG")
    return kept.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    """A header of that size, and behind it next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


def text_bomb() -> bytes:
    """B32: 64 MB of text in a chunk of 64 kB."""
    whole = picture()
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"a" * (64 << 20), 9))
    return whole[:33] + bomb + whole[33:]


def zipped() -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as archive:
        archive.writestr("image.png", picture())
    return kept.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


STRANGERS = {
    "html": b"<!doctype html><script>alert(1)</script>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "pdf": b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
    "text": b"a red boat",
    "zip": zipped(),
    "gif": picture("GIF"),
    "gif with a script": b"GIF89a/*" + b"\0" * 20 + b"*/=alert(1)",
    "bmp": picture("BMP"),
    "tiff": picture("TIFF"),
    "ico": picture("ICO"),
    "jpeg 2000": picture("JPEG2000"),
    "ppm": picture("PPM"),
}
"""What people, or programs, send under the name of a picture, and we do not deal in."""
