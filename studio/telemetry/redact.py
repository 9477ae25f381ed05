"""Takes out of a text what no log may hold: keys, passwords, tokens, secrets in addresses, pictures in Base64.

It looks at the finished line, traceback and all, so nobody who writes one has to think of it. Secrets the process was
started with are known by their value, all others by how they look.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

GONE: Final = "[removed]"
SHORTEST_SECRET: Final = 8
"""Shorter values are not looked for: they would be found in ordinary words."""

# No quantifier stands inside another: a line made to be slow costs what any line of its length does.
_LOOKS: Final[tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]] = (
    # The gateway's and OpenAI's keys, and the account's token.
    (re.compile(r"\b(sk|sys)-[A-Za-z0-9_-]{6,}"), rf"\1-{GONE}"),
    # The studio's own access tokens.
    (re.compile(r"\bnbs_[A-Za-z0-9]{6,}"), f"nbs_{GONE}"),
    # What follows the name of a header or a field that is a secret by its nature.
    (
        re.compile(
            r"(?i)\b((?:proxy-)?authorization|x-goog-api-key|x-api-key|api[_-]?key|access[_-]?token|password\d?|passwd"
            r"|secret(?:[_-]?key)?|csrfmiddlewaretoken|csrftoken|sessionid|cookie|set-cookie)"
            r"(['\"]?\s{0,3}[:=]\s{0,3}['\"]?)(?:(?:bearer|basic|token)\s{1,3})?[^\s'\",;&]+"
        ),
        rf"\1\2{GONE}",
    ),
    (re.compile(r"(?i)\b(bearer|basic)\s{1,3}[A-Za-z0-9._~+/=-]{8,}"), rf"\1 {GONE}"),
    # Name and password in an address, and its query: that is where links to pictures carry their signature.
    (re.compile(r"(?i)\b([a-z][a-z0-9+.-]{1,15}://)[^\s/@'\"]{1,200}@"), rf"\1{GONE}@"),
    (re.compile(r"(?i)(\bhttps?://[^\s?'\"<>]{1,2000})\?[^\s'\"<>]+"), rf"\1?{GONE}"),
    # A picture, or a piece of one. Words never come to that length, and hashes have 64 characters.
    (re.compile(r"[A-Za-z0-9+/_-]{120,}={0,2}"), lambda found: f"[{len(found[0])} characters of Base64]"),
)


class Redaction:
    """`secrets` are values to take out wherever they stand. Safe for any text, however long or strange."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = sorted({secret for secret in secrets if len(secret) >= SHORTEST_SECRET}, key=len, reverse=True)
        self._known = re.compile("|".join(map(re.escape, known))) if known else None

    def __call__(self, text: str) -> str:
        if self._known:
            text = self._known.sub(GONE, text)
        for look, instead in _LOOKS:
            text = look.sub(instead, text)
        return text
