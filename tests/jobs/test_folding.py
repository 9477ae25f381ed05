"""What is noted beside the ledger is folded by whoever works, every few seconds."""

import pytest

from studio.jobs.crew import Crew
from studio.ledger.folding import FEW
from studio.ledger.spent import differences
from studio.models import Spent
from tests import people
from tests.runs import make_run


@pytest.mark.django_db
def test_a_worker_folds_what_was_noted() -> None:
    cast = people.cast()
    for _ in range(FEW // 8 + 1):
        make_run(cast.bob, cast.project, variations=8)
    assert Spent.objects.filter(moment__isnull=False).count() > FEW
    crew = Crew(slots=1)
    crew._recover()
    crew._pool.shutdown()
    assert not Spent.objects.filter(moment__isnull=False).exists()
    assert list(differences()) == []
