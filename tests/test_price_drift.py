"""An alarm when the gateway charges another price than the list says: for most of the last calls, and not for one."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from studio.models import Attempt, GatewayLogRow, Price, User
from studio.price_drift import drifts
from tests.people import Cast, cast
from tests.runs import make_attempt, make_run

type SignIn = Callable[[User], Client]

pytestmark = pytest.mark.django_db


@pytest.fixture(name="cast")
def the_cast(db: None) -> Cast:
    return cast()


def logged(
    cast: Cast, micros: int, *, at: datetime | None = None, usage: dict[str, int] | None = None, **facts: object
) -> GatewayLogRow:
    """A call of Bob's with Pro, and what the log says it cost."""
    generation = make_run(cast.bob, cast.project, **facts).generations.get()  # type: ignore[arg-type]
    attempt = make_attempt(generation)
    Attempt.objects.filter(pk=attempt.pk).update(usage=usage or {})
    moment = at or timezone.now()
    return GatewayLogRow.objects.create(
        request_id=str(attempt.pk),
        logged_at=moment,
        model_name=generation.run.model.wire_id,
        token_group="NanoBananaEnterprise",
        quota=micros // 2,
        read_at=moment,
        state="settled",
        settled_at=moment,
        attempt=attempt,
        matched_by="id",
    )


def log(cast: Cast, *amounts: int, **facts: object) -> None:
    """Oldest first."""
    for amount in amounts:
        logged(cast, amount, **facts)  # type: ignore[arg-type]


def found() -> list[tuple[str, int, int, int, int]]:
    each = drifts(timezone.now())
    return [(one.model.key, one.differing, one.calls, one.ours_micros, one.seen_micros) for one in each]


def test_without_a_log_there_is_nothing_to_say(cast: Cast, django_assert_num_queries: Callable[[int], object]) -> None:
    with django_assert_num_queries(1):  # type: ignore[attr-defined]
        assert found() == []


@pytest.mark.parametrize(
    ("amounts", "alarm"),
    [
        ([90_000] * 6, []),
        ([126_000] * 5, [("pro", 5, 5, 90_000, 126_000)]),
        ([126_000] * 4, []),  # too few to prove anything
        ([90_000, 90_000, 90_000, 126_000, 126_000, 126_000], []),  # half is not most
        ([90_000, 90_000, 126_000, 126_000, 99_000], [("pro", 3, 5, 90_000, 99_000)]),  # the newest as an example
        ([126_000] + [90_000] * 8, []),  # one call that fell back
        ([90_900] * 5, []),  # a hundredth is rounding
        ([90_902] * 5, [("pro", 5, 5, 90_000, 90_902)]),
        ([80_000] * 5, [("pro", 5, 5, 90_000, 80_000)]),  # cheaper is worth knowing too
        ([126_000] * 11 + [90_000] * 20, []),  # the last twenty count
    ],
)
def test_most_of_the_last_calls_have_to_differ(cast: Cast, amounts: list[int], alarm: list[object]) -> None:
    log(cast, *amounts)
    assert found() == alarm


def test_each_model_by_itself(cast: Cast) -> None:
    log(cast, *[60_000] * 5, model_key="nb2", size="1K")
    log(cast, *[90_000] * 9)
    assert found() == [("nb2", 5, 5, 55_000, 60_000)]


def test_a_new_price_on_the_list_ends_it(cast: Cast) -> None:
    log(cast, *[126_000] * 5, at=timezone.now() - timedelta(hours=1))
    Price.objects.create(model_key="pro", amount_micros=126_000, effective_at=timezone.now())
    assert found() == []
    log(cast, *[126_000] * 5)
    assert found() == []
    log(cast, *[90_000] * 6)
    assert found() == [("pro", 6, 11, 126_000, 90_000)]


def test_what_says_nothing_of_the_price_is_left_out(cast: Cast) -> None:
    log(cast, *[104_000] * 5, web_search=True)
    log(cast, *[0] * 5)
    assert found() == []


def test_by_tokens_the_counts_of_the_answer_are_priced(cast: Cast) -> None:
    yesterday = timezone.now() - timedelta(days=1)
    Price.objects.create(
        model_key="nb2",
        billing_mode="per_token",
        amount_micros=180_000,
        output_micros=21_600_000,
        effective_at=yesterday,
    )
    usage = {"prompt_tokens": 100, "output_tokens": 1_500}  # 18 + 32,400 = 32,418
    log(cast, *[32_418] * 5, model_key="nb2", size="1K", usage=usage)
    log(cast, *[99_000] * 5, model_key="nb2", size="1K")  # nobody knows its tokens
    assert found() == []
    log(cast, *[45_386] * 6, model_key="nb2", size="1K", usage=usage)
    assert found() == [("nb2", 6, 11, 32_418, 45_386)]


def test_admins_see_old_and_new_and_a_way_to_the_editor(client: Client, cast: Cast) -> None:
    log(cast, *[126_000] * 5)
    client.force_login(cast.dana)
    text = client.get(reverse("projects")).content.decode()
    assert "The price of Nano Banana Pro has changed" in text
    assert "5 of the last 5 calls were logged at another price: $0.126, here $0.09." in text
    assert f"{reverse('prices')}?model=pro&amp;amount=%240.126" in text
    form = client.get(reverse("prices"), {"model": "pro", "amount": "$0.126"}).content.decode()
    assert 'value="$0.126"' in form
    client.force_login(cast.bob)
    assert "has changed" not in client.get(reverse("projects")).content.decode()


def test_F74_admins_are_told_of_what_cost_more_than_was_held(client: Client, cast: Cast) -> None:
    for started, real in ((1, 100_000), (1, 90_000), (1, 95_000), (8, 200_000)):
        attempt = make_attempt(make_run(cast.bob, cast.project).generations.get())
        moment = timezone.now() - timedelta(days=started)
        Attempt.objects.filter(pk=attempt.pk).update(real_micros=real, started_at=moment)
    client.force_login(cast.dana)
    text = client.get(reverse("projects")).content.decode()
    assert "More was charged than was held" in text
    assert "2 calls of the last week, by $0.015." in text  # 0.01 + 0.005
    assert f"{reverse('charges')}?certainty=over_hold" in text
