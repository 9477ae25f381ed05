"""One address taken apart, and found fit to be fetched or refused. One parser, so that nobody can play two off."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

URL_CHARACTERS_MAX: Final = 4_096
_NAME: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.[a-z][a-z0-9-]{0,62}")
_LOOPBACK_ENTRY: Final = re.compile(r"http://127\.0\.0\.1:[0-9]{1,5}")


class FetchRefused(Exception):
    """The address may not be fetched: nothing was sent. `reason` is a word for machines."""

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be fetched, if the name's addresses may be reached as well.

    `is_gateway_on_loopback` marks the one exception: a gateway on this machine, named in full by whoever runs it.
    """

    origin: str
    host: str
    port: int
    path: str
    is_gateway_on_loopback: bool = False

    @property
    def url(self) -> str:
        """The whole of it, as it is asked for."""
        return f"{self.origin}{self.path}"


def target_of(url: str, hosts: Sequence[str]) -> Target:
    """The target, if `hosts` names it: by a suffix of its name, or as `http://127.0.0.1:PORT`. Raises `FetchRefused`.

    The message names the host and never the path or the query, which may hold a signature.
    """
    target = public_target_of(url, loopback=hosts)
    suffixes = [entry.lower().lstrip("*").lstrip(".") for entry in hosts if "://" not in entry]
    is_listed = any(suffix and (target.host == suffix or target.host.endswith(f".{suffix}")) for suffix in suffixes)
    if not (is_listed or target.is_gateway_on_loopback):
        raise FetchRefused("host_not_allowed", f"not on the list of hosts: {target.host}")
    return target


def public_target_of(url: str, *, loopback: Sequence[str] = ()) -> Target:
    """The target, at any host that has a name: for addresses that people type. Raises `FetchRefused`, as above.

    A name only: what an IP address is written as differs from parser to parser (`127.1`, `0x7f.1`), and whoever has a
    certificate has a name. `loopback` may hold `http://127.0.0.1:PORT`, a gateway on this machine.
    """
    # Spaces, control characters and backslashes are read differently by different parsers.
    if len(url) > URL_CHARACTERS_MAX or not all("!" <= character <= "~" for character in url) or "\\" in url:
        raise FetchRefused("bad_url", "this is no plain web address")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchRefused("bad_url", "this is no web address") from error
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.hostname or ""
    if "@" in parts.netloc:
        raise FetchRefused("userinfo", f"an address with a user in it: {host}")
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin in loopback and _LOOPBACK_ENTRY.fullmatch(origin):
        return Target(origin, host, port or 80, path, is_gateway_on_loopback=True)
    _check(parts, port, host)
    return Target(f"https://{host}", host, 443, path)


def plain_url(text: str) -> str:
    """What a person typed or pasted, as it goes over the wire: a name of another alphabet as punycode, other
    characters of the path and the query by their percent signs.

    What cannot be written so comes back as it is, for `public_target_of` to refuse.
    """
    text = text.strip()
    if text.isascii() or "\\" in text or not all(each.isprintable() and not each.isspace() for each in text):
        return text
    try:
        parts = urlsplit(text)
        netloc = parts.netloc.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return text
    kept = "!$&'()*+,;=:@/%-._~?"
    path, query = quote(parts.path, kept), quote(parts.query, kept)
    return parts._replace(netloc=netloc, path=path, query=query, fragment="").geturl()


def _check(parts: SplitResult, port: int | None, host: str) -> None:
    if parts.scheme != "https":
        raise FetchRefused("not_https", f"only https is fetched, not {parts.scheme or 'nothing'}")
    if port not in (None, 443):
        raise FetchRefused("port", f"only port 443 is fetched: {host}:{port}")
    if not _NAME.fullmatch(host):
        raise FetchRefused("no_name", f"no name of a host: {host[:100]!r}")
