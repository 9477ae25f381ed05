"""How a reply reaches the client: whole, or in one of the ways in which it does not."""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from .behaviour import Behaviour
from .wire import Wire

if TYPE_CHECKING:
    from .answers.call import Reply

FOR_EVER = 24 * 3600.0
DRIP_BYTES_PER_SECOND = 2_000
DRIP_PAUSE_SECONDS = 0.1


class Unanswered(Exception):
    """The connection ended on purpose, without the whole answer."""


def whole(wire: Wire, reply: "Reply", _behaviour: Behaviour) -> None:
    if isinstance(reply.body, bytes):
        _head(wire, reply, ("Content-Length", str(len(reply.body))))
        wire.write(memoryview(reply.body))
        return
    if reply.length is not None:
        _head(wire, reply, ("Content-Length", str(reply.length)))
        for piece in reply.body:
            wire.write(piece)
        return
    _head(wire, reply, ("Transfer-Encoding", "chunked"))
    for piece in reply.body:
        wire.write_chunk(piece)
    wire.write_chunk(b"")


def cut(wire: Wire, reply: "Reply", behaviour: Behaviour) -> None:
    """The body stops in the middle, though its length was promised."""
    body = _bytes(reply)
    after = len(body) // 2 if behaviour.after_bytes is None else behaviour.after_bytes
    _head(wire, reply, ("Content-Length", str(len(body))))
    wire.write(memoryview(body)[:after])
    wire.close()
    raise Unanswered


def reset(wire: Wire, reply: "Reply", behaviour: Behaviour) -> None:
    """RST once the request is read; with `after_bytes`, after that much of the answer."""
    if behaviour.after_bytes is not None:
        body = _bytes(reply)
        _head(wire, reply, ("Content-Length", str(len(body))))
        wire.write(memoryview(body)[: behaviour.after_bytes])
        # What is written may still lie in our own buffer, and RST would throw it away.
        wire.wait(0.05)
    wire.reset()
    raise Unanswered


def timeout(wire: Wire, _reply: "Reply", behaviour: Behaviour) -> None:
    """No byte, for as long as the client cares to wait (or for `seconds`)."""
    wire.wait(_seconds(behaviour))
    wire.close()
    raise Unanswered


def stall(wire: Wire, reply: "Reply", behaviour: Behaviour) -> None:
    """A good beginning, and then nothing more while the connection stays open."""
    body = _bytes(reply)
    after = len(body) // 2 if behaviour.after_bytes is None else behaviour.after_bytes
    _head(wire, reply, ("Content-Length", str(len(body))))
    wire.write(memoryview(body)[:after])
    wire.wait(_seconds(behaviour))
    wire.close()
    raise Unanswered


def tail_stall(wire: Wire, reply: "Reply", behaviour: Behaviour) -> None:
    """The whole JSON, but never the final empty chunk: complete, and yet not ended."""
    _all_but_the_end(wire, reply)
    wire.wait(_seconds(behaviour))
    wire.close()


def tail_close(wire: Wire, reply: "Reply", _behaviour: Behaviour) -> None:
    """The whole JSON, and the connection closes instead of ending the body."""
    _all_but_the_end(wire, reply)
    wire.close()


def drip(wire: Wire, reply: "Reply", behaviour: Behaviour) -> None:
    """A little at a time, so that no pause is ever long."""
    body = _bytes(reply)
    step = max(1, round((behaviour.bytes_per_second or DRIP_BYTES_PER_SECOND) * DRIP_PAUSE_SECONDS))
    _head(wire, reply, ("Content-Length", str(len(body))))
    for start in range(0, len(body), step):
        wire.write(body[start : start + step])
        wire.wait(DRIP_PAUSE_SECONDS)


def drip_head(wire: Wire, reply: "Reply", behaviour: Behaviour) -> None:
    """The status, and then one header after another without an end (or for `seconds`): no pause, and no body."""
    wire.begin(reply.status)
    for number in range(round(_seconds(behaviour) / DRIP_PAUSE_SECONDS)):
        wire.write(f"X-Drip-{number}: drop\r\n".encode())
        wire.wait(DRIP_PAUSE_SECONDS)
    wire.close()
    raise Unanswered


def _all_but_the_end(wire: Wire, reply: "Reply") -> None:
    _head(wire, reply, ("Transfer-Encoding", "chunked"))
    body = _bytes(reply)
    for start in range(0, len(body), 256 * 1024):
        wire.write_chunk(body[start : start + 256 * 1024])


def _head(wire: Wire, reply: "Reply", framing: tuple[str, str]) -> None:
    headers: Iterable[tuple[str, str]] = (
        ("Content-Type", reply.content_type),
        *reply.headers.items(),
        framing,
    )
    wire.head(reply.status, headers)


def _bytes(reply: "Reply") -> bytes:
    return reply.body if isinstance(reply.body, bytes) else b"".join(reply.body)


def _seconds(behaviour: Behaviour) -> float:
    return FOR_EVER if behaviour.seconds is None else behaviour.seconds


DELIVERIES: Final[Mapping[str, Callable[[Wire, "Reply", Behaviour], None]]] = MappingProxyType(
    {
        "whole": whole,
        "cut": cut,
        "reset": reset,
        "timeout": timeout,
        "stall": stall,
        "tail_stall": tail_stall,
        "tail_close": tail_close,
        "drip": drip,
        "drip_head": drip_head,
    }
)
