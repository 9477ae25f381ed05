from collections.abc import Callable

import pytest
from django.test import Client

from studio.models import User
from tests import people
from tests.people import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser of this person's, past the door."""

    def sign_in(user: User) -> Client:
        client = Client()
        people.come_in(client, user)
        return client

    return sign_in
