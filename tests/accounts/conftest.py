from collections.abc import Iterator

import pytest
from pytest_django import Settings as PytestSettings

from studio.accounts import first_run, post
from tests import people
from tests.people import Cast


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


@pytest.fixture
def empty_studio(db: None, past_the_first_run: None) -> Iterator[str]:
    """A studio with nobody in it; its set-up code."""
    first_run.forget()
    yield first_run.code()
    first_run.forget()


@pytest.fixture
def with_mail(settings: PytestSettings) -> Iterator[None]:
    """A studio that sends mail, into `django.core.mail.outbox`."""
    settings.NB_MAIL = settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    yield
    post.wait()
