"""The machine whole: the rules of people, workers and those who pay, and what must hold after each of them."""

import sys

from hypothesis import strategies as st
from hypothesis.stateful import MultipleResults, initialize, invariant, multiple

from tests.money import checks
from tests.money.book import Tariff
from tests.money.money_rules import MoneyRules
from tests.money.people_rules import Form
from tests.money.worker_rules import ANY_ANSWER, TO_RECORD

SELDOM = 15
"""What takes many questions is asked after every so many steps, and at the end."""


class Studio(MoneyRules):
    steps = 0

    @initialize(
        target=MoneyRules.forms,
        names=st.tuples(ANY_ANSWER, ANY_ANSWER),
        late=st.none() | ANY_ANSWER,
        is_early=st.booleans(),
    )
    def be_in_the_middle_of_it(self, names: tuple[str, str], late: str | None, is_early: bool) -> MultipleResults[Form]:
        """Some wait, one is under way, one is lost, some are answered, one is given back, one cost more than was held.

        So every rule has something to take hold of, and nothing needs a long story before it can go wrong: rules are
        left out of whole lives at random, and what is drawn here never is.
        """
        bobs = self.ask(("bob", "catalogue"), "lite", 3)
        alices = self.ask(("alice", "fair"), "nb2", 4)
        self.price("lite", Tariff(30_000))
        self.price("nb2", Tariff(tokens_in=180_000, tokens_out=20_000_000, thousandths=1400))
        self.limit("catalogue", 300_000)
        lost, _waiting, paid, declined, dear, first, second = self.waiting
        self.send(lost)
        self.look_after(9)
        self.send_and_answer(paid, "picture")
        self.send_and_answer(declined, "words")
        self.send_and_answer(dear, "much")
        self.send_and_answer(first, names[0])
        self.send_and_answer(second, names[1], TO_RECORD)
        if is_early and second in self.paid:
            self.answer_a_question(second, gives=True)  # before its tokens are counted
        self.look_after(9)
        if late:
            self.answer_too_late(lost, late, is_found=True)
        self.answer_a_question(declined, gives=True)
        self.learn_what_it_cost(declined, was_charged=False)
        more = self.ask(("bob", "fair"), "lite", 2)
        self.send(self.waiting[-1])
        return multiple(bobs, alices, more)

    @invariant()
    def the_rows_say_what_the_book_says(self) -> None:
        checks.check_frames(self)
        checks.check_entries(self)
        checks.check_months(self)
        checks.check_projects(self)

    @invariant()
    def so_do_pages_and_audit(self) -> None:
        self.steps += 1
        if self.steps % SELDOM == 0:
            self.ask_pages_and_audit()

    def ask_pages_and_audit(self) -> None:
        checks.check_sums(self)
        checks.check_what_is_shown(self)
        checks.check_audit(self)

    def teardown(self) -> None:
        try:
            if sys.exception() is None:  # else a step has failed, and that is what has to be heard of
                self.ask_pages_and_audit()
        finally:
            super().teardown()
