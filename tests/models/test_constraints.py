"""What may never be is refused by the database itself, by a constraint with a name."""

import uuid
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from studio.models import (
    Account,
    Attempt,
    BudgetRequest,
    ChargeQuestion,
    Comment,
    GatewayKey,
    GatewayLogRow,
    Generation,
    Input,
    Instance,
    Invitation,
    Judgement,
    Kind,
    LedgerEntry,
    Link,
    Membership,
    MissingLogRow,
    MonthBalance,
    Notice,
    Output,
    ProjectMonth,
    PromptReference,
    PromptVersion,
    ReimbursementSheet,
    Run,
    SavedView,
    SheetLine,
    Star,
    Tag,
    Tagging,
    Upload,
)
from tests import people
from tests.library.kept import make_prompt
from tests.people import Cast
from tests.runs import make_attempt, make_run

pytestmark = pytest.mark.django_db

PICTURE = {"mime_type": "image/png", "size_bytes": 1, "width": 1, "height": 1, "key": "k", "thumbnail_key": "t"}


class World:
    """One of everything, all of it as it should be."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.cast: Cast = people.cast()
        self.run = make_run(self.cast.bob, self.cast.project, variations=2)
        self.generation = self.run.generations.get(variation=0)
        self.other = self.run.generations.get(variation=1)
        self.attempt = make_attempt(self.generation)
        self.upload = self.add_upload("0" * 64)
        self.output = self.add_output(self.attempt, position=0)
        self.link = self.add_link()
        self.hold = LedgerEntry.objects.get(generation=self.generation)

    def add_invitation(self, **facts: Any) -> Invitation:
        known = {"project": self.cast.project, "role": "maker", "invited_by": self.cast.alice} | facts
        return Invitation.objects.create(token_hash="0" * 64, created_at=self.now, expires_at=self.now, **known)

    def add_upload(self, sha256: str) -> Upload:
        return Upload.objects.create(
            project=self.cast.project, person=self.cast.bob, name="cup.png", sha256=sha256, **PICTURE
        )

    def add_link(self) -> Link:
        return Link.objects.create(project=self.cast.project, person=self.cast.bob, url="https://x.example/a.png")

    def add_project_month(self, month: date, **facts: Any) -> ProjectMonth:
        return ProjectMonth.objects.create(project=self.cast.project, month=month, **facts)

    def add_request(self, **facts: Any) -> BudgetRequest:
        return BudgetRequest.objects.create(person=self.cast.bob, created_at=self.now, **facts)

    def add_question(self, **facts: Any) -> ChargeQuestion:
        return ChargeQuestion.objects.create(entry=self.hold, note="Why?", created_at=self.now, **facts)

    def add_log_row(self, request_id: str = "req-1", **facts: Any) -> GatewayLogRow:
        known = {"logged_at": self.now, "read_at": self.now, "model_name": "m", "quota": 1}
        return GatewayLogRow.objects.create(request_id=request_id, **(known | facts))

    def add_missing_row(self, **facts: Any) -> MissingLogRow:
        return MissingLogRow.objects.create(attempt=self.attempt, noticed_at=self.now, **facts)

    def add_sheet(self, **facts: Any) -> ReimbursementSheet:
        known = {"month": self.hold.month, "drawn_at": self.now, "drawn_by": self.cast.dana}
        return ReimbursementSheet.objects.create(**(known | facts))

    def add_closed_sheet(self, state: str, credited_micros: int | None) -> ReimbursementSheet:
        return self.add_sheet(state=state, sent_at=self.now, closed_at=self.now, credited_micros=credited_micros)

    def add_sheet_line(self, **facts: Any) -> SheetLine:
        return SheetLine.objects.create(sheet=self.add_sheet(), row=self.add_log_row(), **facts)

    def add_output(self, attempt: Attempt, *, position: int, role: str = "primary") -> Output:
        facts: dict[str, Any] = {**PICTURE, "sha256": "0" * 64}
        return Output.objects.create(
            generation=attempt.generation, attempt=attempt, role=role, position=position, **facts
        )

    def add_tag(self) -> Tag:
        return Tag.objects.create(project=self.cast.project, name="Autumn", key="autumn")

    def add_taggings(self, count: int) -> None:
        tag = self.add_tag()
        for _ in range(count):
            Tagging.objects.create(tag=tag, generation=self.generation)

    def add_notice(self, **facts: Any) -> Notice:
        known = {"kind": Notice.Kind.BUDGET, "about": "budget", "told_at": self.now} | facts
        return Notice.objects.create(person=self.cast.bob, **known)

    def add_saved_view(self, **facts: Any) -> SavedView:
        return SavedView.objects.create(person=self.cast.bob, name="Autumn", query="q=leaf", **facts)

    def add_version(self, *, number: int) -> PromptVersion:
        prompt = make_prompt(self.cast.bob, self.cast.project)
        return PromptVersion.objects.create(
            prompt=prompt, number=number, person=self.cast.bob, text="x", created_at=self.now
        )

    def add_reference(self, **facts: Any) -> PromptReference:
        return PromptReference.objects.create(version=self.add_version_once(), position=1, **facts)

    def add_version_once(self) -> PromptVersion:
        known = PromptVersion.objects.first()
        return known or self.add_version(number=2)

    def add_entry(self, **facts: object) -> LedgerEntry:
        account = Account.objects.get(person=self.cast.bob)
        chosen: dict[str, Any] = {
            "account": account,
            "sequence": account.sequence + 1,
            "month": self.hold.month,
            "kind": Kind.CORRECTION,
            "amount_micros": 1,
            "balance_micros": 1,
            "effective_at": self.now,
            "recorded_at": self.now,
            **facts,
        }
        return LedgerEntry.objects.create(**chosen)


type Act = Callable[[World], object]

REFUSED: dict[str, Act | list[Act]] = {
    "account_allowance_not_negative": lambda w: Account.objects.update(monthly_allowance_micros=-1),
    "month_once": lambda w: MonthBalance.objects.create(account=w.hold.account, month=w.hold.month, balance_micros=1),
    "attempt_number_once": lambda w: Attempt.objects.create(
        generation=w.generation, number=1, price_micros=1, started_at=w.now
    ),
    "attempt_price_positive": lambda w: Attempt.objects.update(price_micros=0),
    "attempt_cost_positive": lambda w: Attempt.objects.update(real_micros=0),
    "attempt_charge_known": lambda w: Attempt.objects.update(charge="perhaps"),
    "generation_variation_once": lambda w: Generation.objects.filter(pk=w.other.pk).update(variation=0),
    "generation_status_known": lambda w: Generation.objects.update(status="running"),
    "generation_charge_known": lambda w: Generation.objects.update(charge="perhaps"),
    "generation_price_positive": lambda w: Generation.objects.update(price_micros=0),
    "generation_cost_positive": lambda w: Generation.objects.update(real_micros=0),
    "input_position_once": lambda w: [Input.objects.create(run=w.run, position=1, upload=w.upload) for _ in range(2)],
    "input_is_one_picture": [
        lambda w: Input.objects.create(run=w.run, position=1),
        lambda w: Input.objects.create(run=w.run, position=1, upload=w.upload, link=w.link),
        lambda w: Input.objects.create(run=w.run, position=1, output=w.output, link=w.link),
    ],
    "gateway_key_mode_known": lambda w: GatewayKey.objects.create(name="a", mode="pigeon"),
    "gateway_key_calls_in_range": lambda w: GatewayKey.objects.create(name="a", calls_max=31),
    "gateway_key_system_prompt_known": lambda w: GatewayKey.objects.create(name="a", system_prompt_mode="aloud"),
    "link_once_per_person": lambda w: w.add_link(),
    "instance_bonus_in_range": lambda w: Instance.objects.update(bonus_thousandths=201),
    "instance_single": lambda w: Instance.objects.create(pk=2),
    "entry_sequence_once": lambda w: w.add_entry(sequence=1),
    "entry_one_hold_per_generation": lambda w: w.add_entry(kind=Kind.HOLD, amount_micros=-1, generation=w.generation),
    "entry_one_release_per_hold": lambda w: [
        w.add_entry(kind=Kind.RELEASE, closes=w.hold, sequence=90 + number) for number in range(2)
    ],
    "entry_one_charge_per_attempt": lambda w: [
        w.add_entry(kind=Kind.CHARGE, amount_micros=-1, certainty="confirmed", attempt=w.attempt, sequence=90 + number)
        for number in range(2)
    ],
    "entry_one_reimbursement_per_charge": lambda w: [
        w.add_entry(kind=Kind.REIMBURSEMENT, closes=w.hold, sequence=90 + number) for number in range(2)
    ],
    "entry_sign_fits_kind": [
        lambda w: w.add_entry(kind=Kind.HOLD, generation=w.generation, amount_micros=1),
        lambda w: w.add_entry(kind=Kind.RELEASE, closes=w.hold, amount_micros=-1),
        lambda w: w.add_entry(kind=Kind.CHARGE, certainty="confirmed", amount_micros=1),
        lambda w: w.add_entry(kind=Kind.CORRECTION, amount_micros=0),
        lambda w: w.add_entry(kind="gift", amount_micros=1),
    ],
    "entry_certainty_of_charges": [
        lambda w: w.add_entry(kind=Kind.CHARGE, amount_micros=-1),
        lambda w: w.add_entry(kind=Kind.CORRECTION, certainty="presumed"),
    ],
    "entry_release_closes_a_hold": lambda w: w.add_entry(kind=Kind.RELEASE),
    "invitation_role_fits": [
        lambda w: w.add_invitation(role="admin"),
        lambda w: w.add_invitation(project=None),
        lambda w: w.add_invitation(role="king"),
    ],
    "invitation_ends_once": [
        lambda w: w.add_invitation(accepted_at=w.now),
        lambda w: w.add_invitation(accepted_by=w.cast.bob),
        lambda w: w.add_invitation(accepted_at=w.now, accepted_by=w.cast.bob, revoked_at=w.now),
    ],
    "invitation_budget_not_negative": lambda w: w.add_invitation(monthly_budget_micros=-1),
    "membership_once": lambda w: Membership.objects.create(project=w.cast.project, person=w.cast.bob),
    "membership_role_known": lambda w: Membership.objects.update(role="king"),
    "output_position_once": lambda w: w.add_output(w.attempt, position=0, role="draft"),
    "output_one_primary": lambda w: w.add_output(w.attempt, position=1),
    "run_once_per_form": lambda w: Run.objects.filter(pk=make_run(w.cast.bob, w.cast.project).pk).update(
        form_token=w.run.form_token
    ),
    "run_variations_in_range": [
        lambda w: Run.objects.update(variations=0),
        lambda w: Run.objects.update(variations=9),
    ],
    "run_price_positive": lambda w: Run.objects.update(price_micros=0),
    "project_month_once": lambda w: [w.add_project_month(date(2020, 1, 1)) for _ in range(2)],
    "project_month_budget_not_negative": lambda w: w.add_project_month(date(2020, 1, 1), budget_micros=-1),
    "budget_request_one_open": lambda w: [w.add_request(project=w.cast.project) for _ in range(2)],
    "budget_request_one_open_own": lambda w: [w.add_request() for _ in range(2)],
    "budget_request_decided_or_open": [
        lambda w: w.add_request(status="granted"),
        lambda w: w.add_request(decided_at=w.now),
        lambda w: w.add_request(status="lost", decided_at=w.now),
    ],
    "charge_question_decided_or_open": [
        lambda w: w.add_question(status="stands"),
        lambda w: w.add_question(decided_at=w.now),
    ],
    "log_row_has_an_id": lambda w: w.add_log_row(""),
    "log_row_open_or_settled": [
        lambda w: w.add_log_row(state="settled"),
        lambda w: w.add_log_row(settled_at=w.now),
        lambda w: w.add_log_row(entry=w.hold),
        lambda w: w.add_log_row(state="lost", settled_at=w.now),
    ],
    "log_row_says_how_it_matched": [
        lambda w: w.add_log_row(attempt=w.attempt),
        lambda w: w.add_log_row(attempt=w.attempt, matched_by="id", state="dismissed", settled_at=w.now, note="no"),
    ],
    "log_row_dismissed_with_a_reason": lambda w: w.add_log_row(state="dismissed", settled_at=w.now),
    "missing_log_row_decided_or_open": [
        lambda w: w.add_missing_row(decided_at=w.now),
        lambda w: w.add_missing_row(state="kept"),
    ],
    "sheet_state_fits_its_moments": [
        lambda w: w.add_sheet(sent_at=w.now),
        lambda w: w.add_sheet(state="sent"),
        lambda w: w.add_sheet(state="declined", sent_at=w.now),
        lambda w: w.add_sheet(state="lost"),
    ],
    "sheet_credited_with_a_sum": [
        lambda w: w.add_closed_sheet("credited", None),
        lambda w: w.add_closed_sheet("credited", 0),
        lambda w: w.add_closed_sheet("declined", 1),
    ],
    "sheet_line_credited_by_an_entry": [
        lambda w: w.add_sheet_line(state="credited"),
        lambda w: w.add_sheet_line(state="left", entry=w.hold),
    ],
    "star_once": lambda w: [Star.objects.create(person=w.cast.bob, generation=w.generation) for _ in range(2)],
    "tag_once": lambda w: [w.add_tag() for _ in range(2)],
    "tagging_once": lambda w: w.add_taggings(2),
    "judgement_rating_in_range": [
        lambda w: Judgement.objects.create(generation=w.generation, rating=0),
        lambda w: Judgement.objects.create(generation=w.generation, rating=6),
    ],
    "saved_view_name_once": lambda w: [w.add_saved_view(project=w.cast.project) for _ in range(2)],
    "saved_view_name_once_everywhere": lambda w: [w.add_saved_view() for _ in range(2)],
    "saved_view_shared_in_a_project": lambda w: w.add_saved_view(is_shared=True),
    "prompt_version_once": lambda w: w.add_version(number=1),
    "prompt_reference_position_once": lambda w: [w.add_reference(upload=w.upload) for _ in range(2)],
    "prompt_reference_is_one_picture": [
        lambda w: w.add_reference(),
        lambda w: w.add_reference(upload=w.upload, output=w.output),
    ],
    "notice_unread_once": lambda w: [w.add_notice() for _ in range(2)],
    "notice_counts_something": lambda w: w.add_notice(count=0),
    "comment_deleted_without_words": lambda w: Comment.objects.create(
        generation=w.generation, person=w.cast.bob, text="x", created_at=w.now, deleted_at=w.now
    ),
    "upload_once_per_person": lambda w: w.add_upload("0" * 64),
}
ACTS = [(name, act) for name, acts in REFUSED.items() for act in (acts if isinstance(acts, list) else [acts])]
TRIED_ELSEWHERE = {  # tests/test_prices.py
    "price_once_per_moment",
    "price_positive",
    "price_multiplier_positive",
    "price_search_positive",
    "price_fits_its_mode",
}


@pytest.mark.parametrize(("name", "act"), ACTS, ids=[name for name, _ in ACTS])
def test_what_may_never_be_is_refused(name: str, act: Act) -> None:
    world = World()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        act(world)
    assert name in str(refusal.value) or _columns(name) in str(refusal.value)


def test_every_constraint_is_tried() -> None:
    named = {constraint.name for model in _models() for constraint in model._meta.constraints}
    assert named - set(REFUSED) - TRIED_ELSEWHERE == set()


def test_a_run_number_is_taken_once() -> None:
    world = World()
    other = make_run(world.cast.bob, world.cast.project)
    with pytest.raises(IntegrityError), transaction.atomic():
        Run.objects.filter(pk=other.pk).update(number=world.run.number)


def test_public_ids_cannot_be_guessed() -> None:
    world = World()
    ids = {world.run.public_id, world.generation.public_id, world.upload.public_id, world.cast.project.public_id}
    assert len(ids) == 4
    assert {each.version for each in ids} == {4}
    assert isinstance(world.run.public_id, uuid.UUID)


def _columns(name: str) -> str:
    """How SQLite names a unique constraint: by its columns."""
    if connection.vendor != "sqlite":
        return name
    for model in _models():
        for constraint in model._meta.constraints:
            if constraint.name == name and getattr(constraint, "fields", ()):
                columns = (model._meta.get_field(field).column for field in constraint.fields)
                return ", ".join(f"{model._meta.db_table}.{column}" for column in columns)
    return name


def _models() -> list[Any]:
    from django.apps import apps

    return list(apps.get_app_config("studio").get_models())
