"""What a web search leaves beside a picture: Google's suggestions, which have to be shown, and the pages it read.

Google sends its suggestions as a piece of HTML with styles of its own. That is never rendered: the words and the
address of each chip are read out of it, and the page draws chips of its own. Source: Google's pages on grounding, "you
must display the Search suggestions" and "users are taken directly to the search results page", read 2026-11-29.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from html.parser import HTMLParser
from itertools import pairwise
from typing import Final, Self
from urllib.parse import urlencode, urlsplit

from .document import as_list, as_object, as_text, get

SUGGESTIONS_MAX: Final = 8
SOURCES_MAX: Final = 20
WORDS_CHARACTERS_MAX: Final = 120
ADDRESS_CHARACTERS_MAX: Final = 2_000
HTML_CHARACTERS_MAX: Final = 50_000
_CHIP_CHARACTERS_MAX: Final = ADDRESS_CHARACTERS_MAX + 500
"""Python's parser takes the square of the time for some broken tags, so it is given one link at a time."""
_LINK: Final = re.compile(r"<a\s", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:[a-z0-9-]{1,63}\.)+[a-z]{2,63}")
_GOOGLE: Final = "google.com"
_SEARCH: Final = f"https://www.{_GOOGLE}/search?"


@dataclass(frozen=True, slots=True)
class Found:
    """Words and an address that both may stand on a page. `url` is empty where there was none that may."""

    words: str
    url: str = ""

    @property
    def host(self) -> str:
        """Where the address leads, for those who look before they click."""
        return urlsplit(self.url).hostname or ""

    @property
    def is_named_by_host(self) -> bool:
        """As most sources are: `wikipedia.org`."""
        return bool(self.host) and self.host.endswith(self.words.lower())


@dataclass(frozen=True, slots=True)
class Searched:
    """Suggestions lead to Google alone; sources lead wherever the model has read."""

    suggestions: tuple[Found, ...] = ()
    sources: tuple[Found, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.suggestions or self.sources)

    def to_json(self) -> dict[str, object]:
        """Empty where nothing was searched, as a JSON column begins."""
        return asdict(self) if self else {}

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> Self:
        """Looked at as when it came in: a page is built from it."""
        suggestions = (_chip(each.get("words"), each.get("url")) for each in _objects(kept.get("suggestions")))
        sources = (_source(each.get("words"), each.get("url")) for each in _objects(kept.get("sources")))
        return cls(_few(suggestions, SUGGESTIONS_MAX), _few(sources, SOURCES_MAX))


def searched_of(grounding: dict[str, object]) -> Searched:
    """From `groundingMetadata`, of any shape. Without a chip that can be used, the queries themselves are suggested."""
    html = as_text(get(as_object(get(grounding, "searchEntryPoint")), "renderedContent"), HTML_CHARACTERS_MAX)
    queries = (_query(each) for each in as_list(get(grounding, "webSearchQueries")))
    webs = (as_object(get(each, "web")) for each in _objects(get(grounding, "groundingChunks")))
    return Searched(
        _few(chips_of(html), SUGGESTIONS_MAX) or _few(queries, SUGGESTIONS_MAX),
        _few((_source(get(web, "title"), get(web, "uri")) for web in webs), SOURCES_MAX),
    )


def chips_of(html: str) -> Iterator[Found]:
    """The links to Google in a piece of HTML of any kind, in their order."""
    starts = [found.start() for found in _LINK.finditer(html[:HTML_CHARACTERS_MAX])][: 2 * SUGGESTIONS_MAX]
    for start, after in pairwise([*starts, len(html)]):
        reader = _ChipReader()
        reader.feed(html[start : min(after, start + _CHIP_CHARACTERS_MAX)])
        reader.close()
        if chip := _chip(reader.words, reader.url):
            yield chip


class _ChipReader(HTMLParser):
    """The first link of what it is given, and what stands in it."""

    def __init__(self) -> None:
        super().__init__()
        self.url, self.words = "", ""
        self._is_inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and not self.url:
            self.url = dict(attrs).get("href") or ""
            self._is_inside = True

    def handle_data(self, data: str) -> None:
        if self._is_inside and self.cdata_elem is None:
            self.words += data

    def handle_endtag(self, tag: str) -> None:
        self._is_inside = self._is_inside and tag != "a"


def _chip(words: object, url: object) -> Found | None:
    said, address = _plain(words), _address(url)
    host = Found("", address).host
    is_google = host == _GOOGLE or host.endswith(f".{_GOOGLE}")
    return Found(said, address) if said and is_google else None


def _query(words: object) -> Found | None:
    said = _plain(words)
    return Found(said, _SEARCH + urlencode({"q": said})) if said else None


def _source(title: object, url: object) -> Found | None:
    """With its host for a title where it has none."""
    address = _address(url)
    said = _plain(title) or Found("", address).host
    return Found(said, address) if said else None


def _address(url: object) -> str:
    """The address where it is a plain https one; else empty. No port, no sign-in, nothing that a browser mends."""
    if not isinstance(url, str) or len(url) > ADDRESS_CHARACTERS_MAX:
        return ""
    if not url.isascii() or not url.isprintable() or set(url) & set(" \\\"'<>`"):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    host = parts.netloc.lower()
    return url if url.startswith("https://") and _HOST.fullmatch(host) else ""


def _plain(words: object) -> str:
    """One short line: no control characters, none that turn the direction of writing, no halves of pairs."""
    if not isinstance(words, str):
        return ""
    spaced = " ".join(words[: 4 * WORDS_CHARACTERS_MAX].split())
    visible = "".join(character for character in spaced if character.isprintable())
    return visible.strip()[:WORDS_CHARACTERS_MAX]


def _objects(value: object) -> Iterator[dict[str, object]]:
    return (as_object(each) for each in as_list(value))


def _few(found: Iterable[Found | None], most: int) -> tuple[Found, ...]:
    """The first of them, each once."""
    return tuple(list(dict.fromkeys(each for each in found if each))[:most])
