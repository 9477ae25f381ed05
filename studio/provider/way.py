"""How a key is asked: the wire it speaks, what it answers with, and what that leaves of each model.

A model's row in the catalogue says what the model takes; a key may stand for less of it. Both are data, so form, server
check and client ask one function, `through`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Literal

from .catalogue import Model

type SystemPromptMode = Literal["model_role", "system_instruction", "prefix"]


class Mode(StrEnum):
    """Which of the gateway's doors a key goes through."""

    NATIVE = "native"  # Gemini's own wire, pictures in the answer: what everything is documented for
    LINKS = "links"  # the same wire, for a key of the group NB-OSS: the answer holds addresses to download from
    CHAT = "chat"  # the OpenAI-compatible way: words and Base64 alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """`system_prompt_mode` is how words for the model go along: a first turn in the model's name as the gateway
    documents it, Google's own field, or in front of the prompt.

    `bucket_addresses` takes `gs://` addresses of input pictures. They are Google's wording; the gateway does not
    document them, so somebody who knows the key has to switch them on. `loopback_addresses` takes those of the sandbox
    on this machine, in practice alone.
    """

    mode: Mode = Mode.NATIVE
    system_prompt_mode: SystemPromptMode = "model_role"
    bucket_addresses: bool = False
    loopback_addresses: bool = False


GEMINIS_OWN: Final = Way()
"""What every example in the gateway's pages uses."""


def through(model: Model, way: Way) -> Model | None:
    """What is left of a model when it is asked this way; None when it cannot be asked so at all."""
    match way.mode:
        case Mode.CHAT:
            # The documented fields are the model's id, the messages and their pictures in Base64. So there is one
            # size, the gateway's default, and the format is square or the last picture's.
            return replace(
                model,
                sizes=(model.size_default,),
                sends_size=False,
                ratios=("1:1",),
                sends_ratio=False,
                thinking_levels=(),
                thinking_default="",
                web_search=False,
                image_search=False,
                image_only=False,
                keeps_history=False,
                link_schemes=(),
            )
        case Mode.LINKS:
            # What was signed there is an address, and what we keep is the picture: the two do not go together again.
            return replace(model, keeps_history=False, link_schemes=_schemes(way)) if model.answers_with_links else None
        case Mode.NATIVE:
            return replace(model, link_schemes=_schemes(way))


def _schemes(way: Way) -> tuple[str, ...]:
    further = (("gs", way.bucket_addresses), ("http", way.loopback_addresses))
    return ("https", *(scheme for scheme, is_taken in further if is_taken))
