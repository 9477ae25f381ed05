"""B67 to B77: requests with files that no browser of ours would send. B78, one that never ends, is the proxy's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.storage.samples import picture

BOUNDARY: Final = "nb-boundary"
MULTIPART: Final = f"multipart/form-data; boundary={BOUNDARY}"


def part(name: str, content: bytes, *, file: bytes | None = None, kind: str = "image/png") -> bytes:
    """One part of a body, the name of its file as it stands on the wire."""
    head = f'Content-Disposition: form-data; name="{name}"'.encode()
    if file is not None:
        head += b'; filename="' + file.replace(b'"', b'\\"') + b'"\r\nContent-Type: ' + kind.encode()
    return b"--" + BOUNDARY.encode() + b"\r\n" + head + b"\r\n\r\n" + content + b"\r\n"


def body(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


@dataclass(frozen=True, slots=True)
class BadBody:
    """`make` gets the name of the door's file field. `is_parsed`: it can be read, and only what is in it is bad.

    `keeps` is how many pictures of it are let in where pictures are.
    """

    number: str
    what: str
    make: Callable[[str], bytes]
    content_type: str = MULTIPART
    length: int | None = None
    is_parsed: bool = False
    keeps: int = 0

    def __str__(self) -> str:
        return f"{self.number} {self.what}"


def _many_files(field: str) -> bytes:
    return body(*(part(field, b"x", file=b"a.png") for _ in range(101)))


def _many_fields(field: str) -> bytes:
    return body(part(field, picture(), file=b"a.png"), *(part(f"f{number}", b"x") for number in range(5_000)))


def _long_text(field: str) -> bytes:
    return body(part(field, picture(), file=b"a.png"), part("prompt", b"a" * 3_000_000))


def _nested(field: str) -> bytes:
    inner = b"--inner\r\nContent-Disposition: attachment; filename=a.png\r\n\r\nx\r\n--inner--\r\n"
    return body(part(field, inner, kind="multipart/mixed; boundary=inner", file=b"a.png"))


def _without_a_name(field: str) -> bytes:
    nameless = part("x", picture(), file=b"a.png").replace(b' name="x";', b"")
    return body(nameless)


def _whole(field: str) -> bytes:
    return body(part(field, picture(), file=b"a.png"))


def _two_of_one_name(field: str) -> bytes:
    return body(*(part(field, picture(size=(30, height)), file=b"a.png") for height in (20, 22)))


BODIES: Final[Sequence[BadBody]] = (
    BadBody("B68", "101 files", _many_files),
    BadBody("B69", "5000 fields", _many_fields),
    BadBody("B70", "a text of 3 MB", _long_text),
    BadBody("B71", "longer than it says", _whole, length=90, is_parsed=True),
    BadBody("B72", "no boundary", _whole, content_type="multipart/form-data"),
    BadBody("B72", "a boundary of control characters", _whole, content_type="multipart/form-data; boundary=\x01"),
    BadBody("B73", "two boundaries", _whole, content_type=f"{MULTIPART}; boundary=other", is_parsed=True),
    BadBody("B74", "a part without a name", _without_a_name, is_parsed=True),
    BadBody("B75", "one multipart in another", _nested, is_parsed=True),
    BadBody("B76", "no length", _whole, length=0, is_parsed=True),
    BadBody("B77", "two files of one name", _two_of_one_name, is_parsed=True, keeps=2),
)
