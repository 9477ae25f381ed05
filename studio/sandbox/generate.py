"""One call for a picture, step by step: read, check, charge, wait, answer."""

import secrets
from typing import TYPE_CHECKING

import msgspec

from ..provider.catalogue import Model
from . import keys, pace, signatures
from .account import MICROS_PER_QUOTA
from .answers import ANSWERS, Answer, Call, Reply
from .answers.call import json_reply
from .answers.statuses import UNKNOWN_BUT_CHARGED
from .answers.usage import delivered
from .behaviour import Behaviour, UnknownBehaviour
from .books import Charge, Request
from .chance import seeded
from .checks import Accepted, accept, corrupted_signature, model_named
from .delivery import DELIVERIES, Unanswered
from .dialects import Dialect
from .errors import Refused, gateway_error, no_balance
from .intake import Body, ClientGone, receive
from .question import Question
from .scenario import without_markers
from .wire import Stopping, Wire

if TYPE_CHECKING:
    from .handler import Handler

FAILOVER_RATIO = 1.4
SEARCH_QUOTA = 7_000
"""One web search, $0.014."""
SECRET_HEADERS = frozenset({"authorization", "x-goog-api-key"})


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
        self.scripted = self.server.script.next()
        self.chance = seeded(self.server.options.seed, self.entry.sequence)
        self.held = 0
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
            self.entry.status = self.wire.status
            self.server.account.release(self.held)
            self.server.books.close(self.entry, stayed=stayed)

    def _reply(self) -> Reply:
        body = receive(self.handler.rfile, self.handler.headers)
        self.entry.body_bytes, self.entry.body_sha256 = body.size, body.sha256
        try:
            accepted, asked = self._accepted(body)
            behaviour = self._behaviour(accepted)
        except Refused as refused:
            self.entry.scenario = "refused"
            self.server.books.read(self.entry)
            self._log_failure(refused)
            return json_reply(self.dialect.error(refused.body), refused.status)
        self.behaviour = behaviour
        answer = ANSWERS[behaviour.then]
        call = self._call(accepted, asked, behaviour)
        charged = self._charge(call, answer)
        return self._made(call, answer, charged)

    def _made(self, call: Call, answer: Answer, charged: int) -> Reply:
        """Wait as long as it takes, make the answer, and write the log's row, client or no client."""
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
            if charged or self.server.options.log_failures:
                self._log(call, charged, usage, int(seconds * answer.pace) + 1)
        return reply

    def _accepted(self, body: Body) -> tuple[Accepted, Question]:
        """Raises `Refused`. The order is the gateway's."""
        key = self.handler.key
        keys.check(key)
        # One or two bodies at a time are in memory, and each is let go of as soon as it is understood.
        with self.server.reading:
            asked = None if self.wire_id else self._read(body)
            model = model_named(self.wire_id)
            self._hold(model)
            asked = asked or self._read(body)
            accepted = accept(model, self.wire_id, asked)
            asked.images.clear()
        signer = signatures.signer(model.key, key)
        if any(signatures.is_broken(signature, signer) for signature in asked.signatures):
            raise corrupted_signature()
        return accepted, asked

    def _read(self, body: Body) -> Question:
        if body.too_big:
            raise Refused(413, gateway_error("Request body too large (sandbox)", "request_too_large"))
        asked = self.dialect.read(body.take(), "x-goog-api-key" in self.handler.headers)
        if asked.model:
            self.wire_id = self.entry.model = asked.model
        self.entry.ignored = tuple(asked.ignored)
        self.entry.size, self.entry.ratio = asked.size or "", asked.ratio or ""
        self.entry.images = len(asked.images) + len(asked.links)
        self.entry.prompt = asked.prompt[:200]
        return asked

    def _hold(self, model: Model) -> None:
        price = model.price_micros // MICROS_PER_QUOTA
        is_empty = self.handler.key == keys.EMPTY
        if is_empty or not self.server.account.hold(price):
            raise Refused(403, no_balance(0 if is_empty else self.server.account.balance().quota, price))
        self.held = price

    def _behaviour(self, accepted: Accepted) -> Behaviour:
        header = self.handler.headers.get("X-Sandbox-Scenario", "")
        try:
            chosen = self.server.script.choose(self.scripted, header, accepted.prompt)
        except UnknownBehaviour as error:
            raise Refused(400, gateway_error(f"X-Sandbox-Scenario: {error}", "unknown_scenario")) from error
        if chosen.then == "delivered" and keys.answers_with_links(self.handler.key):
            return msgspec.structs.replace(chosen, then="oss")
        return chosen

    def _charge(self, call: Call, answer: Answer) -> int:
        """From here on it is paid for, whatever becomes of the client."""
        self.entry.accepted = True
        self.entry.scenario = call.behaviour.label
        self.server.books.read(self.entry)
        if not self._is_charged(call, answer):
            return 0
        ratio = FAILOVER_RATIO if call.behaviour.failover else 1
        amount = round(self.held * ratio) + call.searches * SEARCH_QUOTA
        self.server.account.settle(self.held, amount)
        self.held = 0
        entry = self.entry
        self.server.books.charge(
            Charge(
                sequence=entry.sequence,
                id=entry.id,
                attempt=entry.attempt,
                model=entry.model,
                amount=amount,
                reason=entry.scenario,
            )
        )
        return amount

    def _is_charged(self, call: Call, answer: Answer) -> bool:
        if call.behaviour.charged is not None:
            return call.behaviour.charged
        if answer.refusal and self.server.options.refusals_free:
            return False
        if answer.charged is None:
            status = call.behaviour.status
            return status in UNKNOWN_BUT_CHARGED or (call.behaviour.then == "signature" and not call.has_history)
        return answer.charged

    def _call(self, accepted: Accepted, asked: Question, behaviour: Behaviour) -> Call:
        server, key = self.server, self.handler.key
        host = self.handler.headers.get("Host")
        return Call(
            accepted=accepted,
            behaviour=behaviour,
            prompt=without_markers(accepted.prompt),
            sequence=self.entry.sequence,
            id=self.id,
            url=self.handler.path,
            base_url=f"http://{host}" if host else server.url,
            has_history=bool(asked.signatures),
            quota=server.account.balance().quota,
            searches=self.chance.randint(1, 3) if accepted.searches else 0,
            chance=self.chance,
            easel=server.easel,
            shelf=server.shelf,
            signer=signatures.signer(accepted.model.key, key),
        )

    def _headers(self) -> dict[str, str]:
        headers = {"x-request-id": self.id, "X-Shellapi-Request-Id": f"shell-{self.id}"}
        if self.behaviour.retry_after is not None:
            headers["Retry-After"] = str(self.behaviour.retry_after)
        return headers | self.behaviour.headers

    def _log(self, call: Call, charged: int, usage: dict[str, object], seconds: int) -> None:
        model = call.accepted.model
        self.server.log.add(
            request_id=self.id,
            model_name=self.wire_id,
            key=self.handler.key,
            path=self.handler.place,
            quota=charged,
            price=model.price_micros / 1_000_000,
            group_ratio=FAILOVER_RATIO if call.behaviour.failover else 1.0,
            usage=usage,
            seconds=seconds,
            error_code="" if charged else call.behaviour.label,
        )

    def _log_failure(self, refused: Refused) -> None:
        if not self.server.options.log_failures:
            return
        code = refused.body["error"].get("code") or refused.body["error"].get("status")
        self.server.log.add(
            request_id=self.id,
            model_name=self.wire_id,
            key=self.handler.key,
            path=self.handler.place,
            quota=0,
            price=0.0,
            group_ratio=1.0,
            usage={},
            seconds=0,
            error_code=str(code),
        )

    def _first_entry(self, sequence: int) -> Request:
        headers = self.handler.headers
        return Request(
            sequence=sequence,
            id=self.id,
            attempt=headers.get("X-NB-Attempt", ""),
            model=self.wire_id,
            path=self.handler.place,
            headers={
                name.lower(): "***" if name.lower() in SECRET_HEADERS else value for name, value in headers.items()
            },
        )
