"""Two processes of a studio count wrong passwords together: a limit that each kept for itself would be twice it."""

from pathlib import Path

import pytest

from tests import people
from tests.jobs.studio_process import run
from tests.processes import settings_of

# Each try comes from another address, so that what is counted is the account's own limit.
TRIES = """
import sys, django
django.setup()
from django.test import Client
for number in range(int(sys.argv[2])):
    client = Client(REMOTE_ADDR=f"10.{sys.argv[1]}.0.{number}", headers={"host": "localhost"})
    page = client.post("/accounts/login/", {"login": "bob", "password": "wrong password"}).text
    print("refused" if "Too many tries" in page else "wrong" if "do not match" in page else page)
"""


@pytest.mark.usefixtures("transactional_db")
def test_two_processes_allow_five_tries_and_not_ten(tmp_path: Path) -> None:
    people.person("bob")
    told = settings_of(tmp_path)
    first, second = (run(["-c", TRIES, process, "4"], told).split() for process in ("1", "2"))
    assert (first, second) == (["wrong"] * 4, ["wrong", "refused", "refused", "refused"])
