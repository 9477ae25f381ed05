"""Who is told of what, in which words; what becomes one; and that nobody is told of their own doing."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.utils import timezone

from studio.gallery.marks import pick
from studio.jobs.claim import claim
from studio.jobs.settle import settle
from studio.ledger import decisions, post
from studio.ledger.presumed import settle_presumed
from studio.membership.invitations import accept, invite
from studio.models import Attempt, Generation, Invitation, Kind, LedgerEntry, Notice, User
from studio.notices.reading import READ_KEPT, UNREAD_KEPT, forget, read_about, unread_count
from studio.notices.tell import News, tell
from studio.notices.words import sentence
from studio.provider.classify import Verdict
from studio.provider.outcome import Charge, Outcome
from studio.reimbursement.credit import close
from studio.talk.comments import say
from studio.talk.verdicts import decide, withdraw
from tests.people import Cast
from tests.reconcile.calls import made, run
from tests.reconcile.rows import row
from tests.reimbursement.claimed import AFTER, declined, sent
from tests.runs import make_attempt, make_run
from tests.together import together

pytestmark = pytest.mark.django_db


def now() -> datetime:
    return timezone.now()


def told(*people: User) -> list[list[str]]:
    """What stands unread on each one's list, newest first."""
    rows = Notice.objects.unread().select_related("by", "project", "generation__run")
    return [[sentence(each) for each in rows.filter(person=person)] for person in people]


def test_a_comment_is_told_to_whose_frame_it_is_and_to_who_spoke_before(cast: Cast, frame: Generation) -> None:
    say(frame, "Too dark", person=cast.vera, now=now())
    assert told(cast.bob, cast.vera, cast.alice) == [["Vera commented on 1A"], [], []]
    say(frame, "I like it", person=cast.alice, now=now())
    say(frame, "Thank you", person=cast.bob, now=now())
    assert told(cast.bob, cast.vera, cast.alice) == [
        ["2 new comments on 1A, the last by Alice"],
        ["2 new comments on 1A, the last by Bob"],
        ["Bob commented on 1A"],
    ]
    read_about([frame], cast.bob, now=now())
    say(frame, "Still", person=cast.vera, now=now())
    assert told(cast.bob) == [["Vera commented on 1A"]]


def test_of_verdicts_that_were_not_read_the_last_is_told_and_one_withdrawn_is_not(
    cast: Cast, frame: Generation
) -> None:
    for is_approved in (True, False):
        decide(frame, is_approved=is_approved, person=cast.alice, now=now())
    assert told(cast.bob) == [["Alice rejected 1A"]]
    withdraw(frame)
    decide(frame, is_approved=True, person=cast.bob, now=now())
    assert told(cast.bob) == [[]]


def test_picks_of_a_run_are_told_once(cast: Cast) -> None:
    frames = list(make_run(cast.bob, cast.project, variations=3, held=False).generations.select_related("run"))
    for _twice in range(2):
        pick(frames[:2], is_picked=True, by=cast.alice)
    pick(frames[2:], is_picked=True, by=cast.bob)
    assert told(cast.bob) == [["Alice picked 2 images of run 1"]]


def test_a_budget_request_is_told_to_every_admin_until_one_has_answered(cast: Cast) -> None:
    User.objects.filter(pk=cast.alice.pk).update(is_staff=True)
    asked = decisions.ask_for_more(cast.bob, None, note="For the fair", now=now())
    decisions.ask_for_more(cast.bob, None, note="In May", now=now())
    assert told(cast.dana, cast.alice, cast.bob) == [["Bob asks for more money"]] * 2 + [[]]
    decisions.grant(asked, 60_000_000, by=cast.dana, now=now())
    granted = "Dana granted what you asked for: you have $60.00 a month"
    assert told(cast.dana, cast.alice, cast.bob) == [[], [], [granted]]
    decisions.decline(decisions.ask_for_more(cast.bob, cast.project, note="", now=now()), by=cast.dana, now=now())
    assert told(cast.bob) == [["Dana declined what you asked for Autumn catalogue", granted]]


def test_a_budget_is_told_with_its_sum_and_only_the_last(cast: Cast) -> None:
    for dollars in (20, 30):
        decisions.set_budget(cast.bob, dollars * 1_000_000, by=cast.dana, now=now())
    decisions.set_budget(cast.dana, 90_000_000, by=cast.dana, now=now())
    assert told(cast.bob, cast.dana) == [["Dana set your budget to $30.00 a month"], []]


def test_an_invitation_is_told_to_who_wrote_it_once_it_is_accepted(cast: Cast) -> None:
    for guest in (cast.charlie, cast.dana):
        fresh = invite(cast.project, Invitation.Role.MAKER, by=cast.alice, now=now())
        accept(fresh.invitation, guest)
    assert told(cast.alice) == [["2 people accepted your invitations to Autumn catalogue, the last was Dana"]]


@pytest.mark.parametrize(
    ("outcome", "charge", "words"),
    [
        (
            Outcome.OUTCOME_UNKNOWN,
            Charge.PRESUMED,
            "1A ended without an answer. It counts as charged until that is known.",
        ),
        (Outcome.REFUSED_OUTPUT, Charge.CHARGED, "1A brought no image, and counts as charged"),
        (Outcome.FAILED_INPUT, Charge.NONE, None),
    ],
)
def test_an_end_that_cost_or_may_have_is_told(cast: Cast, outcome: Outcome, charge: Charge, words: str | None) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    mine = claim(generation.pk, worker_id=uuid4(), now=now())
    assert mine
    assert settle(mine, make_attempt(generation), Verdict.of(outcome, "x", charge=charge), now=now())
    assert told(cast.bob, cast.alice) == [[words] if words else [], []]


def test_what_was_presumed_is_told_when_it_is_certain(cast: Cast) -> None:
    made(cast, Charge.PRESUMED)
    run(row())
    made(cast, Charge.PRESUMED)
    settle_presumed(
        LedgerEntry.objects.filter(kind=Kind.CHARGE).latest("pk"), was_charged=False, note="x", by=cast.dana, now=now()
    )
    certain, back = "1A was charged: $0.09, that is certain now", "2A was not charged: $0.09 came back to you"
    assert told(cast.bob) == [[back, certain]]


def test_a_reimbursement_is_told_to_who_paid_with_its_sum(cast: Cast) -> None:
    declined(cast)
    declined(cast)
    sheet = sent(cast.dana)
    close(sheet, list(sheet.lines.values_list("pk", flat=True)), 156_522, by=cast.dana, now=AFTER)
    assert told(cast.bob)[0][0] == "The provider reimbursed 2 charges: $0.18 came back to you"


def test_an_answer_to_a_question_about_a_charge_is_told(cast: Cast) -> None:
    generation = make_run(cast.bob, cast.project, held=False).generations.get()
    with transaction.atomic():
        post.hold([generation], now=now())
        attempt: Attempt = make_attempt(generation)
        post.release(generation, now=now())
        entry = post.charge(attempt, Charge.CHARGED, now=now())
    assert entry
    decisions.let_stand(decisions.ask_about(entry, note="Why?", now=now()), answer="It came", by=cast.dana, now=now())
    assert told(cast.bob) == [["Dana answered your question about a charge: it stands"]]


@pytest.mark.django_db(transaction=True)
def test_what_two_tell_at_the_same_moment_becomes_one(cast: Cast, frame: Generation) -> None:
    people = (cast.vera, cast.alice)
    together(2, lambda number: say(frame, "Lovely", person=people[number], now=now()))
    assert Notice.objects.filter(person=cast.bob).values_list("count", flat=True).get() == 2


def test_old_ones_are_forgotten_read_ones_sooner(cast: Cast, frame: Generation) -> None:
    moment = now()
    for number, (age, is_read) in enumerate(
        [(READ_KEPT, True), (READ_KEPT, False), (UNREAD_KEPT, False), (timedelta(0), True)]
    ):
        at = moment - age - timedelta(days=1)
        tell([cast.bob.pk], News(kind=Notice.Kind.APPROVED, about=f"{number}", generation=frame), now=at)
        if is_read:
            Notice.objects.filter(about=f"{number}").update(read_at=at)
    assert forget(now=moment) == 2
    assert sorted(Notice.objects.values_list("about", flat=True)) == ["1", "3"]
    assert unread_count(cast.bob) == 1


def test_every_kind_has_its_sentence_and_its_way(cast: Cast, frame: Generation) -> None:
    """Whatever is missing of what it is about: a row of long ago, or one that came by another way."""
    for kind in Notice.Kind:
        for count in (1, 3):
            whole = {"by": cast.alice, "project": cast.project, "generation": frame, "amount_micros": 90_000}
            notice = Notice(person=cast.bob, kind=kind, about="x", count=count, told_at=now(), **whole)
            assert "%" not in sentence(notice)
