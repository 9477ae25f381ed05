"""Reads a spooled answer: which pictures are results, what the model said, what the call used.

Nothing an answer may hold raises here. It may be an error, a web page, or JSON of any shape; `candidates` and
`parts` may be null, keys may be snake_case, and reasons may be ones nobody has heard of.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from .chat import as_candidates, is_chat
from .document import as_list, as_object, as_text, as_word, get, has, load
from .errors import error_words
from .searched import Searched, searched_of
from .selection import ImageRole, best, select
from .spool import SpooledAnswer
from .usage import Usage, usage_of
from .walk import TEXT_CHARACTERS_MAX, AnswerImage, TurnPart, Walk

__all__ = ["AnswerImage", "ImageRole", "Reading", "TurnPart", "Usage", "read_answer"]

IMAGES_KEPT_MAX: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an answer says. `readable` is False when it is no JSON object; then all else is empty.

    `unreadable_images` counts parts that should be pictures and are not, `images_left_out` good ones beyond the
    twenty that are kept. `only_thoughts` says that the primary picture was marked as a thought. `is_envelope` tells a
    model's answer from any other JSON. `turn` is what has to go back when the conversation goes on. `finish_message`
    may promise that nothing was charged, which is not true of this gateway: it is for the record, and never shown.
    `search_suggestions` is Google's HTML as it came, and never shown either: `searched` is what was read out of it.
    """

    images: tuple[AnswerImage, ...] = ()
    turn: tuple[TurnPart, ...] = ()
    model_text: str = ""
    finish_reason: str = ""
    block_reason: str = ""
    finish_message: str = ""
    usage: Usage = field(default_factory=Usage)
    response_id: str = ""
    model_version: str = ""
    error_code: str = ""
    error_type: str = ""
    error_message: str = ""
    readable: bool = False
    candidate_count: int = 0
    unreadable_images: int = 0
    images_left_out: int = 0
    only_thoughts: bool = False
    is_envelope: bool = False
    web_searches: int = 0
    search_suggestions: str = ""
    searched: Searched = field(default_factory=Searched)


def read_answer(spooled: SpooledAnswer) -> Reading:
    """Read it as often as you like: nothing is changed. Raises OSError only, when the spool itself fails."""
    document = load(spooled.document_path, spooled.head.token)
    error = error_words(document)
    if isinstance(document, list):
        document = next((each for each in document if isinstance(each, dict)), None)
    if not isinstance(document, dict):
        return Reading()
    if is_chat(document):
        document = as_candidates(document)
    candidates = [as_object(each) for each in as_list(document.get("candidates"))]
    first = candidates[0] if candidates else {}
    grounding = as_object(get(first, "groundingMetadata"))
    walk = Walk(spooled)
    walk.take(candidates)
    images = select(walk.found)
    kept = best(images, IMAGES_KEPT_MAX)
    return Reading(
        images=tuple(replace(each.picture, role=each.role) for each in kept),
        turn=tuple(walk.turn),
        model_text=as_text(walk.speech(), TEXT_CHARACTERS_MAX),
        finish_reason=as_word(get(first, "finishReason")),
        block_reason=as_word(get(as_object(get(document, "promptFeedback")), "blockReason")),
        finish_message=as_text(get(first, "finishMessage"), TEXT_CHARACTERS_MAX),
        usage=usage_of(as_object(get(document, "usageMetadata"))),
        response_id=as_text(get(document, "responseId"), 200),
        model_version=as_text(get(document, "modelVersion"), 200),
        error_code=as_word(error.code),
        error_type=as_word(error.type),
        error_message=as_text(error.message, 2_000),
        readable=True,
        candidate_count=len(candidates),
        unreadable_images=walk.unreadable,
        images_left_out=len(images) - len(kept) + walk.links_left_out,
        only_thoughts=bool(images) and all(each.is_thought for each in images),
        is_envelope=any(has(document, key) for key in ("candidates", "promptFeedback", "usageMetadata")),
        web_searches=len(as_list(get(grounding, "webSearchQueries"))),
        search_suggestions=as_text(get(as_object(get(grounding, "searchEntryPoint")), "renderedContent"), 50_000),
        searched=searched_of(grounding),
    )
