"""The money of one call: held before it, charged once it is accepted, or let go; and its row in the log."""

from typing import TYPE_CHECKING, Any

from ..provider.catalogue import Model
from . import keys, tariff
from .answers import Answer, Call
from .answers.statuses import UNKNOWN_BUT_CHARGED
from .books import Charge, Request
from .errors import Refused, no_balance

if TYPE_CHECKING:
    from .server import SandboxServer


class Till:
    """`path` is the address that was asked; the log names it."""

    def __init__(self, server: "SandboxServer", entry: Request, key: str, path: str) -> None:
        self._server = server
        self._entry = entry
        self._key = key
        self._path = path
        self._tariff = tariff.of(key)
        self._held = 0
        self._is_charged = False
        self._amount = 0

    def hold(self, model: Model) -> None:
        """Set the price of a call aside. Raises `Refused` when the account has less."""
        price = self._tariff.call_quota(model)
        is_empty = self._key == keys.EMPTY
        if is_empty or not self._server.account.hold(price):
            raise Refused(403, no_balance(0 if is_empty else self._server.account.balance().quota, price))
        self._held = price

    def accept(self, call: Call, answer: Answer) -> None:
        """From here on it is paid for, whatever becomes of the client. What counts tokens waits for their number."""
        self._is_charged = self._by_the_rules(call, answer)
        if call.behaviour.failover:
            self._tariff = self._tariff.failed_over()
        if not self._tariff.counts_tokens(call.accepted.model):
            self._charge(self._tariff.call_quota(call.accepted.model, call.searches))

    def settle(self, call: Call, usage: dict[str, Any], seconds: int) -> None:
        """The answer is made, or its client is gone."""
        model = call.accepted.model
        if self._tariff.counts_tokens(model):
            self._charge(self._tariff.token_quota(model, usage, call.searches))
        if self._is_charged or self._server.options.log_failures:
            error_code = "" if self._is_charged else call.behaviour.label
            self._log(self._tariff.terms(model), self._tariff.note(model), usage, seconds, error_code)

    def refuse(self, refused: Refused) -> None:
        """The request went no further; some say the log shows that too."""
        if self._server.options.log_failures:
            error = refused.body["error"]
            terms = {"billing_type": "by_count", "group_ratio": self._tariff.ratio, "model_ratio": 1}
            self._log(terms, "", {}, 0, str(error.get("code") or error.get("status")))

    def close(self) -> None:
        """Let go of what is still held."""
        self._server.account.release(self._held)
        self._held = 0

    def _by_the_rules(self, call: Call, answer: Answer) -> bool:
        if call.behaviour.charged is not None:
            return call.behaviour.charged
        if answer.refusal and self._server.options.refusals_free:
            return False
        if answer.charged is None:
            return answer.delivers(call) or call.behaviour.status in UNKNOWN_BUT_CHARGED
        return answer.charged

    def _charge(self, amount: int) -> None:
        if not self._is_charged:
            return
        self._server.account.settle(self._held, amount)
        self._held, self._amount = 0, amount
        entry = self._entry
        self._server.books.charge(
            Charge(
                sequence=entry.sequence,
                id=entry.id,
                attempt=entry.attempt,
                model=entry.model,
                amount=amount,
                reason=entry.scenario,
            )
        )

    def _log(self, terms: dict[str, Any], note: str, usage: dict[str, Any], seconds: int, error_code: str) -> None:
        self._server.log.add(
            request_id=self._entry.id,
            model_name=self._entry.model,
            key=self._key,
            group=self._tariff.group,
            quota=self._amount,
            content=note,
            other={**terms, "request_path": self._path, "usage": usage},
            seconds=seconds,
            error_code=error_code,
        )
