"""Colour profiles, made here and now: a few numbers in the form of the International Color Consortium."""

import struct
from typing import Final

# Red, green and blue of Display P3 and of sRGB, as seen under the white of print (D50).
_P3: Final = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))
_SRGB: Final = ((0.4360, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7139))
_D50: Final = (0.9642, 1.0, 0.8249)
_GAMMA: Final = b"para\0\0\0\0\0\3\0\0" + struct.pack(
    ">5i", *(round(65536 * each) for each in (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
)


def display_p3(said: bytes = b"Display P3") -> bytes:
    """What telephones take pictures in: its red is redder than any screen without a profile shows."""
    return _profile(_P3, said)


def srgb(said: bytes = b"plain") -> bytes:
    """The colours of the web, under whatever name."""
    return _profile(_SRGB, said)


def _profile(primaries: tuple[tuple[float, ...], ...], said: bytes) -> bytes:
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(said) + 1) + said + b"\0" + bytes(78),
        b"wtpt": _xyz(_D50),
        **{name: _xyz(each) for name, each in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)},
        **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), _GAMMA),
        b"cprt": b"text\0\0\0\0none\0",
    }
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + bytes(-len(content) % 4)
    whole = struct.pack(">I", len(tags)) + table + body
    head = struct.pack(">I4sI4s4s4s", 128 + len(whole), b"none", 0x04200000, b"mntr", b"RGB ", b"XYZ ")
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", *(round(65536 * each) for each in _D50))
    return head.ljust(128, b"\0") + whole


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(65536 * each) for each in values))
