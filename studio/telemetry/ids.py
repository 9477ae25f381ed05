"""The ids of what is being done right now in this thread: every log line carries those it has.

One search for any of them finds the whole story, from the form to the gateway's own log.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Final

NAMES: Final = ("request", "person", "generation", "attempt", "provider_request", "worker")
_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_bound: ContextVar[Mapping[str, str]] = ContextVar("ids of what is being done", default=_NONE)


def current() -> Mapping[str, str]:
    """Name and value of the ids that are known here; a name of `NAMES` that is not known is not in it."""
    return _bound.get()


@contextmanager
def bound(**ids: object) -> Iterator[None]:
    """Lines written inside bear these ids too. Raises ValueError for a name that is not one of `NAMES`."""
    if unknown := ids.keys() - set(NAMES):
        raise ValueError(f"No such id: {', '.join(sorted(unknown))}.")
    token = _bound.set({**_bound.get(), **{name: str(value) for name, value in ids.items() if value}})
    try:
        yield
    finally:
        _bound.reset(token)


def learn(**ids: object) -> None:
    """The same for what becomes known on the way: until the innermost `bound` ends. Outside of any it is not kept."""
    if (here := _bound.get()) is not _NONE:
        _bound.set({**here, **{name: str(value) for name, value in ids.items() if value}})
