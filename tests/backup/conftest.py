from collections.abc import Iterator

import pytest

from tests.sandbox.process import RunningSandbox, running_sandbox


@pytest.fixture(scope="session")
def gateway() -> Iterator[RunningSandbox]:
    with running_sandbox() as sandbox:
        yield sandbox
