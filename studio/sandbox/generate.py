"""One call for a picture, step by step: read, check, charge, wait, answer."""

import secrets
from typing import TYPE_CHECKING

import msgspec

from . import keys, pace, signatures, tariff
from .addresses import Reach
from .answers import ANSWERS, Answer, Call, Reply
from .answers.call import json_reply
from .answers.usage import delivered
from .behaviour import Behaviour, UnknownBehaviour
from .books import Request, masked
from .chance import seeded
from .checks import Accepted, accept, corrupted_signature, model_named
from .crowd import Place
from .delivery import DELIVERIES, Unanswered
from .dialects import Dialect
from .errors import Refused, gateway_error
from .intake import Body, ClientGone, receive
from .question import Question
from .retry_after import written
from .scenario import without_markers
from .till import Till
from .wire import Stopping, Wire

if TYPE_CHECKING:
    from .handler import Handler


class Generate:
    """Lives as long as the call. `wire_id` is empty where the body names the model."""

    def __init__(self, handler: "Handler", dialect: Dialect, wire_id: str = "") -> None:
        self.handler = handler
        self.dialect = dialect
        self.server = handler.server
        self.wire = Wire(handler, handler.server.stopping)
        self.wire_id = wire_id
        self.id = f"sandbox-{secrets.token_hex(10)}"
        self.entry = self.server.books.open(self._first_entry)
        self.till = Till(self.server, self.entry, handler.key, handler.place)
        self.scripted = self.server.script.next()
        self.fault = self.server.faults.next()
        self.chance = seeded(self.server.options.seed, self.entry.sequence)
        self.place: Place | None = None
        self.behaviour = Behaviour()

    def run(self) -> None:
        """Answers the call, or does not; either way the book says how it ended."""
        stayed = False
        try:
            reply = self._reply()
            reply.headers = {**self._headers(), **reply.headers}
            DELIVERIES[self.behaviour.delivery](self.wire, reply, self.behaviour)
            stayed = True
        except Unanswered:
            stayed = True
        except (ClientGone, Stopping):
            self.wire.close()
        finally:
            if self.place:
                self.server.crowd.leave(self.place)
            self.entry.status = self.wire.status
            self.till.close()
            self.server.books.close(self.entry, stayed=stayed)

    def _reply(self) -> Reply:
        body = receive(self.handler.rfile, self.handler.headers)
        self.entry.body_bytes, self.entry.body_sha256 = body.size, body.sha256
        try:
            accepted, asked = self._accepted(body)
            self.behaviour = self._chosen(accepted)
        except Refused as refused:
            self.entry.scenario = "refused"
            self.server.books.read(self.entry)
            self.till.refuse(refused)
            return json_reply(self.dialect.error(refused.body), refused.status)
        answer = ANSWERS[self.behaviour.then]
        call = self._call(accepted, asked)
        self.entry.accepted = True
        self.entry.scenario = call.behaviour.label
        self.server.books.read(self.entry)
        self.till.accept(call, answer)
        return self._made(call, answer)

    def _made(self, call: Call, answer: Answer) -> Reply:
        """Wait as long as it takes, make the answer, and settle, client or no client."""
        seconds = pace.real_seconds(call.accepted, self.chance)
        delay = call.behaviour.delay
        usage = delivered(call, 1)
        try:
            if delay is None:
                delay = pace.waiting_seconds(seconds * answer.pace, self.server.options.speed)
            self.wire.wait(delay)
            self.wire.check_client()
            reply = self.dialect.reply(call, answer.make(call))
            usage = reply.usage or usage
        finally:
            self.till.settle(call, usage, int(seconds * answer.pace) + 1)
        return reply

    def _accepted(self, body: Body) -> tuple[Accepted, Question]:
        """Raises `Refused`. The order is the gateway's."""
        key = self.handler.key
        keys.check(key)
        # One or two bodies at a time are in memory, and each is let go of as soon as it is understood.
        with self.server.reading:
            asked = None if self.wire_id else self._read(body)
            model = model_named(self.wire_id, stable_ids=tariff.of(key).stable_ids)
            self._enter((key, model.key))
            self.till.hold(model)
            asked = asked or self._read(body)
            accepted = accept(model, self.wire_id, asked, Reach(key, self._on_shelf))
            asked.images.clear()
        self.entry.ignored = tuple(asked.ignored)
        self.entry.images = len(accepted.photos) + accepted.links
        signer = signatures.signer(model.key, key)
        if any(signatures.is_broken(signature, signer) for signature in asked.signatures):
            raise corrupted_signature()
        return accepted, asked

    def _enter(self, place: Place) -> None:
        self.server.crowd.enter(place)
        self.place = place

    def _read(self, body: Body) -> Question:
        if body.too_big:
            raise Refused(413, gateway_error("Request body too large (sandbox)", "request_too_large"))
        asked = self.dialect.read(body.take(), "x-goog-api-key" in self.handler.headers)
        if asked.model:
            self.wire_id = self.entry.model = asked.model
        self.entry.ignored = tuple(asked.ignored)
        self.entry.size, self.entry.ratio = asked.size or "", asked.ratio or ""
        self.entry.images = len(asked.images)
        self.entry.prompt = asked.prompt[:200]
        return asked

    def _on_shelf(self, uri: str) -> tuple[bytes, str] | None:
        return self.server.shelf.at(uri, self._base_url)

    def _chosen(self, accepted: Accepted) -> Behaviour:
        header = self.handler.headers.get("X-Sandbox-Scenario", "")
        try:
            chosen = self.server.script.choose(self.scripted, header, accepted.prompt, self.fault)
        except UnknownBehaviour as error:
            raise Refused(400, gateway_error(f"X-Sandbox-Scenario: {error}", "unknown_scenario")) from error
        if chosen.then == "delivered" and keys.answers_with_links(self.handler.key):
            return msgspec.structs.replace(chosen, then="oss")
        return chosen

    def _call(self, accepted: Accepted, asked: Question) -> Call:
        server, key = self.server, self.handler.key
        return Call(
            accepted=accepted,
            behaviour=self.behaviour,
            prompt=without_markers(accepted.prompt),
            sequence=self.entry.sequence,
            id=self.id,
            url=self.handler.path,
            base_url=self._base_url,
            has_history=bool(asked.signatures),
            is_unsigned=bool(asked.unsigned),
            quota=server.account.balance().quota,
            searches=self.chance.randint(1, 3) if accepted.searches else 0,
            chance=self.chance,
            easel=server.easel,
            shelf=server.shelf,
            signer=signatures.signer(accepted.model.key, key),
        )

    @property
    def _base_url(self) -> str:
        """Under which address the client knows us."""
        host = self.handler.headers.get("Host")
        return f"{self.server.scheme}://{host}" if host else self.server.url

    def _headers(self) -> dict[str, str]:
        headers = {"x-request-id": self.id, "X-Shellapi-Request-Id": f"shell-{self.id}"}
        if self.behaviour.retry_after is not None:
            headers["Retry-After"] = written(self.behaviour.retry_after)
        return headers | self.behaviour.headers

    def _first_entry(self, sequence: int) -> Request:
        headers = self.handler.headers
        return Request(
            sequence=sequence,
            id=self.id,
            attempt=headers.get("X-NB-Attempt", ""),
            model=self.wire_id,
            path=self.handler.place,
            headers=masked(dict(headers.items())),
        )
