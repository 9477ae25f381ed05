"""S0: one transaction, one click, one run."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from studio.jobs.submit import FormReused, OverBudget, PriceChanged, SendingPaused, submit
from studio.models import Generation, Input, Instance, LedgerEntry, Output, Price, Run, Status, Upload
from studio.provider.request import GenerationRequest
from tests import people
from tests.jobs.asking import ask
from tests.ledger.test_post import left
from tests.people import MONEY_MICROS, Cast
from tests.together import together

pytestmark = pytest.mark.django_db

LITE_MICROS = 25_000


def upload(cast: Cast, name: str = "cup.png") -> Upload:
    facts = {"mime_type": "image/png", "size_bytes": 10, "width": 1, "height": 1}
    return Upload.objects.create(
        project=cast.project, person=cast.bob, name=name, sha256=f"{name:0<64}", key=name, thumbnail_key=name, **facts
    )


def rows() -> tuple[int, int, int]:
    return Run.objects.count(), Generation.objects.count(), LedgerEntry.objects.count()


def test_a_run_is_queued_and_its_money_held(cast: Cast) -> None:
    run = ask(cast, "A red boat", variations=3)
    assert [generation.frame_number for generation in run.generations.all()] == ["1A", "1B", "1C"]
    assert {generation.status for generation in run.generations.all()} == {Status.QUEUED}
    assert run.prompt.startswith("A red boat")
    assert left(cast.bob) == MONEY_MICROS - 3 * LITE_MICROS  # 10.00 - 0.075 = 9.925


def test_numbers_count_up(cast: Cast) -> None:
    assert [ask(cast).number for _ in range(3)] == [1, 2, 3]


def test_inputs_keep_their_order(cast: Cast) -> None:
    cup, boat = upload(cast, "cup.png"), upload(cast, "boat.png")
    run = ask(cast, inputs=[boat, cup])
    assert [(row.position, row.upload) for row in run.inputs.all()] == [(1, boat), (2, cup)]


def test_an_earlier_output_can_be_an_input(cast: Cast) -> None:
    generation = ask(cast).generations.get()
    attempt = generation.attempts.create(number=1, price_micros=1, started_at=timezone.now())
    output = Output.objects.create(
        generation=generation,
        attempt=attempt,
        role=Output.Role.PRIMARY,
        position=0,
        mime_type="image/png",
        size_bytes=10,
        width=1,
        height=1,
        sha256="0" * 64,
        key="a",
        thumbnail_key="b",
    )
    assert Input.objects.get(run=ask(cast, inputs=[output])).picture == output


def test_F65_the_same_form_sent_again_is_the_same_run(cast: Cast) -> None:
    token = uuid.uuid4()
    first, before = ask(cast, form_token=token), rows()
    assert ask(cast, form_token=token) == first
    assert rows() == before


def test_the_same_form_is_the_same_run_even_when_nothing_could_be_bought_any_more(cast: Cast) -> None:
    token = uuid.uuid4()
    first = ask(cast, form_token=token)
    people.allow(cast.bob, 0)
    Instance.objects.update(paused_reason="cleaning")
    assert ask(cast, form_token=token) == first


@pytest.mark.parametrize(
    "other", [{"prompt": "A blue boat"}, {"ratio": "16:9"}, {"variations": 2}, {"model_key": "nb2"}]
)
def test_the_same_form_with_other_choices_is_refused(cast: Cast, other: dict[str, str]) -> None:
    token = uuid.uuid4()
    first, before = ask(cast, form_token=token), rows()
    with pytest.raises(FormReused) as refusal:
        ask(cast, form_token=token, **other)  # type: ignore[arg-type]
    assert refusal.value.run == first
    assert rows() == before


def test_the_same_form_with_other_pictures_is_refused(cast: Cast) -> None:
    token = uuid.uuid4()
    ask(cast, form_token=token)
    with pytest.raises(FormReused):
        ask(cast, form_token=token, inputs=[upload(cast)])


def test_two_people_may_happen_on_one_token(cast: Cast) -> None:
    token = uuid.uuid4()
    mine = ask(cast, form_token=token)
    theirs = ask(people.Cast(cast.bob, cast.alice, cast.vera, cast.charlie, cast.dana, cast.project), form_token=token)
    assert mine.person == cast.bob
    assert theirs.person == cast.alice


def test_F70_a_run_over_budget_writes_nothing(cast: Cast) -> None:
    people.allow(cast.bob, 3 * LITE_MICROS - 1)
    before = rows()
    with pytest.raises(OverBudget) as refusal:
        ask(cast, variations=3)
    assert (refusal.value.cost_micros, refusal.value.left_micros) == (75_000, 74_999)
    assert rows() == before
    assert Instance.current().last_run_number == 0


def test_a_price_that_changed_since_the_form_was_shown_writes_nothing(cast: Cast) -> None:
    now = timezone.now()
    request = GenerationRequest(model_key="lite", prompt="A boat")
    before = rows()
    with pytest.raises(PriceChanged) as refusal:
        submit(
            request,
            project=cast.project,
            person=cast.bob,
            variations=2,
            inputs=[],
            form_token=uuid.uuid4(),
            quoted_micros=2 * LITE_MICROS + 1,
            now=now,
        )
    assert refusal.value.now_micros == 2 * LITE_MICROS
    assert rows() == before


def test_F72_a_price_set_later_does_not_touch_what_was_agreed(cast: Cast) -> None:
    run = ask(cast)
    Price.objects.create(model_key="lite", amount_micros=99_000, effective_at=timezone.now() - timedelta(hours=1))
    run.refresh_from_db()
    assert run.price_micros == run.generations.get().price_micros == LITE_MICROS


def test_while_the_studio_is_paused_nothing_is_written(cast: Cast) -> None:
    Instance.current()
    Instance.objects.update(paused_reason="The key is being changed.")
    before = rows()
    with pytest.raises(SendingPaused, match="key is being changed"):
        ask(cast)
    assert rows() == before


@pytest.mark.django_db(transaction=True)
class TestAtTheSameMoment:
    """Real transactions, a thread and a connection each."""

    def test_F65_20_clicks_on_one_form_are_one_run(self) -> None:
        cast, token = people.cast(), uuid.uuid4()
        results = together(20, lambda _: ask(cast, variations=2, form_token=token))
        assert {type(result) for result in results} == {Run}
        assert len({result.pk for result in results if isinstance(result, Run)}) == 1
        assert (Run.objects.count(), Generation.objects.count()) == (1, 2)
        assert left(cast.bob) == MONEY_MICROS - 2 * LITE_MICROS

    def test_F65_20_clicks_on_the_last_cent_are_one_run_and_no_refusal(self) -> None:
        cast, token = people.cast(), uuid.uuid4()
        people.allow(cast.bob, LITE_MICROS)
        results = together(20, lambda _: ask(cast, form_token=token))
        assert len({result.pk for result in results if isinstance(result, Run)}) == 1
        assert left(cast.bob) == 0

    def test_F70_of_20_runs_at_once_those_that_fit_have_numbers_without_gaps(self) -> None:
        cast = people.cast()
        people.allow(cast.bob, 7 * LITE_MICROS)
        results = together(20, lambda _: ask(cast))
        assert sorted(result.number for result in results if isinstance(result, Run)) == [1, 2, 3, 4, 5, 6, 7]
        assert [type(result) for result in results if not isinstance(result, Run)] == [OverBudget] * 13
