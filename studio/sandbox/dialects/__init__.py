"""The two ways to ask for the same: Google's own, and OpenAI's. Checks, charges and pictures know of neither."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from ..answers import Call, Reply
from ..errors import Body
from ..question import Question
from . import completion, contents, messages


def _as_it_is[Answer](_call: Call, reply: Answer) -> Answer:
    return reply


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a body is read, and how what the models said, or an error, is put.

    `read` takes a body and whether it is to be lenient, and raises `Refused`.
    """

    read: Callable[[bytes, bool], Question]
    reply: Callable[[Call, Reply], Reply]
    error: Callable[[Body], Body]


NATIVE: Final = Dialect(read=contents.read, reply=_as_it_is, error=lambda body: body)
"""`generateContent`: the model is in the address."""

CHAT: Final = Dialect(read=messages.read, reply=completion.reply, error=completion.error)
"""`/v1/chat/completions`: the model is in the body."""

__all__ = ["CHAT", "NATIVE", "Dialect"]
