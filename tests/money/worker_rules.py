"""What workers do, and how they die: claim, mark, send, answer, recover. All of it the real steps, one after the other.

Only the network is left out: an answer is put into the spool as the client would have, and the evidence is handed on.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from studio.jobs.call import Call as ProviderCall
from studio.jobs.call import call_of
from studio.jobs.claim import Claim, LostClaim, claim
from studio.jobs.mark import mark, mark_unsent, note_sent, take_back_mark
from studio.jobs.recover import recover
from studio.jobs.settle import SAVING, conclude, give_up, record_answer
from studio.jobs.sweep import KEPT, sweep
from studio.jobs.withdraw import unwelcome, withdraw, withdraw_one
from studio.ledger.folding import fold
from studio.models import Attempt, GatewayKey, Generation
from tests.money.answers import ANSWERS, NOT_CONNECTED, SILENT, STATUS_LINES, Answer, keep, keep_first_line
from tests.money.life import Call, one_of
from tests.money.people_rules import PeopleRules

CALLS = {"lite": timedelta(minutes=7), "pro": timedelta(minutes=7), "nb2": timedelta(minutes=8)}
"""How long a call of each model may take before its worker counts as lost: its silence, and two minutes."""


ANY_ANSWER = st.sampled_from(list(ANSWERS))
TO_DISK, TO_RECORD, TO_THE_END = "to the disk", "on record", "to the end"
HOW_FAR = st.sampled_from([TO_THE_END, TO_THE_END, TO_RECORD, TO_DISK])


class WorkerRules(PeopleRules):
    @precondition(lambda self: self.waiting)
    @rule(number=one_of("waiting"))
    def claim(self, number: int) -> None:
        if mine := self._claim(number):
            self.claims.append(mine)

    @precondition(lambda self: self.waiting)
    @rule(number=one_of("waiting"))
    def send(self, number: int) -> None:
        if mine := self._claim(number):
            self._send(mine)

    @precondition(lambda self: self.claims)
    @rule(mine=one_of("claims"))
    def send_what_was_claimed(self, mine: Claim) -> None:
        """Perhaps long ago: meanwhile it may have been cancelled, or somebody else has claimed it."""
        self.claims.remove(mine)
        self.tick()
        self._send(mine)

    @precondition(lambda self: self.waiting)
    @rule(number=one_of("waiting"), what=st.sampled_from(["connection", "mark", "request"]))
    def come_to_nothing(self, number: int, what: str) -> None:
        """Before a byte has left: no connection, a mark that the database did not take, a question nobody may ask."""
        mine = self._claim(number)
        if mine is None:
            return
        generation, frame = self.generation(number), self.frame(number)
        if what == "request":
            give_up(mine, generation, reason="InvalidRequest", detail="", now=self.now)
            frame.end("failed")
        elif what == "mark":
            attempt = self._mark(mine, call_of(generation))
            take_back_mark(mine, attempt.pk)
        else:
            attempt = mark_unsent(mine, call_of(generation))
            record_answer(mine, attempt, NOT_CONNECTED.evidence, now=self.now)
            conclude(mine, attempt, now=self.now)
            frame.fail(NOT_CONNECTED.kind, NOT_CONNECTED.tries)

    @precondition(lambda self: self.waiting)
    @rule(number=one_of("waiting"), name=ANY_ANSWER, how_far=HOW_FAR)
    def send_and_answer(self, number: int, name: str, how_far: str = TO_THE_END) -> None:
        """All of it in one go, as most calls are."""
        if mine := self._claim(number):
            self._send(mine)
            self.answer(number, name, how_far)

    @precondition(lambda self: self.unanswered)
    @rule(number=one_of("unanswered"), name=ANY_ANSWER, how_far=HOW_FAR)
    def answer(self, number: int, name: str, how_far: str = TO_THE_END) -> None:
        """Or the worker dies of it, with the answer on the disk, or when the money is on record."""
        answer = ANSWERS[name]
        if how_far == TO_DISK and answer.is_whole:
            self.tick()
            keep(answer, self.calls[number].attempt_id)
            self.calls[number].answer = answer
            return
        self._answer(number, answer)
        if how_far == TO_THE_END:
            conclude(self.calls[number].mine, self._attempt(number), now=self.now)
            self._finish(number, answer)

    @precondition(lambda self: self.unanswered)
    @rule(number=one_of("unanswered"), first_line=st.none() | st.sampled_from([each.name for each in STATUS_LINES]))
    def die_waiting(self, number: int, first_line: str | None) -> None:
        """With nothing in the hand, or no more than the first line of an answer; and that is noticed."""
        if first_line:
            keep_first_line(ANSWERS[first_line], self.calls[number].attempt_id)
            self.calls[number].answer = ANSWERS[first_line]
        self.look_after(9)

    @precondition(lambda self: self.lost)
    @rule(number=one_of("given_up"), name=ANY_ANSWER, is_found=st.booleans())
    def answer_too_late(self, number: int, name: str, is_found: bool) -> None:
        """The worker was only asleep: it goes on where it was, and finds that others have decided.

        What it leaves in the spool is found, at once or some time.
        """
        self.tick()
        call, answer = self.lost.pop(number), ANSWERS[name]
        attempt = Attempt.objects.get(pk=call.attempt_id)
        record_answer(call.mine, attempt, keep(answer, call.attempt_id), now=self.now)
        conclude(call.mine, attempt, now=self.now)
        if answer.is_whole and answer.is_success:
            self.late[number] = answer
        if is_found:
            self.look_after(0)

    @rule(minutes=st.sampled_from([0, 9, 20]))
    def look_after(self, minutes: int) -> None:
        """What a worker does every ten seconds: see to what dead ones left, and to people who have left."""
        self.now = now = self.tick() + timedelta(minutes=minutes)
        recover(lock_name="", now=now)
        for number, call in list(self.calls.items()):
            if call.until < now:
                self._take_over(number, call)
        for number, answer in self.late.items():
            self._end(number, answer)  # it is delivered, and was paid before
        self.late.clear()
        for number in self.usable_again:
            if self.frame(number).status == "saving" and number not in self.calls:
                self.frame(number).status = "refused"
                self.kept[number] = now + KEPT
        withdraw(now=now)
        for number in self.waiting:
            if self._is_unwelcome(number):
                self.frame(number).end("cancelled")
        sweep(now=now)
        fold(few=0)

    # ── The steps ──────────────────────────────────────────────────────────────────────────────────

    def _claim(self, number: int) -> Claim | None:
        """As `run_once` begins. The line is free: how long keys rest is no question of money."""
        self.tick()
        GatewayKey.objects.update(rests=0, rests_until=None, probe=None)
        mine = claim(number, worker_id=uuid4(), now=self.now)
        if mine and unwelcome().filter(pk=number).exists():
            assert self._is_unwelcome(number)
            withdraw_one(self.generation(number), now=self.now)
            self.frame(number).end("cancelled")
            return None
        return mine

    def _mark(self, mine: Claim, call: ProviderCall) -> Attempt:
        return mark(mine, call, now=self.now)

    def _send(self, mine: Claim) -> None:
        number = mine.generation_id
        provider_call = call_of(self.generation(number))
        is_ours = Generation.objects.get(pk=number).fence == mine.fence
        if self.frame(number).status != "queued" or not is_ours:
            with pytest.raises(LostClaim):
                self._mark(mine, provider_call)
            return
        attempt = self._mark(mine, provider_call)
        note_sent(mine, attempt.pk)
        self.calls[number] = Call(attempt.pk, mine, self.now + CALLS[provider_call.request.model_key])
        self.frame(number).status = "sent"

    def _answer(self, number: int, answer: Answer) -> None:
        """S6: the evidence is on record, and the charge."""
        self.tick()
        call, frame = self.calls[number], self.frame(number)
        record_answer(call.mine, self._attempt(number), keep(answer, call.attempt_id), now=self.now)
        call.answer, call.is_booked = answer, True
        if answer.is_charged:
            frame.pay(call.attempt_id, "saving" if answer.is_whole else "sent")
            call.until = self.now + SAVING

    def _take_over(self, number: int, call: Call) -> None:
        """What became of a call whose worker is gone."""
        if call.answer is None:
            self.lost[number] = call
        self._finish(number, call.answer or SILENT)

    def _finish(self, number: int, answer: Answer) -> None:
        """S8: what becomes of the generation."""
        call, frame = self.calls.pop(number), self.frame(number)
        if not answer.is_charged:
            frame.fail(answer.kind, answer.tries)
            return
        if not call.is_booked:
            frame.pay(call.attempt_id, answer.status)
        self._end(number, answer)

    def _end(self, number: int, answer: Answer) -> None:
        """It has been read, so its tokens are counted; what was given back meanwhile is nobody's cost any more."""
        frame = self.frame(number)
        (call,) = frame.charges
        frame.status = answer.status
        if frame.tariff.tokens_out and call not in self.returned:
            frame.count(call, answer.tokens)
        if answer.is_kept:
            self.kept[number] = self.now + KEPT

    def _attempt(self, number: int) -> Attempt:
        return Attempt.objects.get(pk=self.calls[number].attempt_id)

    def _is_unwelcome(self, number: int) -> bool:
        frame = self.frame(number)
        return (frame.person, frame.project) not in self.makers or frame.person in self.closed
