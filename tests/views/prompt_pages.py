"""What tests of the library's pages share: a prompt, its version, and addresses."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from studio.models import Prompt, PromptVersion, User
from studio.models.public import Public
from tests.library.kept import make_prompt
from tests.people import Cast

type SignIn = Callable[[User], Client]


def address(name: str, noun: Public) -> str:
    return reverse(name, args=[noun.public_id])


def current(prompt: Prompt) -> PromptVersion:
    return prompt.versions.latest("number")


@pytest.fixture
def prompt(cast: Cast) -> Prompt:
    return make_prompt(cast.bob, cast.project, model_key="pro", size="2K", ratio="4:5")
