"""Which of an answer's pictures are results, which are drafts, which are thoughts.

A call may bring one picture, several that were all asked for, or a row of drafts whose last is final; taking the
first, or the last, throws away what was paid for. The rules are those of docs/provider.md, "Which picture".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum


class ImageRole(StrEnum):
    """What a picture is to the person who asked."""

    PRIMARY = "primary"  # the result, or the first of several
    DELIVERABLE = "deliverable"  # a result beside the primary one
    DRAFT = "draft"  # an earlier state of the result
    THOUGHT = "thought"  # the model's own sketch


@dataclass(frozen=True, slots=True)
class Found[Picture]:
    """A picture where it stood in the answer. `content` is equal for equal pictures.

    `text_before` says that the model spoke to the person between this picture and the one before it.
    """

    picture: Picture
    content: str
    is_thought: bool
    text_before: bool
    role: ImageRole = ImageRole.DRAFT


def select[Picture](found: Sequence[Found[Picture]]) -> tuple[Found[Picture], ...]:
    """The same pictures in the same order, each with its role, equal ones once: the one with the better role stays."""
    results = [each for each in found if not each.is_thought]
    thoughts = [each for each in found if each.is_thought]
    if not results:
        # Sometimes the only picture arrives as a thought. It was paid for, so it is shown.
        roles = [ImageRole.THOUGHT] * (len(thoughts) - 1) + [ImageRole.PRIMARY] * bool(thoughts)
        return _once([replace(each, role=role) for each, role in zip(thoughts, roles, strict=True)])
    is_series = any(each.text_before for each in results[1:])
    others = ImageRole.DELIVERABLE if is_series else ImageRole.DRAFT
    primary = results[0] if is_series else results[-1]

    def role_of(each: Found[Picture]) -> ImageRole:
        if each.is_thought:
            return ImageRole.THOUGHT
        return ImageRole.PRIMARY if each is primary else others

    return _once([replace(each, role=role_of(each)) for each in found])


def best[Picture](selected: Sequence[Found[Picture]], count: int) -> tuple[Found[Picture], ...]:
    """At most so many, in their order: results before drafts, drafts before thoughts, the early before the late."""
    order = list(ImageRole)
    kept = sorted(range(len(selected)), key=lambda place: order.index(selected[place].role))[:count]
    return tuple(selected[place] for place in sorted(kept))


def _once[Picture](found: Sequence[Found[Picture]]) -> tuple[Found[Picture], ...]:
    best: dict[str, Found[Picture]] = {}
    order = list(ImageRole)
    for each in sorted(found, key=lambda each: order.index(each.role)):
        best.setdefault(each.content, each)
    return tuple(each for each in found if best[each.content] is each)
