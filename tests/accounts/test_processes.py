"""Two processes of a studio count wrong passwords together: a limit that each kept for itself would be twice it."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from tests import people
from tests.jobs.studio_process import environment, run

# A process of its own: another memory, another connection. Each try comes from another address, so that what is
# counted is the account's own limit.
TRIES = """
import sys, django
django.setup()
from django.test import Client
for number in range(int(sys.argv[2])):
    client = Client(REMOTE_ADDR=f"10.{sys.argv[1]}.0.{number}", headers={"host": "localhost"})
    page = client.post("/accounts/login/", {"login": "bob", "password": "wrong password"}).text
    print("refused" if "Too many tries" in page else "wrong" if "do not match" in page else page)
"""


def address_of_the_database() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlsplit(os.environ["TEST_DATABASE_URL"])._replace(path=f"/{name}").geturl()


@pytest.mark.usefixtures("transactional_db")
def test_two_processes_allow_five_tries_and_not_ten(tmp_path: Path) -> None:
    people.person("bob")
    told = environment(
        tmp_path,
        "http://127.0.0.1:9",
        DATABASE_URL=address_of_the_database(),
        SECRET_KEY=settings.SECRET_KEY,
        NB_WORKER="off",
        DEBUG="1",  # no style sheet is collected
    )
    first, second = (run(["-c", TRIES, process, "4"], told).split() for process in ("1", "2"))
    assert (first, second) == (["wrong"] * 4, ["wrong", "refused", "refused", "refused"])
