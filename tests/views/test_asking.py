"""Budgets and the inbox: a member asks, an admin decides, and nobody else may."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from studio.ledger import decisions, post
from studio.ledger.balance import month_of, month_summary
from studio.ledger.project_budget import project_summary, set_project_budget
from studio.ledger.standing import set_charge
from studio.models import BudgetRequest, ChargeQuestion, Kind, LedgerEntry, Project, User
from studio.provider.outcome import Charge, Outcome
from studio.views import inbox
from tests.people import MONEY_MICROS, Cast, allow
from tests.runs import make_run
from tests.views.booked import end
from tests.views.composing import HTMX, fields

type SignIn = Callable[[User], Client]


def charge(cast: Cast) -> LedgerEntry:
    """Of a refusal of Bob's."""
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.REFUSED_OUTPUT)
    return LedgerEntry.objects.get(kind=Kind.CHARGE)


def question(cast: Cast) -> ChargeQuestion:
    return decisions.ask_about(charge(cast), note="No picture came", now=timezone.now())


def request(cast: Cast, *, for_project: bool = False) -> BudgetRequest:
    project = cast.project if for_project else None
    return decisions.ask_for_more(cast.bob, project, note="For the fair", now=timezone.now())


def ask(person: Client, note: str, *charges: LedgerEntry, from_page: str = "") -> Any:
    """What comes back in the end, after every redirect."""
    sent = {"charge": [charge.sequence for charge in charges], "note": note, "next": from_page}
    return person.post(reverse("charge-questions"), sent, follow=True)


class TestTheComposer:
    def test_a_run_over_the_projects_budget_says_whose_it_is(self, cast: Cast, signed_in: SignIn) -> None:
        set_project_budget(cast.project, 200_000, now=timezone.now())
        sent = fields(variations="4", quoted_micros="360000")
        response = signed_in(cast.bob).post(reverse("runs", args=[cast.project.public_id]), sent, headers=HTMX)
        text = response.content.decode()
        assert response.status_code == 422
        for words in (
            "This run costs more than the project has left",
            "4 × $0.09 = $0.36, and the project has $0.20 left until",
            "Make 2 instead, $0.18",
            "Ask Dana for more",
            f'value="{cast.project.public_id}"',
            "$0.16 over the project’s budget",
            "$0.20 of the project’s $0.20 left this month",
        ):
            assert words in text

    def test_the_smaller_budget_counts(self, cast: Cast, signed_in: SignIn) -> None:
        set_project_budget(cast.project, 300_000, now=timezone.now())
        allow(cast.bob, 100_000)
        address = reverse("composition", args=[cast.project.public_id])
        text = signed_in(cast.bob).post(address, fields(variations="4"), headers=HTMX).content.decode()
        assert "$0.26 over your budget" in text

    def test_without_a_budget_of_the_project_nothing_is_said_of_one(self, cast: Cast, signed_in: SignIn) -> None:
        assert "the project’s" not in signed_in(cast.bob).get(cast.project.get_absolute_url()).content.decode()

    def test_several_admins_are_asked_together(self, cast: Cast, signed_in: SignIn) -> None:
        User.objects.filter(pk=cast.alice.pk).update(is_staff=True)
        allow(cast.bob, 0)
        address = reverse("runs", args=[cast.project.public_id])
        assert "Ask an admin for more" in signed_in(cast.bob).post(address, fields(), headers=HTMX).content.decode()


class TestAsking:
    def test_from_the_notice(self, cast: Cast, signed_in: SignIn) -> None:
        asked = {"project": str(cast.project.public_id)}
        response = signed_in(cast.bob).post(reverse("budget-requests"), asked, headers=HTMX)
        assert "Asked for more" in response.content.decode()
        assert BudgetRequest.objects.get().project == cast.project

    def test_from_my_usage_and_seen_there(self, cast: Cast, signed_in: SignIn) -> None:
        bob = signed_in(cast.bob)
        response = bob.post(reverse("budget-requests"), {"note": "For the fair"}, follow=True)
        assert "You asked for more on" in response.content.decode()
        assert BudgetRequest.objects.get().note == "For the fair"

    @pytest.mark.parametrize("project", ["not-one", "00000000-0000-0000-0000-000000000000"])
    def test_about_a_project_that_is_not_there(self, cast: Cast, signed_in: SignIn, project: str) -> None:
        assert signed_in(cast.bob).post(reverse("budget-requests"), {"project": project}).status_code == 404

    def test_a_stranger_asks_nothing_of_a_project(self, cast: Cast, signed_in: SignIn) -> None:
        asked = {"project": str(cast.project.public_id)}
        assert signed_in(cast.charlie).post(reverse("budget-requests"), asked).status_code == 404
        assert signed_in(cast.vera).post(reverse("budget-requests"), asked).status_code == 403
        assert not BudgetRequest.objects.exists()

    def test_about_a_charge_and_seen_beside_it(self, cast: Cast, signed_in: SignIn) -> None:
        entry = charge(cast)
        bob = signed_in(cast.bob)
        assert entry.generation
        frame = entry.generation.get_absolute_url()
        assert "Question this charge of $0.09" in bob.get(frame).content.decode()
        asked = ask(bob, "No picture\x00 came", entry, from_page=f"{frame}#ledger")
        assert asked.redirect_chain == [(f"{frame}#ledger", 302)]
        text = asked.content.decode()
        assert "You asked: “No picture came”" in text
        assert "An admin has not answered yet." in text
        ask(bob, "Once more", entry)
        assert ChargeQuestion.objects.get().note == "No picture came"

    def test_from_the_line_of_the_statement_itself(self, cast: Cast, signed_in: SignIn) -> None:
        entry = charge(cast)
        bob = signed_in(cast.bob)
        page = bob.get(reverse("usage")).content.decode()
        line = f"{reverse('usage')}?month={entry.month:%Y-%m}#line-{entry.sequence}"
        assert 'aria-label="Question this charge: 1A"' in page
        assert f'value="{line}"' in page
        asked = ask(bob, "No picture came", entry, from_page=line)
        assert asked.redirect_chain == [(line, 302)]
        text = asked.content.decode()
        assert "You asked: “No picture came” An admin has not answered yet." in text
        assert "Question this charge" not in text

    def test_the_line_says_what_was_decided(self, cast: Cast, signed_in: SignIn) -> None:
        decisions.let_stand(question(cast), answer="It was declined", by=cast.dana, now=timezone.now())
        text = signed_in(cast.bob).get(reverse("usage")).content.decode()
        assert "<b>The charge stands.</b> Dana: “It was declined”" in text

    def test_of_a_folded_line_the_charges_that_are_ticked(self, cast: Cast, signed_in: SignIn) -> None:
        for generation in make_run(cast.bob, cast.project, variations=3).generations.all():
            end(generation, Outcome.REFUSED_OUTPUT)
        first, second, _third = LedgerEntry.objects.filter(kind=Kind.CHARGE).order_by("sequence")
        bob = signed_in(cast.bob)
        assert bob.get(reverse("usage")).content.decode().count('name="charge"') == 3
        text = ask(bob, "Why?", first, second).content.decode()
        assert "You asked about 1A: “Why?”" in text
        assert "You asked about 1B: “Why?”" in text
        assert text.count('name="charge"') == 1
        assert ChargeQuestion.objects.count() == 2

    def test_what_is_back_already_is_not_asked_about(self, cast: Cast, signed_in: SignIn) -> None:
        entry = charge(cast)
        assert entry.attempt
        with transaction.atomic():
            post.reimburse(entry, note="Sheet 1", recorded_by=cast.dana, now=timezone.now())
            set_charge(entry.attempt, Charge.REIMBURSED)
        assert "Question this charge" not in signed_in(cast.bob).get(reverse("usage")).content.decode()

    def test_a_question_needs_words(self, cast: Cast, signed_in: SignIn) -> None:
        text = ask(signed_in(cast.bob), "  ", charge(cast)).content.decode()
        assert "Write what you would like to know." in text
        assert not ChargeQuestion.objects.exists()

    def test_and_a_charge(self, cast: Cast, signed_in: SignIn) -> None:
        assert "Tick a charge to ask about." in ask(signed_in(cast.bob), "Why?").content.decode()

    def test_nobody_asks_about_what_others_were_charged(self, cast: Cast, signed_in: SignIn) -> None:
        assert ask(signed_in(cast.alice), "Why?", charge(cast)).status_code == 404

    def test_a_hold_is_no_charge(self, cast: Cast, signed_in: SignIn) -> None:
        hold = charge(cast).account.entries.get(kind=Kind.HOLD)
        assert ask(signed_in(cast.bob), "Why?", hold).status_code == 404

    @pytest.mark.parametrize("typed", ["x", "-1", "9" * 30, "²"])
    def test_nor_is_nonsense(self, cast: Cast, signed_in: SignIn, typed: str) -> None:
        sent = {"charge": typed, "note": "Why?"}
        assert signed_in(cast.bob).post(reverse("charge-questions"), sent).status_code == 404

    @pytest.mark.parametrize("page", ["https://example.com/", "//example.com", "javascript:alert(1)", ""])
    def test_nobody_is_led_out_of_the_studio(self, cast: Cast, signed_in: SignIn, page: str) -> None:
        asked = ask(signed_in(cast.bob), "Why?", charge(cast), from_page=page)
        assert asked.redirect_chain == [(reverse("usage"), 302)]


class TestTheInbox:
    def test_it_shows_what_is_asked_with_what_is_needed_to_decide(self, cast: Cast, signed_in: SignIn) -> None:
        question(cast)
        request(cast)
        text = signed_in(cast.dana).get(reverse("inbox")).content.decode()
        for words in (
            "Inbox (2)",
            "For the fair",
            "$0.09 of $10.00 used this month",
            'value="20.00"',
            "Decline, stay at $10.00",
            "Bob about 1A, $0.09",
            "No picture came",
            "Give back $0.09",
            "Charge stands, $0.09",
            "1 attempt, $0.09",
        ):
            assert words in text

    def test_how_many_wait_costs_no_further_question(
        self, cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        dana, sizes = signed_in(cast.dana), []
        for people in ((cast.bob,), (cast.alice, cast.charlie, cast.vera)):
            for person in people:
                for project in (None, Project.objects.create(name=person.username)):
                    decisions.ask_for_more(person, project, note="For the fair", now=timezone.now())
            dana.get(reverse("inbox"))  # what is made when first asked for
            with CaptureQueriesContext(connection) as asked:
                dana.get(reverse("inbox"))
            sizes.append(len(asked))
        assert sizes[0] == sizes[1]
        monkeypatch.setattr(inbox, "SHOWN", 2)
        text = dana.get(reverse("inbox")).content.decode()
        assert "The oldest 2 are shown." in text
        assert text.count("For the fair") == 2

    def test_a_budget_is_raised(self, cast: Cast, signed_in: SignIn) -> None:
        address = reverse("budget-decision", args=[request(cast).pk])
        decided = {"decision": "grant", "budget": "$25"}
        text = signed_in(cast.dana).post(address, decided, follow=True).content.decode()
        assert "Bob: $25.00 a month from now on" in text
        assert month_summary(cast.bob, month_of(timezone.now())).allowance_micros == 25_000_000

    def test_a_projects_too(self, cast: Cast, signed_in: SignIn) -> None:
        address = reverse("budget-decision", args=[request(cast, for_project=True).pk])
        signed_in(cast.dana).post(address, {"decision": "grant", "budget": "25"})
        assert project_summary(cast.project, timezone.now()).budget_micros == 25_000_000

    @pytest.mark.parametrize("typed", ["much", "-5", "", "1e9", "99999999"])
    def test_an_amount_that_is_none_decides_nothing(self, cast: Cast, signed_in: SignIn, typed: str) -> None:
        address = reverse("budget-decision", args=[request(cast).pk])
        response = signed_in(cast.dana).post(address, {"decision": "grant", "budget": typed})
        assert response.status_code == 422
        assert BudgetRequest.objects.get().status == "open"

    def test_declined(self, cast: Cast, signed_in: SignIn) -> None:
        address = reverse("budget-decision", args=[request(cast).pk])
        signed_in(cast.dana).post(address, {"decision": "decline", "budget": "x"})
        assert BudgetRequest.objects.get().status == "declined"

    def test_a_charge_is_given_back_and_its_person_reads_why(self, cast: Cast, signed_in: SignIn) -> None:
        asked = question(cast)
        address = reverse("charge-decision", args=[asked.pk])
        decided = {"decision": "give_back", "answer": "Our mistake"}
        text = signed_in(cast.dana).post(address, decided, follow=True).content.decode()
        assert "$0.09 given back to Bob" in text
        assert month_summary(cast.bob, asked.entry.month).left_micros == MONEY_MICROS
        assert asked.entry.generation
        assert "Our mistake" in signed_in(cast.bob).get(asked.entry.generation.get_absolute_url()).content.decode()
        assert "Our mistake" in signed_in(cast.bob).get(reverse("usage")).content.decode()

    def test_without_an_answer_nothing_is_decided(self, cast: Cast, signed_in: SignIn) -> None:
        address = reverse("charge-decision", args=[question(cast).pk])
        response = signed_in(cast.dana).post(address, {"decision": "give_back", "answer": " "})
        assert response.status_code == 422
        assert "Write a sentence for the person who asked." in response.content.decode()

    def test_F76_the_second_admin_is_told(self, cast: Cast, signed_in: SignIn) -> None:
        asked, wanted = question(cast), request(cast)
        dana = signed_in(cast.dana)
        for address, decided in (
            (reverse("charge-decision", args=[asked.pk]), {"decision": "give_back", "answer": "Sorry"}),
            (reverse("budget-decision", args=[wanted.pk]), {"decision": "grant", "budget": "25"}),
        ):
            assert dana.post(address, decided).status_code == 302
            late = dana.post(address, decided)
            assert late.status_code == 409
            assert "This was decided already" in late.content.decode()
        assert LedgerEntry.objects.filter(kind=Kind.CORRECTION).count() == 1


class TestTheBudgetsPage:
    def test_it_lists_everybody_and_every_project(self, cast: Cast, signed_in: SignIn) -> None:
        set_project_budget(cast.project, 40_000_000, now=timezone.now())
        make_run(cast.bob, cast.project)
        text = signed_in(cast.dana).get(reverse("budgets")).content.decode()
        for words in ("Charlie", "Autumn catalogue", 'value="40.00"', 'value="10.00"', "$0.09"):
            assert words in text

    def test_a_budget_is_set(self, cast: Cast, signed_in: SignIn) -> None:
        dana = signed_in(cast.dana)
        dana.post(reverse("budgets"), {"of": f"person {cast.bob.pk}", "budget": "12.50"})
        dana.post(reverse("budgets"), {"of": f"project {cast.project.public_id}", "budget": "80"})
        assert month_summary(cast.bob, month_of(timezone.now())).allowance_micros == 12_500_000
        assert project_summary(cast.project, timezone.now()).budget_micros == 80_000_000
        entry = LedgerEntry.objects.filter(account__person=cast.bob, kind=Kind.ALLOWANCE).latest("sequence")
        assert entry.recorded_by == cast.dana

    def test_a_projects_is_taken_away_by_leaving_it_empty(self, cast: Cast, signed_in: SignIn) -> None:
        set_project_budget(cast.project, 40_000_000, now=timezone.now())
        address = reverse("budgets")
        text = (
            signed_in(cast.dana)
            .post(address, {"of": f"project {cast.project.public_id}", "budget": ""}, follow=True)
            .content.decode()
        )
        assert "Autumn catalogue: no limit from now on" in text
        assert project_summary(cast.project, timezone.now()).budget_micros is None

    def test_what_is_no_amount_stays_in_its_field(self, cast: Cast, signed_in: SignIn) -> None:
        sent = {"of": f"person {cast.bob.pk}", "budget": "a lot"}
        response = signed_in(cast.dana).post(reverse("budgets"), sent)
        text = response.content.decode()
        assert response.status_code == 422
        assert 'value="a lot"' in text
        assert text.count("Type an amount in dollars, such as 12.50.") == 1

    @pytest.mark.parametrize("of", ["", "person", "person 999999", "person x", "project 7", "king 1"])
    def test_a_budget_of_nobody_is_not_here(self, cast: Cast, signed_in: SignIn, of: str) -> None:
        assert signed_in(cast.dana).post(reverse("budgets"), {"of": of, "budget": "1"}).status_code == 404

    def test_how_many_there_are_costs_no_further_question(self, cast: Cast, signed_in: SignIn) -> None:
        dana = signed_in(cast.dana)

        def questions() -> int:
            with CaptureQueriesContext(connection) as asked:
                dana.get(reverse("budgets"))
            return len(asked)

        questions()  # what is made when first asked for
        few = questions()
        for number in range(12):
            User.objects.create_user(f"p{number}")
        assert questions() == few


@pytest.mark.parametrize("name", ["bob", "alice", "charlie"])
def test_only_admins_decide(cast: Cast, signed_in: SignIn, name: str) -> None:
    client = signed_in(getattr(cast, name))
    for address in (reverse("inbox"), reverse("budgets")):
        assert client.get(address).status_code == 403
    for address in (
        reverse("budgets"),
        reverse("budget-decision", args=[request(cast).pk]),
        reverse("charge-decision", args=[question(cast).pk]),
    ):
        assert client.post(address, {"decision": "grant", "budget": "99", "answer": "x"}).status_code == 403
    assert BudgetRequest.objects.get().status == ChargeQuestion.objects.get().status == "open"
