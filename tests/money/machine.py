"""The machine whole: the rules of people, workers and those who pay, and what must hold after each of them."""

import sys

from hypothesis.stateful import MultipleResults, initialize, invariant, multiple

from tests.money import checks
from tests.money.money_rules import MoneyRules
from tests.money.people_rules import Form

SELDOM = 15
"""What takes many questions is asked after every so many steps, and at the end."""


class Studio(MoneyRules):
    steps = 0

    @initialize(target=MoneyRules.forms)
    def be_in_the_middle_of_it(self) -> MultipleResults[Form]:
        """Some wait, one is under way, one is lost, two are paid: so that every rule has something to take hold of."""
        bobs = self.ask(("bob", "catalogue"), "lite", 3)
        alices = self.ask(("alice", "fair"), "lite", 3)
        lost, _waiting, paid, declined, under_way, _waiting_too = self.waiting
        self.send(lost)
        self.look_after(9)
        for number in (paid, declined, under_way):
            self.send(number)
        self.answer(paid, "picture")
        self.answer(declined, "words")
        return multiple(bobs, alices)

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
        checks.check_what_is_shown(self)
        checks.check_audit(self)

    def teardown(self) -> None:
        try:
            if sys.exception() is None:  # else a step has failed, and that is what has to be heard of
                self.ask_pages_and_audit()
        finally:
            super().teardown()
