"""Which part of a file a request asks for: one range of bytes, RFC 9110 section 14. Pure."""

import re
from typing import Final

_ONE_RANGE: Final = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})", re.IGNORECASE | re.ASCII)


class NotInTheFile(ValueError):
    """The range asked for lies behind the end of the file: 416."""


def part_of(header: str, size_bytes: int) -> range | None:
    """The positions asked for, within the file; None when the whole of it is to be sent.

    That is the answer to no header, to one nobody understands, and to several ranges at once, which would only serve to
    have many copies of a file put into one answer. Raises `NotInTheFile`.
    """
    found = _ONE_RANGE.fullmatch(header.strip())
    first, last = found.groups() if found else ("", "")
    if not first and not last:
        return None
    if not first:
        part = range(max(0, size_bytes - int(last)), size_bytes)
    else:
        part = range(int(first), min(int(last), size_bytes - 1) + 1 if last else size_bytes)
        if last and int(last) < int(first):
            return None
    if not part:
        raise NotInTheFile
    return part
