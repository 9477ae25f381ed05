"""B101 to B135: web addresses that lead where nobody may go, and what a name may lead to, for every door that fetches.

An address is wrong as it stands (`TYPED`), by what its name resolves to (`RESOLVED`), or by where its server sends one
(`MOVED`). In each case no socket is opened to it. A URL that is right stands on `HOST`, which is on the list of hosts.
"""

from dataclasses import dataclass
from typing import Final

HOST: Final = "pictures.example"
SECRET: Final = "s3cret"
"""Stands in what must never be told: user names, passwords, queries."""


@dataclass(frozen=True, slots=True)
class BadAddress:
    """`reason` is the door's word for machines."""

    number: str
    url: str
    reason: str

    def __str__(self) -> str:
        return f"{self.number} {self.url[:60]!r}"


TYPED: Final = (
    BadAddress("B101", f"http://{HOST}/a.png", "not_https"),
    BadAddress("B101", f"http://{HOST}:443/a.png", "not_https"),
    BadAddress("B102", "file:/etc/passwd", "not_https"),
    BadAddress("B102", "file:" + "///etc/passwd", "not_https"),
    BadAddress("B102", f"file://{HOST}/etc/passwd", "not_https"),
    BadAddress("B102", f"gopher://{HOST}:70/_GET", "not_https"),
    BadAddress("B102", f"ftp://{HOST}/a.png", "not_https"),
    BadAddress("B102", "data:image/png;base64,QUJD", "not_https"),
    BadAddress("B102", "javascript:alert(1)", "not_https"),
    BadAddress("B102", f"blob:https://{HOST}/0", "not_https"),
    BadAddress("B103", f"//{HOST}/a.png", "not_https"),
    BadAddress("B104", "http:127.0.0.1", "not_https"),
    BadAddress("B104", "https:127.0.0.1", "no_name"),
    BadAddress("B104", "https:/127.0.0.1/", "no_name"),
    BadAddress("B105", "https://127.0.0.1/", "no_name"),
    BadAddress("B105", "https://127.0.0.1./", "no_name"),
    BadAddress("B106", "https://127.1/", "no_name"),
    BadAddress("B107", "https://2130706433/", "no_name"),
    BadAddress("B108", "https://0x7f.1/", "no_name"),
    BadAddress("B108", "https://0x7f000001/", "no_name"),
    BadAddress("B109", "https://0177.0.0.1/", "no_name"),
    BadAddress("B111", "https://0/", "no_name"),
    BadAddress("B112", "https://[::1]/", "no_name"),
    BadAddress("B113", "https://[::]/", "no_name"),
    BadAddress("B114", "https://[::ffff:169.254.169.254]/", "no_name"),
    BadAddress("B114", "https://[::ffff:a9fe:a9fe]/", "no_name"),
    BadAddress("B115", "https://[64:ff9b::a9fe:a9fe]/", "no_name"),
    BadAddress("B116", "https://[::127.0.0.1]/", "no_name"),
    BadAddress("B117", "https://[fec0::1]/", "no_name"),
    BadAddress("B118", "https://[2002:7f00:1::]/", "no_name"),
    BadAddress("B119", "https://100.100.100.200/latest/meta-data/", "no_name"),
    BadAddress("B120", "https://168.63.129.16/", "no_name"),
    BadAddress("B121", "https://[fd00:ec2::254]/latest/meta-data/", "no_name"),
    BadAddress("B122", "https://224.0.0.1/", "no_name"),
    BadAddress("B122", "https://255.255.255.255/", "no_name"),
    BadAddress("B122", "https://169.254.169.254/latest/meta-data/", "no_name"),
    BadAddress("B122", "https://localhost/", "no_name"),
    BadAddress("B122", "https://studio/", "no_name"),
    BadAddress("B128", f"http://{HOST}\\@127.0.0.1/", "bad_url"),
    BadAddress("B128", f"https://{HOST}\\@127.0.0.1/", "bad_url"),
    BadAddress("B128", f"https://{HOST}\\.evil.example/", "bad_url"),
    BadAddress("B128", f"https://{HOST}/a\tb", "bad_url"),
    BadAddress("B128", f"https://{HOST}/\r\nHost: evil.example", "bad_url"),
    BadAddress("B128", f"https://{HOST}/\x7f", "bad_url"),
    BadAddress("B128", f"https://{HOST}/a b", "bad_url"),
    BadAddress("B128", "https:///a.png", "no_name"),
    BadAddress("B128", "https://", "no_name"),
    BadAddress("B128", f"https://{HOST}:8443/", "port"),
    BadAddress("B128", f"https://{HOST}:22/", "port"),
    BadAddress("B128", f"https://{HOST}:99999/", "bad_url"),
    BadAddress("B128", "https://[::1/", "bad_url"),
    BadAddress("B129", f"https://{SECRET}:{SECRET}@{HOST}/a.png", "userinfo"),
    BadAddress("B129", f"https://{HOST}@127.0.0.1/", "userinfo"),
    BadAddress("B129", f"https://@{HOST}/", "userinfo"),
    BadAddress("B132", f"https://{HOST}/{'x' * 8_000}?{SECRET}", "bad_url"),
)
"""Wrong as it stands: nobody is even asked what the name means. (B110 and B133 are about letters; see `LETTERS`.)"""

LETTERS: Final = (
    ("B110", "https://\N{CIRCLED DIGIT ONE}\N{CIRCLED DIGIT TWO}7.0.0.1/", "https://127.0.0.1/"),
    ("B110", "https://127\N{IDEOGRAPHIC FULL STOP}0\N{FULLWIDTH FULL STOP}0.1/", "https://127.0.0.1/"),
    ("B133", "https://p\N{CYRILLIC SMALL LETTER A}ypal.example/a.png", "https://xn--pypal-4ve.example/a.png"),
    ("B133", "https://b\N{LATIN SMALL LETTER U WITH DIAERESIS}cher.example/", "https://xn--bcher-kva.example/"),
)
"""What is typed in other letters, and the plain address that it is: judged, and shown, as that."""

RESOLVED: Final = {
    "B105": "127.0.0.1",
    "B111": "0.0.0.0",
    "B112": "::1",
    "B113": "::",
    "B114": "::ffff:169.254.169.254",
    "B115": "64:ff9b::a9fe:a9fe",
    "B116": "::127.0.0.1",
    "B117": "fec0::1",
    "B118": "2002:7f00:1::",
    "B119": "100.100.100.200",
    "B120": "168.63.129.16",
    "B121": "fd00:ec2::254",
    "B122 multicast": "224.0.0.1",
    "B122 multicast, version 6": "ff02::1",
    "B122 reserved": "240.0.0.1",
    "B122 broadcast": "255.255.255.255",
    "B122 metadata": "169.254.169.254",
    "B122 private": "10.0.0.1",
    "B122 link-local": "fe80::1%eth0",
}
"""What a harmless name may lead to: with it alone, or beside an open address (B123), nothing is sent."""

_STAYS: Final = ("https:127", "https:/127", "https:///")
"""From a page on https these lead to the same host, and its own path."""
MOVED: Final = (
    *(
        bad.url
        for bad in TYPED
        if bad.url.isprintable() and "\\" not in bad.url and len(bad.url) < 1_000
        if not bad.url.startswith(_STAYS) and bad.url != "https://"
    ),
    "https://inside.example/",  # a name that leads inside
    "",
)
"""B125, B127: where a server may send somebody, in a `Location` header."""
