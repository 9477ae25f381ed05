"""Reads a spooled answer: which pictures are results, what the model said, what the call used.

Nothing an answer may hold raises here. It may be an error, a web page, or JSON of any shape; `candidates` and
`parts` may be null, keys may be snake_case, and reasons may be ones nobody has heard of.
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import pybase64

from .errors import error_words
from .evidence import clean
from .selection import Found, ImageRole, select
from .sniff import SNIFF_BYTES, image_type
from .spool import SpooledAnswer

__all__ = ["AnswerImage", "ImageRole", "Reading", "Usage", "read_answer"]

TEXT_CHARACTERS_MAX: Final = 50_000
_WORD_CHARACTERS_MAX: Final = 64
_SHORT_BYTES: Final = 2_000
_HASH_PIECE_BYTES: Final = 256 * 1024
_URL: Final = re.compile(r"https?://\S+")


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
class Usage:
    """Tokens as the answer counts them; 0 where it does not say."""

    prompt_tokens: int = 0
    candidates_tokens: int = 0
    thoughts_tokens: int = 0
    total_tokens: int = 0

    @property
    def output_tokens(self) -> int:
        """What is billed as output. On a blocked answer the candidates repeat the thoughts: only the total is right."""
        return max(self.total_tokens - self.prompt_tokens, 0) or self.candidates_tokens + self.thoughts_tokens

    def to_json(self) -> dict[str, int]:
        """Plain values, for a JSON column."""
        return {**asdict(self), "output_tokens": self.output_tokens}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an answer says. `readable` is False when it is no JSON object; then all else is empty.

    `unreadable_images` counts parts that should be pictures and are not. `only_thoughts` says that the primary
    picture was marked as a thought. `is_envelope` tells a model's answer from any other JSON.
    """

    images: tuple[AnswerImage, ...] = ()
    model_text: str = ""
    finish_reason: str = ""
    block_reason: str = ""
    finish_message: str = ""
    usage: Usage = Usage()
    response_id: str = ""
    model_version: str = ""
    error_code: str = ""
    error_type: str = ""
    error_message: str = ""
    readable: bool = False
    candidate_count: int = 0
    unreadable_images: int = 0
    only_thoughts: bool = False
    is_envelope: bool = False
    web_searches: int = 0
    search_suggestions: str = ""


def read_answer(spooled: SpooledAnswer) -> Reading:
    """Read it as often as you like: nothing is changed. Raises OSError only, when the spool itself fails."""
    document = _load(spooled.document_path)
    error = error_words(document)
    if isinstance(document, list):
        document = next((each for each in document if isinstance(each, dict)), None)
    if not isinstance(document, dict):
        return Reading()
    candidates = [_object(each) for each in _list(document.get("candidates"))]
    first = candidates[0] if candidates else {}
    grounding = _object(_get(first, "groundingMetadata"))
    walk = _Walk(spooled)
    walk.take(candidates)
    images = select(walk.found)
    return Reading(
        images=tuple(replace(each.picture, role=each.role) for each in images),
        model_text=_clean(walk.speech(), TEXT_CHARACTERS_MAX),
        finish_reason=_word(_get(first, "finishReason")),
        block_reason=_word(_get(_object(_get(document, "promptFeedback")), "blockReason")),
        finish_message=_clean(_get(first, "finishMessage"), TEXT_CHARACTERS_MAX),
        usage=_usage(_object(_get(document, "usageMetadata"))),
        response_id=_clean(_get(document, "responseId"), 200),
        model_version=_clean(_get(document, "modelVersion"), 200),
        error_code=_word(error.code),
        error_type=_word(error.type),
        error_message=_clean(error.message, 2_000),
        readable=True,
        candidate_count=len(candidates),
        unreadable_images=walk.unreadable,
        only_thoughts=bool(images) and all(each.is_thought for each in images),
        is_envelope=any(_has(document, key) for key in ("candidates", "promptFeedback", "usageMetadata")),
        web_searches=len(_list(_get(grounding, "webSearchQueries"))),
        search_suggestions=_clean(_get(_object(_get(grounding, "searchEntryPoint")), "renderedContent"), 50_000),
    )


class _Walk:
    """Goes through the parts in their order and collects pictures and words."""

    def __init__(self, spooled: SpooledAnswer) -> None:
        self._spooled = spooled
        # What stands in the document where a string left it; in a text, behind the head of its data URI, and that
        # perhaps in Markdown.
        self._mark = re.compile(
            r"(?P<markdown>!\[[^\]]*\]\(\s*)?(?P<head>data:(?P<type>[\w.+/-]*)[^,\s]*;base64,)?"
            rf"{re.escape(spooled.head.token)}-(?P<number>\d+)(?(markdown)\s*\))"
        )
        self._words: list[str] = []
        self._spoke = False
        self._position = 0
        self.found: list[Found[AnswerImage]] = []
        self.unreadable = 0

    def take(self, candidates: list[dict[str, object]]) -> None:
        for candidate in candidates:
            for part in _list(_object(candidate.get("content")).get("parts")):
                self._part(_object(part))

    def speech(self) -> str:
        """What the model said to the person, its thoughts left out."""
        return "\n\n".join(self._words)

    def _part(self, part: dict[str, object]) -> None:
        is_thought = part.get("thought") is True
        # By the rules a part holds one of the two. Whoever breaks them loses neither.
        if isinstance(text := part.get("text"), str):
            self._text(text, is_thought)
        if isinstance(inline := _get(part, "inlineData"), dict):
            data = inline.get("data")
            marked = self._mark.fullmatch(data) if isinstance(data, str) else None
            if marked is None or not self._picture(int(marked["number"]), _word(_get(inline, "mimeType")), is_thought):
                self.unreadable += 1

    def _text(self, text: str, is_thought: bool) -> None:
        urls = text.split()
        if urls and all(_URL.fullmatch(url) for url in urls):
            for url in urls:
                self._add(AnswerImage(ImageRole.DRAFT, None, url, None, "", "", 0, 0), url, is_thought)
            return
        text = self._mark.sub(self._put_back, text)
        at = 0
        for marked in self._mark.finditer(text):
            self._say(text[at : marked.start()], is_thought)
            self._picture(int(marked["number"]), marked["type"] or "", is_thought)
            at = marked.end()
        self._say(text[at:], is_thought)

    def _put_back(self, marked: re.Match[str]) -> str:
        """The mark itself where a picture left the text; otherwise what stood there, if anybody would read it."""
        number = int(marked["number"])
        path = self._spooled.part(number)
        if path and _type_of(path):
            return marked[0]
        if marked["head"]:
            self.unreadable += 1
            return ""
        if path and path.stat().st_size <= _SHORT_BYTES:
            return pybase64.b64encode_as_string(path.read_bytes())
        raw = self._spooled.raw_part(number)
        return raw.read_text("utf-8", "replace") if raw and raw.stat().st_size <= _SHORT_BYTES else ""

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

    def _add(self, image: AnswerImage, content: str, is_thought: bool) -> None:
        image = replace(image, position=self._position)
        self._position += 1
        self.found.append(Found(image, content, is_thought, text_before=self._spoke))
        if not is_thought:
            self._spoke = False

    def _say(self, words: str, is_thought: bool) -> None:
        if (words := words.strip()) and not is_thought:
            self._words.append(words)
            self._spoke = True


def _load(path: Path) -> object:
    # The standard parser, not the strict one: half a surrogate pair or a NaN somewhere must not cost a paid picture.
    try:
        return json.loads(path.read_bytes().decode("utf-8-sig", "replace"), strict=False)
    except (ValueError, RecursionError):
        return None


def _usage(counts: dict[str, object]) -> Usage:
    return Usage(
        prompt_tokens=_count(_get(counts, "promptTokenCount")),
        candidates_tokens=_count(_get(counts, "candidatesTokenCount")),
        thoughts_tokens=_count(_get(counts, "thoughtsTokenCount")),
        total_tokens=_count(_get(counts, "totalTokenCount")),
    )


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


def _get(document: dict[str, object], key: str) -> object:
    """The value under the key, or under the same key in snake_case."""
    return document.get(key, document.get(_snake(key)))


def _has(document: dict[str, object], key: str) -> bool:
    return key in document or _snake(key) in document


def _snake(key: str) -> str:
    return re.sub(r"[A-Z]", lambda letter: f"_{letter[0].lower()}", key)


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 40 else 0


def _word(value: object) -> str:
    return _clean(value, _WORD_CHARACTERS_MAX)


def _clean(value: object, characters_max: int) -> str:
    return clean(value)[:characters_max] if isinstance(value, str) else ""
