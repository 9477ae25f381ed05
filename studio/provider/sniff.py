"""What kind of picture some bytes are. A label is only a claim: the gateway calls JPEG files PNG."""

from typing import Final

SNIFF_BYTES: Final = 32
_HEIC_BRANDS: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis")
_HEIF_BRANDS: Final = (b"mif1", b"msf1")


def image_type(beginning: bytes) -> str | None:
    """The MIME type by the first `SNIFF_BYTES` bytes: PNG, JPEG, WebP, HEIC, HEIF; None for everything else."""
    if beginning.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if beginning.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if beginning.startswith(b"RIFF") and beginning[8:12] == b"WEBP":
        return "image/webp"
    if beginning[4:8] == b"ftyp" and beginning[8:12] in _HEIC_BRANDS:
        return "image/heic"
    if beginning[4:8] == b"ftyp" and beginning[8:12] in _HEIF_BRANDS:
        return "image/heif"
    return None
