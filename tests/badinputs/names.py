"""B47 to B66: names of files, as they stand on the wire, and the label that becomes of each."""

from dataclasses import dataclass
from typing import Final

from tests.storage.samples import picture


@dataclass(frozen=True, slots=True)
class BadName:
    """`label` is what people see; empty where the parser takes the part for no file at all."""

    number: str
    name: str
    label: str
    data: bytes = picture()

    def __str__(self) -> str:
        return f"{self.number} {self.name[:30]!r}"


NAMES: Final = (
    BadName("B47", "holiday.jpg", "holiday.jpg"),  # with PNG bytes
    BadName("B48", "boat.png.html", "boat.png.html"),
    BadName("B49", "boat", "boat"),
    BadName("B50", "BOAT.PNG", "BOAT.PNG"),
    BadName("B51", "boat.png.", "boat.png."),
    BadName("B51", "boat.png ", "boat.png"),
    BadName("B52", "../../etc/passwd", "passwd"),
    BadName("B53", r"..\..\win.ini", "win.ini"),
    BadName("B54", "%2e%2e%2fboat.png", "%2e%2e%2fboat.png"),
    BadName("B55", "&#46;&#46;&#47;boat.png", "boat.png"),
    BadName("B56", "bo\0at.png", "boat.png"),
    BadName("B57", "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe", "gnp.exe"),
    BadName("B57", "\N{RIGHT-TO-LEFT ISOLATE}boat\N{POP DIRECTIONAL ISOLATE}.png", "boat.png"),
    BadName("B58", "\N{BANANA}\N{ZERO WIDTH JOINER}\N{BANANA}.png", "\N{BANANA}\N{BANANA}.png"),
    BadName("B59", "a" * 300 + ".png", "a" * 120),
    BadName("B60", "", ""),
    BadName("B61", "..", ""),
    BadName("B62", ".htaccess", ".htaccess"),
    BadName("B63", "con.png", "con.png"),
    BadName("B64", "a\rSet-Cookie: b.png", "aSet-Cookie: b.png"),
    BadName("B65", 'a";b.png', 'a";b.png'),
    BadName("B66", "<script>alert(1)</script>.png", "script>.png"),
    BadName("B66", "<script>.png", "<script>.png"),
)
