"""What reading an answer takes as it grows: `python -m tests.provider.growth`, the second half of `make fuzz`.

Each kind of answer is read at one size and at twice that size, and so on. In proportion means that twice the size
takes about twice the time; a reader that looks at a letter again and again would take four times as long.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from studio.provider.spool import Spool

from .documents import document, image_part, picture, text_part, to_bytes
from .fuzzing import receive

SIZES: Final = (500_000, 1_000_000, 2_000_000)
DOUBLING_MAX: Final = 3.0
RUNS: Final = 2


def words(piece: str) -> Callable[[int], bytes]:
    """An answer whose text is one piece again and again, with a picture behind it."""
    return lambda size: to_bytes(document(text_part(piece * (size // len(piece))), image_part(picture(1))))


def raw(beginning: bytes, piece: bytes, end: bytes) -> Callable[[int], bytes]:
    return lambda size: beginning + piece * (size // len(piece)) + end


KINDS: Final[Mapping[str, Callable[[int], bytes]]] = {
    "one picture": lambda size: to_bytes(document(image_part(picture(1, size_bytes=size)))),
    "words": words("a boat at sea. "),
    "words that look like data URIs": words("data:image/png"),
    "words that look like Markdown": words("![a]("),
    "links": words("https://a.example/b.png "),
    "escapes": raw(b'{"candidates":[{"content":{"parts":[{"text":"', b"\\u72d0\\n", b'"}]}}]}'),
    "Base64 that is none": raw(b'{"candidates":[{"content":{"parts":[{"inlineData":{"data":"', b"QUJD!", b'"}}]}}]}'),
    "a data URI with escapes": raw(b'{"candidates":[{"content":{"parts":[{"text":"data:;base64,', b"\\/9j", b'"}]}}]}'),
    "a signature": lambda size: to_bytes(document(image_part(picture(1), thoughtSignature="U0lH" * (size // 4)))),
    "a chat": raw(b'{"choices":[{"message":{"content":"', b"data:;base64,A![](", b'"}}]}'),
    "small values": raw(b'{"candidates":[', b"{},", b"{}]}"),
    "many parts": raw(b'{"candidates":[{"content":{"parts":[', b'{"text":"a"},', b"{}]}}]}"),
    "depth": raw(b"", b"[", b""),
    "keys without end": raw(b'{"', b"candidates", b'":1}'),
    "a page": raw(b"", b"<p>Please wait", b""),
}


def seconds(spool: Spool, body: bytes) -> float:
    """Of the processor, the best of a few runs: what the machine does besides is not counted, and only ever adds."""
    best = float("inf")
    for _ in range(RUNS):
        began = time.process_time()
        receive(spool, body)
        best = min(best, time.process_time() - began)
    return best


def main() -> int:
    slow = []
    print(f"{'ms at':31}{''.join(f'{size // 10**3} kB'.rjust(8) for size in SIZES)}   twice the size takes")
    with tempfile.TemporaryDirectory(prefix="nb-growth-") as folder:
        spool = Spool(Path(folder), reserve_bytes=0)
        for name, make in KINDS.items():
            times = [seconds(spool, make(size)) for size in SIZES]
            growth = (times[-1] / times[0]) ** (1 / (len(SIZES) - 1))
            print(f"{name:31}{''.join(f'{1000 * each:8.0f}' for each in times)}   {growth:.2f} x the time")
            if growth > DOUBLING_MAX:
                slow.append(name)
    print(f"not in proportion: {', '.join(slow)}" if slow else "all in proportion")
    return bool(slow)


if __name__ == "__main__":
    sys.exit(main())
