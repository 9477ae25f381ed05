"""Two processes count the requests of a token together: a pace that each kept for itself would be twice it."""

import time
from collections import Counter
from pathlib import Path

import pytest

from studio.access_tokens import BURST, PER_MINUTE
from tests import people
from tests.api.calling import secret_of
from tests.processes import side_by_side

REQUESTS = """
from django.test import Client
client = Client(headers={"host": "localhost", "authorization": f"Bearer {sys.argv[1]}"})
for number in range(int(sys.argv[2])):
    print(client.get("/api/v1/me").status_code)
"""


@pytest.mark.usefixtures("transactional_db")
def test_two_processes_let_one_burst_pass_and_not_two(tmp_path: Path) -> None:
    secret, began = secret_of(people.person("bob")), time.monotonic()
    told = Counter(line for lines in side_by_side(REQUESTS, tmp_path, *[(secret, str(BURST))] * 2) for line in lines)
    seconds = time.monotonic() - began
    assert told.keys() == {"200", "429"}
    assert BURST <= told["200"] <= BURST + seconds * PER_MINUTE / 60 + 1
