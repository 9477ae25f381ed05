"""Which answers an operation has, for the document: its own, and those of everything that may go wrong."""

from typing import Any

from .problems import Trouble


def answers(
    shape: Any, *, status: int = 200, invalid: bool = False, hidden: bool = False, writes: bool = False
) -> dict[int, Any]:
    """`invalid`: it has values that may be wrong; `hidden`: what it names may not be there; `writes`: it does
    something, and somebody who may only look is refused.
    """
    codes = [401, 403, 429, 500, 503]
    codes += [404] if hidden else []
    codes += [400, 422] if invalid or writes else []
    return {status: shape} | dict.fromkeys(sorted(codes), Trouble)
