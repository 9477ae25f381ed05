"""The walk through an answer's parts: pictures, links and words, in the order in which they stand there."""

import hashlib
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pybase64

from .document import as_list, as_object, as_word, get
from .evidence import clean
from .selection import Found, ImageRole
from .sniff import SNIFF_BYTES, image_type
from .spool import SpooledAnswer

TEXT_CHARACTERS_MAX: Final = 50_000
LINKS_MAX: Final = 64
"""Beyond this many pictures a further link is only counted."""
SIGNATURE_BYTES_MAX: Final = 2_000_000
"""The longest that was ever seen took most of a megabyte. Without its signature a part still is what it is."""
_SHORT_BYTES: Final = 2_000
_HASH_PIECE_BYTES: Final = 256 * 1024
_HEAD_CHARACTERS_MAX: Final = 400
# Nothing here may look at a character twice: a model can write "data:data:data:…" for as long as it likes.
_LINKS: Final = re.compile(r"\s*+(?:https?://\S++\s*+)++")
_LINK: Final = re.compile(r"\S++")
_HEAD: Final = re.compile(r"data:(?P<type>[^;,\s]*+)(?:;[^;,\s]*+)*?;base64,\Z")
_MARKDOWN: Final = re.compile(r"!\[[^\]]*+\]\(\s*+\Z")
_MARKDOWN_END: Final = re.compile(r"\s*\)")


@dataclass(frozen=True, slots=True)
class AnswerImage:
    """One picture of an answer: in a file of the spool, or at an address to download it from.

    `mime_type` is by the bytes, and None until they are here; `claimed_mime_type` is what the answer said.
    `position` counts all pictures of the answer from 0, in its order; duplicates leave gaps.
    """

    role: ImageRole
    path: Path | None
    url: str | None
    mime_type: str | None
    claimed_mime_type: str
    sha256: str
    size_bytes: int
    position: int


@dataclass(frozen=True, slots=True)
class TurnPart:
    """One part of what the model said, as it has to go back in the next turn: words, or the picture at `position`.

    `signature` is the thought signature of the part, unchanged. Thoughts have none and do not go back.
    """

    text: str = ""
    position: int | None = None
    signature: str = ""

    def to_json(self) -> dict[str, object]:
        """Plain values, for a JSON column."""
        content = {"text": self.text} if self.position is None else {"position": self.position}
        return {**content, "signature": self.signature}


@dataclass(frozen=True, slots=True)
class _Mark:
    """Where a string left a text: the whole place, with the head of a data URI and the Markdown around it."""

    start: int
    end: int
    number: int
    has_head: bool
    claimed_type: str


class Walk:
    """`found` are the pictures, duplicates and all. `unreadable` counts parts that should be pictures and are not."""

    def __init__(self, spooled: SpooledAnswer) -> None:
        self._spooled = spooled
        self._mark = re.compile(rf"{re.escape(spooled.head.token)}-(\d+)")
        self._words: list[str] = []
        self._room = TEXT_CHARACTERS_MAX
        self._spoke = False
        self._signature = ""
        self.found: list[Found[AnswerImage]] = []
        self.turn: list[TurnPart] = []
        self.links_left_out = 0
        self.unreadable = 0

    def take(self, candidates: list[dict[str, object]]) -> None:
        for candidate in candidates:
            for part in as_list(as_object(candidate.get("content")).get("parts")):
                self._part(as_object(part))

    def speech(self) -> str:
        """What the model said to the person, its thoughts left out."""
        return "\n\n".join(self._words)

    def _part(self, part: dict[str, object]) -> None:
        is_thought = part.get("thought") is True
        self._signature = self._signature_of(part)
        # By the rules a part holds one of the two. Whoever breaks them loses neither.
        if isinstance(text := part.get("text"), str):
            self._text(text, is_thought)
        if isinstance(inline := get(part, "inlineData"), dict):
            data = inline.get("data")
            marked = self._mark.fullmatch(data) if isinstance(data, str) else None
            if marked is None or not self._picture(int(marked[1]), as_word(get(inline, "mimeType")), is_thought):
                self.unreadable += 1

    def _signature_of(self, part: dict[str, object]) -> str:
        signature = get(part, "thoughtSignature")
        if not isinstance(signature, str):
            return ""
        if left := self._mark.fullmatch(signature):
            path = self._spooled.raw_part(int(left[1]))
            if path is None or path.stat().st_size > SIGNATURE_BYTES_MAX:
                return ""
        return clean(self._spooled.text(signature))

    def _text(self, text: str, is_thought: bool) -> None:
        if _LINKS.fullmatch(text) and not self._mark.search(text):
            for link in _LINK.finditer(text):
                self._link(link[0], is_thought)
            return
        at = 0
        words = ""
        for mark in self._marks(text):
            words += text[at : mark.start]
            at = mark.end
            if self._is_picture(mark.number):
                self._say(words, is_thought)
                self._picture(mark.number, mark.claimed_type, is_thought)
                words = ""
            elif mark.has_head:
                self.unreadable += 1
            else:
                words += self._put_back(mark.number)
        self._say(words + text[at:], is_thought)

    def _marks(self, text: str) -> list[_Mark]:
        marks: list[_Mark] = []
        for found in self._mark.finditer(text):
            after = marks[-1].end if marks else 0
            before = text[max(after, found.start() - _HEAD_CHARACTERS_MAX) : found.start()]
            head = _HEAD.search(before, max(before.rfind("data:"), 0))
            before = before[: head.start()] if head else before
            start, end = found.start() - len(head[0] if head else ""), found.end()
            markdown = _MARKDOWN.search(before, max(before.rfind("!["), 0))
            if markdown and (closing := _MARKDOWN_END.match(text, end)):
                start, end = start - len(markdown[0]), closing.end()
            marks.append(_Mark(start, end, int(found[1]), head is not None, head["type"] if head else ""))
        return marks

    def _put_back(self, number: int) -> str:
        """What stood in the text before it was taken for a picture, if anybody would read it."""
        path = self._spooled.part(number)
        if path and path.stat().st_size <= _SHORT_BYTES:
            return pybase64.b64encode_as_string(path.read_bytes())
        raw = self._spooled.raw_part(number)
        return raw.read_text("utf-8", "replace") if raw and raw.stat().st_size <= _SHORT_BYTES else ""

    def _is_picture(self, number: int) -> bool:
        path = self._spooled.part(number)
        return path is not None and _type_of(path) is not None

    def _picture(self, number: int, claimed: str, is_thought: bool) -> bool:
        path = self._spooled.part(number)
        mime_type = _type_of(path) if path else None
        if path is None or mime_type is None:
            return False
        digest, size_bytes = _sha256(path)
        self._add(
            AnswerImage(ImageRole.DRAFT, path, None, mime_type, claimed, digest, size_bytes, 0), digest, is_thought
        )
        return True

    def _link(self, url: str, is_thought: bool) -> None:
        if len(self.found) >= LINKS_MAX:
            self.links_left_out += 1
        else:
            self._add(AnswerImage(ImageRole.DRAFT, None, url, None, "", "", 0, 0), url, is_thought)

    def _add(self, image: AnswerImage, content: str, is_thought: bool) -> None:
        image = replace(image, position=len(self.found))
        self.found.append(Found(image, content, is_thought, text_before=self._spoke))
        if not is_thought:
            self._spoke = False
            self.turn.append(TurnPart(position=image.position, signature=self._signature))

    def _say(self, words: str, is_thought: bool) -> None:
        if is_thought or not is_visible(words := words.strip()):
            return
        self._spoke = True
        if self._room > 0:
            self._words.append(words[: self._room])
            self.turn.append(TurnPart(clean(words[: self._room]), signature=self._signature))
            self._room -= len(words)


def is_visible(text: str) -> bool:
    """Whether a person would see anything: not with spaces alone, nor with characters of no width."""
    return any(character.isprintable() and not character.isspace() for character in text)


def _type_of(path: Path) -> str | None:
    with path.open("rb") as file:
        return image_type(file.read(SNIFF_BYTES))


def _sha256(path: Path) -> tuple[str, int]:
    digest = hashlib.sha256()
    size_bytes = 0
    with path.open("rb") as file:
        while piece := file.read(_HASH_PIECE_BYTES):
            digest.update(piece)
            size_bytes += len(piece)
    return digest.hexdigest(), size_bytes
