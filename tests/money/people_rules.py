"""What people do at their pages: ask, cancel, stop waiting, come and go."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, precondition, rule

from studio.jobs.cancel import cancel
from studio.jobs.deliver import deliver_again
from studio.jobs.stop_waiting import stop_waiting
from studio.jobs.submit import PriceChanged, submit
from studio.ledger.post import OverBudget
from studio.models import Run, User
from studio.prices import Quote
from studio.provider.request import GenerationRequest
from tests.money.book import Frame, Tariff
from tests.money.life import SIZES, Life, one_of

MODELS = st.sampled_from(["lite", "lite", "nb2", "nb2", "pro"])


@dataclass(slots=True)
class Form:
    """A composer as it was shown, with its price. Sent twice, it is still one run."""

    person: str
    project: str
    model: str
    variations: int
    quoted_micros: int
    token: UUID = field(default_factory=uuid4)
    run: Run | None = None


class PeopleRules(Life):
    forms = Bundle("forms")

    @precondition(lambda self: self.makers)
    @rule(target=forms, place=one_of("makers"), model=MODELS, count=st.integers(1, 3))
    def ask(self, place: tuple[str, str], model: str, count: int) -> Form:
        form = self.see_a_form(place, model, count)
        self.send_form(form)
        return form

    @precondition(lambda self: self.makers)
    @rule(target=forms, place=one_of("makers"), model=MODELS, count=st.integers(1, 3))
    def see_a_form(self, place: tuple[str, str], model: str, count: int) -> Form:
        """And leave it as it is for now: prices may change, and so may what is left."""
        quote = Quote.of(_request(model).model, SIZES[model], count, self.tick())
        assert quote.total_micros == count * self.book.prices[model].worst_micros, "the price shown is the one in force"
        return Form(*place, model, count, quote.total_micros)

    @rule(form=forms)
    def send_form(self, form: Form) -> None:
        """For the first time, or once more: a double click, a reload, an old tab."""
        now, tariff = self.tick(), self.book.prices[form.model]
        price = tariff.worst_micros
        if form.run is not None:
            assert self._submit(form) == form.run, "a form sent again is the same run"
        elif form.quoted_micros != form.variations * price:
            with pytest.raises(PriceChanged) as changed:
                self._submit(form)
            assert changed.value.now_micros == form.variations * price
        elif short := self.book.refusal(form.person, form.project, form.quoted_micros, now):
            with pytest.raises(OverBudget) as refusal:
                self._submit(form)
            said = ("project" if refusal.value.project else "person", refusal.value.left_micros)
            assert said == short, "who is short of money is told how much there is"
        else:
            form.run = self._submit(form)
            self._write_down(form, tariff)

    def _submit(self, form: Form) -> Run:
        return submit(
            _request(form.model),
            project=self.project(form.project),
            person=User.objects.get(username=form.person),
            variations=form.variations,
            inputs=[],
            form_token=form.token,
            quoted_micros=form.quoted_micros,
            now=self.now,
        )

    def _write_down(self, form: Form, tariff: Tariff) -> None:
        assert form.run is not None
        month, project_month = self.book.begin(form.person, form.project, self.now)
        frames = list(form.run.generations.values_list("pk", flat=True))
        assert len(frames) == form.variations
        for number in frames:
            self.book.frames[number] = Frame(
                person=form.person, project=form.project, month=month, project_month=project_month, tariff=tariff
            )

    @precondition(lambda self: self.frames)
    @rule(number=one_of("frames"))
    def cancel(self, number: int) -> None:
        """Whatever it is doing by now: only what waits can be cancelled."""
        frame = self.frame(number)
        is_early = cancel(self.generation(number), person=self.people[frame.person], now=self.tick())
        assert is_early == (frame.status == "queued")
        if is_early:
            frame.end("cancelled")

    @precondition(lambda self: self.calls)
    @rule(number=one_of("under_way"))
    def stop_waiting(self, number: int) -> None:
        stop_waiting(self.generation(number), now=self.tick())
        self.frame(number).is_awaited = False

    @precondition(lambda self: self.kept)
    @rule(number=one_of("usable_again"))
    def look_again(self, number: int) -> None:
        """At an answer that was paid and could not be used. It costs nothing."""
        is_there = deliver_again(self.generation(number), now=self.tick())
        is_kept = self.now < self.kept[number] and number not in self.free
        assert is_there == (is_kept and self.frame(number).status == "refused")
        if is_there:
            self.frame(number).status = "saving"


def _request(model: str) -> GenerationRequest:
    return GenerationRequest(model_key=model, prompt="A red boat", size=SIZES[model], ratio="1:1")
