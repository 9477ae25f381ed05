import pytest
from django.utils import timezone

from studio.models import Generation, Status
from tests import people
from tests.people import Cast
from tests.runs import make_run


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


@pytest.fixture
def frame(cast: Cast) -> Generation:
    """Bob's, with a picture."""
    run = make_run(cast.bob, cast.project, held=False)
    Generation.objects.update(status=Status.SUCCEEDED, finished_at=timezone.now())
    return run.generations.get()
