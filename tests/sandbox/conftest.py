"""One sandbox for all tests here, with empty books for each; plain pictures, since few tests look at them."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.sandbox.client import Client
from tests.sandbox.process import RunningSandbox, running_sandbox


@pytest.fixture(scope="session")
def one_sandbox() -> Iterator[RunningSandbox]:
    with running_sandbox(options=["--plain"]) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(one_sandbox: RunningSandbox) -> RunningSandbox:
    one_sandbox.reset()
    return one_sandbox


@pytest.fixture(scope="session")
def http(one_sandbox: RunningSandbox) -> Iterator[httpx2.Client]:
    """One for all tests: making a client takes longer than most of them."""
    with httpx2.Client(base_url=one_sandbox.url, trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture
def client(sandbox: RunningSandbox, http: httpx2.Client) -> Client:
    return Client(sandbox, http)
