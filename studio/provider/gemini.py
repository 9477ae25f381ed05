"""The paid call: one request, one fresh connection, one answer into the spool, and an honest account of it.

It never tries again. Whether a second call is safe is decided elsewhere, from the evidence.
"""

import logging
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from ..wire import Clock, Connection, Headers, Limit, Response, WireError, connect
from .body import Body, InputChanged
from .encoding import UnknownEncoding, decoder_for
from .evidence import ERROR_CHARACTERS_MAX, EXCERPT_CHARACTERS_MAX, Evidence, Stage, clean, kept_headers, request_ids
from .gateway import Gateway
from .request import GenerationRequest
from .spill import AnswerTooLarge, Spill
from .spool import Spool, SpoolWriter

CONNECT_SECONDS: Final = 10
SEND_SECONDS: Final = 120
"""For connecting and the whole upload: 100 MB at 7 Mbit/s. What is not out by then was not sent, and costs nothing."""
ERROR_BYTES_MAX: Final = 256_000
TAIL_SECONDS: Final = 0.25
"""How long an answer that is whole may take to end properly. Some never do: they are as good as the others."""

logger = logging.getLogger(__name__)


class AnswerCut(Exception):
    """The connection ended as it should, but the JSON did not."""


_OF_THE_WORLD: Final = (WireError, OSError, zlib.error, InputChanged, AnswerTooLarge, AnswerCut, UnknownEncoding)
"""What may go wrong during a call without a mistake of ours."""


def _nothing() -> None:
    pass


def generate(
    request: GenerationRequest,
    *,
    gateway: Gateway,
    attempt_id: str,
    spool: Spool,
    before_send: Callable[[], None],
    on_sent: Callable[[], None] = _nothing,
    on_first_byte: Callable[[], None] = _nothing,
    clock: Clock = time.monotonic,
) -> Evidence:
    """Make one call that may cost money, and say how far it got.

    `before_send` is called when TCP and TLS are up and not a byte has left. If it raises, nothing is sent and its
    exception goes to the caller: so a worker that has lost its claim does not spend. `on_sent` and `on_first_byte`
    are told when it has happened; what they raise is logged, for the call is paid and goes on. Nothing that network,
    gateway or disk do raises: it ends in the evidence. A whole answer, of any status, is then in the spool.
    """
    call = _Call(request, gateway, attempt_id, clock)
    connection = writer = None
    try:
        writer = spool.open(attempt_id)
        connection = call.connect()
    except (WireError, OSError) as error:
        call.note(error)
        if writer:
            writer.discard()
        return call.finished()
    connection.on_first_byte(lambda: call.first_byte(on_first_byte))
    with writer, connection:
        try:
            before_send()
        except BaseException:
            writer.discard()
            raise
        call.exchange(connection, writer, on_sent)
        if call.evidence.http_status is None:
            writer.discard()
    return call.finished()


class _Call:
    """One call under way: its deadlines and its evidence."""

    def __init__(self, request: GenerationRequest, gateway: Gateway, attempt_id: str, clock: Clock) -> None:
        assert request.way.mode is gateway.way.mode, "a question is written for the door it goes through"
        self._gateway = gateway
        self._attempt_id = attempt_id
        self._body = Body.of(request, gateway.wire_id(request.model))
        self._path = gateway.path_for(request.model)
        self._read_seconds = request.read_timeout_seconds
        self._clock = clock
        self._began = clock()
        self.evidence = Evidence(bytes_to_send=self._body.size_bytes)

    def connect(self) -> Connection:
        self._began = self._clock()  # what our own disk took before does not shorten the provider's time
        connection = connect(self._gateway.base_url, self._limit(CONNECT_SECONDS, SEND_SECONDS))
        connection.limit_sending(self._limit(SEND_SECONDS, SEND_SECONDS))
        connection.limit_receiving(self._limit(self._read_seconds, self._read_seconds + SEND_SECONDS))
        self.evidence.stage = Stage.CONNECTED
        self.evidence.connected_seconds = self._now()
        return connection

    def exchange(self, connection: Connection, writer: SpoolWriter, on_sent: Callable[[], None]) -> None:
        """Send, and take in whatever comes back."""
        self.evidence.stage = Stage.SENDING
        try:
            response = connection.send("POST", self._path, self._headers(), self._watched(on_sent))
            self._receive(connection, response, writer)
        except _OF_THE_WORLD as error:
            self.note(error)
        except Exception as error:  # a mistake of ours, but the call may be paid: the evidence must not be lost
            logger.exception("attempt %s: our own mistake after sending", self._attempt_id)
            self.note(error)
        self.evidence.bytes_received = connection.bytes_received

    def first_byte(self, on_first_byte: Callable[[], None]) -> None:
        self.evidence.first_byte_seconds = self._now()
        self._tell(on_first_byte)

    def note(self, error: Exception) -> None:
        words = self._without_key(f"{type(error).__name__}: {error}")
        self.evidence.error = clean(words)[:ERROR_CHARACTERS_MAX]

    def finished(self) -> Evidence:
        if self.evidence.finished_seconds is None:
            self.evidence.finished_seconds = self._now()
        return self.evidence

    def _watched(self, on_sent: Callable[[], None]) -> Iterator[bytes]:
        yield from self._body
        # Asked for more, so the last piece is in the kernel's hands. From here on the call may be charged.
        self.evidence.stage = Stage.SENT
        self.evidence.sent_seconds = self._now()
        self._tell(on_sent)

    def _receive(self, connection: Connection, response: Response, writer: SpoolWriter) -> None:
        found = dict(reversed(response.headers))
        self.evidence.stage = Stage.ANSWERING
        self.evidence.http_status = response.status
        self.evidence.headers = kept_headers(found)
        self.evidence.request_ids = request_ids(self.evidence.headers)
        writer.head(response.status, self.evidence.headers)
        if self.evidence.is_success:
            self._take_in_answer(connection, response, writer)
        else:
            self._take_in_error(connection, response, writer)
        self._complete(connection, writer)

    def _take_in_answer(self, connection: Connection, response: Response, writer: SpoolWriter) -> None:
        try:
            spill = Spill(writer.document, writer.open_part, writer.open_text, token=writer.token)
            self._stream(connection, response, spill)
        finally:
            self.evidence.images_seen = writer.images_seen

    def _take_in_error(self, connection: Connection, response: Response, writer: SpoolWriter) -> None:
        """An error's body is said once and never again, so it is kept as it came; but it may repeat our key."""
        body = bytearray()
        try:
            self._stream(connection, response, Spill(body.extend, None, token="", document_bytes_max=ERROR_BYTES_MAX))
        finally:
            text = self._without_key(body.decode("utf-8", "replace"))
            self.evidence.error_excerpt = clean(text)[:EXCERPT_CHARACTERS_MAX]
            writer.document(text.encode())

    def _stream(self, connection: Connection, response: Response, spill: Spill) -> None:
        decode = decoder_for(response.header("content-encoding"))
        for chunk in response.chunks:
            for piece in decode(chunk):
                spill.feed(piece)
                if spill.is_complete:
                    self.evidence.closed_early = not self._ends_properly(connection, response)
                    return
        if spill.is_json:
            raise AnswerCut("the JSON has no end")

    def _ends_properly(self, connection: Connection, response: Response) -> bool:
        connection.limit_receiving(Limit(TAIL_SECONDS, self._clock() + TAIL_SECONDS, self._clock))
        try:
            for _ in response.chunks:
                pass
        except WireError:
            return False
        return True

    def _complete(self, connection: Connection, writer: SpoolWriter) -> None:
        self.evidence.stage = Stage.COMPLETE
        self.evidence.bytes_received = connection.bytes_received
        self.evidence.finished_seconds = self._now()
        try:
            writer.complete(self.evidence)
        except OSError:
            self.evidence.stage = Stage.ANSWERING
            raise

    def _headers(self) -> Headers:
        return (
            ("Authorization", f"Bearer {self._gateway.api_key}"),
            ("Content-Type", "application/json"),
            ("Content-Length", str(self._body.size_bytes)),
            ("Accept", "application/json"),
            ("Accept-Encoding", "identity"),
            ("User-Agent", "nb-studio"),
            ("X-NB-Attempt", self._attempt_id),
        )

    def _limit(self, step_seconds: float, all_seconds: float) -> Limit:
        scale = self._gateway.timeout_scale
        return Limit(step_seconds * scale, self._began + all_seconds * scale, self._clock)

    def _now(self) -> float:
        return round(self._clock() - self._began, 3)

    def _tell(self, callback: Callable[[], None]) -> None:
        try:
            callback()
        except Exception:
            logger.exception("attempt %s: could not tell how far it is", self._attempt_id)

    def _without_key(self, text: str) -> str:
        key = self._gateway.api_key
        return text.replace(key, "***") if key else text
