"""What a worker that died at each step leaves behind, and what becomes of it: the table of docs/jobs.md.

The worker here is another process's: its id is in the rows, and it answers no more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from studio.jobs import settle
from studio.jobs.call import call_of
from studio.jobs.claim import PREPARING, Claim, claim
from studio.jobs.gateway import current_spool
from studio.jobs.identity import worker_id
from studio.jobs.mark import mark
from studio.jobs.recover import recover
from studio.jobs.run import run_once
from studio.jobs.store import store_pictures
from studio.models import Attempt, Generation, Kind, LedgerEntry, Status, Worker
from studio.provider import gemini
from studio.provider.answer import read_answer
from studio.provider.classify import Verdict, classify
from studio.provider.evidence import Evidence, Stage
from studio.provider.outcome import Outcome
from studio.provider.spool import Spool
from tests import people
from tests.jobs.asking import ask
from tests.jobs.test_outcomes import FREE, PAID, PRESUMED, facts
from tests.people import Cast
from tests.sandbox.process import RunningSandbox
from tests.together import together

pytestmark = pytest.mark.django_db

LOCK = "the lock of this studio"


@dataclass
class Dead:
    """A worker that takes a generation up to some step and never comes back."""

    generation: Generation
    worker: Worker
    mine: Claim

    @classmethod
    def at(cls, cast: Cast, prompt: str = "A red boat", *, lock_name: str = LOCK) -> "Dead":
        """S1: claimed, and no further."""
        now = timezone.now()
        worker = Worker.objects.create(lock_name=lock_name, started_at=now, heartbeat_at=now)
        generation = ask(cast, prompt).generations.get()
        mine = claim(generation.pk, worker_id=worker.pk, now=now)
        assert mine is not None
        return cls(generation, worker, mine)

    def mark(self) -> Attempt:
        """S3: marked as sent, and no further."""
        return mark(self.mine, call_of(self.generation), now=timezone.now())

    def call(self) -> tuple[Attempt, Evidence]:
        """S5: the answer is in the spool, whole; nobody has written down that it came."""
        call = call_of(self.generation)

        def before_send() -> None:
            mark(self.mine, call, now=timezone.now())

        evidence = gemini.generate(
            call.request,
            gateway=call.gateway,
            attempt_id=str(call.attempt_id),
            spool=current_spool(),
            before_send=before_send,
        )
        return Attempt.objects.get(pk=call.attempt_id), evidence

    def charge(self) -> Attempt:
        """S6: the charge is committed, the answer is still unread."""
        attempt, evidence = self.call()
        settle.record_answer(self.mine, attempt, evidence, now=timezone.now())
        attempt.refresh_from_db()
        return attempt

    def store(self) -> Attempt:
        """S7: the pictures are stored; the rows that name them are missing."""
        attempt = self.charge()
        answer = current_spool().answer(str(attempt.pk))
        assert answer is not None
        reading = read_answer(answer)
        verdict = classify(answer.evidence, reading)
        store_pictures(attempt, reading, verdict, now=timezone.now())
        return attempt


def take_up(now: datetime | None = None) -> int:
    return recover(lock_name=LOCK, now=now or timezone.now())


def after(generation: Generation) -> tuple[str, str, str, list[str], list[str]]:
    generation.refresh_from_db()
    return facts(generation)


def partial(spool: Spool, attempt: Attempt, status: int | None) -> None:
    """What is left of an answer whose worker died while it came in."""
    writer = spool.open(str(attempt.pk))
    if status is not None:
        writer.head(status, {"retry-after": "7"})
        writer.document(b'{"candidates": [')
    writer.close()


def test_F03_claimed_and_not_marked_goes_back_in_line(cast: Cast, sandbox: RunningSandbox) -> None:
    dead = Dead.at(cast)
    assert take_up() == 1
    assert after(dead.generation) == ("queued", "", "held", [], ["hold"])
    run_once(dead.generation.pk)
    assert after(dead.generation) == ("succeeded", "delivered", "charged", ["primary"], PAID)


def test_F04_marked_without_an_answer_may_have_been_sent(cast: Cast, sandbox: RunningSandbox) -> None:
    dead = Dead.at(cast)
    attempt = dead.mark()
    assert take_up() == 1
    assert after(dead.generation) == ("unknown", "outcome_unknown", "presumed", [], PRESUMED)
    attempt.refresh_from_db()
    assert (attempt.charge, attempt.reason) == ("presumed", "worker_lost")
    run_once(dead.generation.pk)
    assert sandbox.requests() == []


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (None, ("unknown", "outcome_unknown", "presumed", [], PRESUMED)),
        (200, ("refused", "delivery_lost", "presumed", [], PRESUMED)),
        (504, ("unknown", "outcome_unknown", "presumed", [], PRESUMED)),
        (400, ("failed", "failed_input", "none", [], FREE)),
        (429, ("queued", "failed_busy", "held", [], ["hold"])),
    ],
)
def test_F06_the_status_line_of_half_an_answer_decides(
    cast: Cast, sandbox: RunningSandbox, spool: Spool, status: int | None, expected: tuple[object, ...]
) -> None:
    dead = Dead.at(cast)
    attempt = dead.mark()
    partial(spool, attempt, status)
    assert take_up() == 1
    assert after(dead.generation) == expected
    attempt.refresh_from_db()
    assert attempt.http_status == status


@pytest.mark.parametrize(
    ("marker", "expected"),
    [
        ("several", ("succeeded", "delivered", "charged", ["primary", "variant", "variant"], PAID)),
        ("text_refusal", ("refused", "refused_text", "presumed", [], PRESUMED)),
        ("corrupt", ("refused", "corrupt_result", "charged", [], PAID)),
        ("oss", ("succeeded", "delivered", "charged", ["primary"], PRESUMED)),
        ("504", ("unknown", "outcome_unknown", "presumed", [], PRESUMED)),
        ("400", ("failed", "failed_input", "none", [], FREE)),
        ("429", ("queued", "failed_busy", "held", [], ["hold"])),
    ],
)
@pytest.mark.parametrize("step", [Dead.call, Dead.charge], ids=["whole in the spool", "charged and unread"])
def test_F07_an_answer_on_disk_is_finished_without_a_second_call(
    cast: Cast,
    sandbox: RunningSandbox,
    step: Callable[[Dead], object],
    marker: str,
    expected: tuple[object, ...],
) -> None:
    dead = Dead.at(cast, f"A boat [sandbox:{marker}]")
    step(dead)
    assert take_up() == 1
    assert after(dead.generation) == expected
    assert len(sandbox.requests()) == 1


def test_F08_pictures_that_are_stored_already_get_their_rows(cast: Cast, sandbox: RunningSandbox) -> None:
    dead = Dead.at(cast, "A boat [sandbox:several]")
    dead.store()
    assert take_up() == 1
    assert after(dead.generation) == ("succeeded", "delivered", "charged", ["primary", "variant", "variant"], PAID)


def test_F09_what_is_final_is_left_alone(cast: Cast, sandbox: RunningSandbox) -> None:
    dead = Dead.at(cast)
    settle.conclude(dead.mine, dead.charge(), now=timezone.now())
    before = after(dead.generation)
    assert take_up() == 0
    assert after(dead.generation) == before


@pytest.mark.parametrize("step", [Dead.mark, Dead.call, Dead.charge, Dead.store])
def test_F14_to_recover_twice_changes_nothing(
    cast: Cast, sandbox: RunningSandbox, step: Callable[[Dead], object]
) -> None:
    dead = Dead.at(cast)
    step(dead)
    take_up()
    before, entries = after(dead.generation), LedgerEntry.objects.count()
    assert take_up(timezone.now() + timedelta(days=1)) == 0
    assert (after(dead.generation), LedgerEntry.objects.count()) == (before, entries)


@pytest.mark.parametrize("step", [Dead.mark, Dead.charge])
def test_a_worker_under_another_lock_is_given_its_time(
    cast: Cast, sandbox: RunningSandbox, step: Callable[[Dead], object]
) -> None:
    dead = Dead.at(cast, lock_name="another machine's")
    step(dead)
    assert take_up() == 0
    dead.generation.refresh_from_db()
    assert dead.generation.is_in_flight
    assert take_up(timezone.now() + timedelta(hours=1)) == 1
    dead.generation.refresh_from_db()
    assert dead.generation.is_final


def test_a_claim_under_another_lock_is_given_its_time(cast: Cast, sandbox: RunningSandbox) -> None:
    Dead.at(cast, lock_name="another machine's")
    assert take_up() == 0
    assert take_up(timezone.now() + PREPARING + timedelta(seconds=1)) == 1


def test_what_this_process_is_at_is_not_taken_from_it(cast: Cast, sandbox: RunningSandbox) -> None:
    dead = Dead.at(cast)
    dead.charge()
    Generation.objects.filter(pk=dead.generation.pk).update(worker_id=worker_id())
    tomorrow = timezone.now() + timedelta(days=1)
    assert recover(lock_name=LOCK, now=tomorrow, in_hand=[dead.generation.pk]) == 0
    assert recover(lock_name=LOCK, now=tomorrow) == 1


def test_F12_a_worker_that_wakes_up_too_late_changes_nothing(cast: Cast, sandbox: RunningSandbox) -> None:
    """Stopped for minutes, judged meanwhile, and then going on where it was."""
    dead = Dead.at(cast)
    attempt, evidence = dead.call()
    answer = current_spool().answer(str(attempt.pk))
    assert answer is not None
    hidden = answer.directory.rename(answer.directory.with_suffix(".away"))
    take_up()
    assert after(dead.generation) == ("unknown", "outcome_unknown", "presumed", [], PRESUMED)
    hidden.rename(answer.directory)
    settle.record_answer(dead.mine, attempt, evidence, now=timezone.now())
    settle.conclude(dead.mine, attempt, now=timezone.now())
    assert after(dead.generation) == ("unknown", "outcome_unknown", "presumed", [], PRESUMED)
    assert current_spool().answer(str(attempt.pk)) is not None  # it was paid for: somebody may want to see it


@pytest.mark.parametrize("outcome", [Outcome.FAILED_BUSY, Outcome.FAILED_NETWORK, Outcome.PROVIDER_ERROR])
def test_what_may_be_charged_is_never_sent_again_whatever_the_verdict_says(
    cast: Cast, sandbox: RunningSandbox, outcome: Outcome
) -> None:
    """The last line of defence, should a mistake ever get into the table of outcomes."""
    dead = Dead.at(cast)
    attempt = dead.mark()
    settle.record_answer(dead.mine, attempt, Evidence(stage=Stage.SENT), now=timezone.now())
    attempt.refresh_from_db()
    assert settle.settle(dead.mine, attempt, Verdict.of(outcome, "a mistake"), now=timezone.now())
    assert after(dead.generation) == ("refused", outcome, "presumed", [], PRESUMED)


def test_one_bad_row_does_not_keep_the_others_waiting(
    cast: Cast, sandbox: RunningSandbox, caplog: pytest.LogCaptureFixture
) -> None:
    bad, good = Dead.at(cast), Dead.at(cast)
    attempt, _ = bad.call()
    good.charge()
    answer = current_spool().answer(str(attempt.pk))
    assert answer is not None
    (answer.directory / "evidence.json").write_text("{")
    assert take_up() == 1
    assert after(good.generation)[0] == Status.SUCCEEDED
    assert after(bad.generation)[0] == Status.SENDING
    assert "could not be recovered" in caplog.text
    # For the sandbox's book: the call is on record once its evidence is readable again.
    (answer.directory / "evidence.json").write_text('{"stage": "complete", "http_status": 200}')
    assert take_up(timezone.now() + timedelta(hours=1)) == 1


def test_a_picture_that_cannot_be_fetched_yet_is_waited_for(
    cast: Cast, sandbox: RunningSandbox, settings: Settings
) -> None:
    settings.NB_TIMEOUT_SCALE = 0.05
    generation = ask(cast, "A boat [sandbox:oss_later=4]").generations.get()
    run_once(generation.pk)
    generation.refresh_from_db()
    assert (generation.status, generation.charge) == ("saving", "presumed")
    assert take_up(timezone.now() + timedelta(seconds=16)) == 1
    assert after(generation) == ("succeeded", "delivered", "charged", ["primary"], PRESUMED)
    assert len(sandbox.requests()) == 1


def test_a_picture_that_never_comes_is_given_up_in_words(cast: Cast, sandbox: RunningSandbox) -> None:
    generation = ask(cast, "A boat [sandbox:oss_later=20]").generations.get()
    run_once(generation.pk)
    assert take_up(timezone.now() + timedelta(hours=1)) == 1
    assert after(generation) == ("refused", "delivery_lost", "charged", [], PRESUMED)


@pytest.mark.thorough
def test_F27_a_bucket_that_cannot_be_reached_keeps_the_picture_in_the_spool(
    cast: Cast, sandbox: RunningSandbox, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = settings.STORAGES
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "of nobody")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    options = {"bucket_name": "studio", "endpoint_url": "http://127.0.0.1:1", "region_name": "us-east-1"}
    settings.STORAGES = {**disk, "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}}
    generation = ask(cast).generations.get()
    run_once(generation.pk)
    generation.refresh_from_db()
    assert (generation.status, generation.charge) == ("saving", "charged")
    settings.STORAGES = disk
    assert take_up(timezone.now() + timedelta(seconds=16)) == 1
    assert after(generation) == ("succeeded", "delivered", "charged", ["primary"], PAID)
    assert len(sandbox.requests()) == 1


@pytest.mark.django_db(transaction=True)
def test_F14_of_two_sweepers_at_once_each_settles_what_the_other_does_not(sandbox: RunningSandbox) -> None:
    cast = people.cast()
    dead = [Dead.at(cast) for _ in range(4)]
    for each, step in zip(dead, (Dead.mark, Dead.call, Dead.charge, Dead.store), strict=True):
        step(each)
    taken_up = together(2, lambda _number: take_up())
    assert sum(each for each in taken_up if isinstance(each, int)) == 4
    assert [after(each.generation)[0] for each in dead] == ["unknown", "succeeded", "succeeded", "succeeded"]
    assert LedgerEntry.objects.filter(kind=Kind.CHARGE).count() == 4
    assert LedgerEntry.objects.filter(kind=Kind.RELEASE).count() == 4


def test_F26_storage_that_is_away_keeps_the_picture_in_the_spool(
    cast: Cast, sandbox: RunningSandbox, settings: Settings, tmp_path: Path
) -> None:
    """Paid and on disk; stored as soon as the storage is there again."""
    settings.MEDIA_ROOT = tmp_path / "file"
    settings.MEDIA_ROOT.write_text("where a folder should be")
    generation = ask(cast).generations.get()
    run_once(generation.pk)
    generation.refresh_from_db()
    assert (generation.status, generation.charge) == ("saving", "charged")
    settings.MEDIA_ROOT.unlink()
    assert take_up(timezone.now() + timedelta(seconds=16)) == 1
    assert after(generation) == ("succeeded", "delivered", "charged", ["primary"], PAID)
    assert len(sandbox.requests()) == 1
