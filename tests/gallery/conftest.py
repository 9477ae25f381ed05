import pytest

from studio.models import Generation, Run
from tests import people
from tests.people import Cast
from tests.runs import make_run


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


@pytest.fixture
def run(cast: Cast) -> Run:
    """Three queued generations of Bob's, not held yet."""
    return make_run(cast.bob, cast.project, variations=3, held=False)


@pytest.fixture
def generation(run: Run) -> Generation:
    return run.generations.get(variation=0)
