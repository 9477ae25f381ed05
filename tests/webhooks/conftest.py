import pytest

from tests import people
from tests.people import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()
