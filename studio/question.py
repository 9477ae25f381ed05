"""What a run asks for, apart from how it is made: the same words with the same images are the same question."""

import hashlib
from collections.abc import Iterable

import msgspec

from .models import Generation, Link, Picture


def question_hash(
    prompt: str, system_prompt: str, pictures: Iterable[Picture], continues: Generation | None = None
) -> str:
    """64 hex characters over words and images, in their order. White space makes no other question.

    An image counts by its bytes, so that one uploaded twice is one image; a link counts by its address.
    """
    facts = (
        " ".join(prompt.split()),
        " ".join(system_prompt.split()),
        [picture.url if isinstance(picture, Link) else picture.sha256 for picture in pictures],
        continues.pk if continues else None,
    )
    return hashlib.sha256(msgspec.json.encode(facts)).hexdigest()
