"""`python -m tests.jobs.make_queue PROMPT…`: a run of Bob's for each prompt, in a studio that is made if need be."""

import sys
from collections.abc import Iterable

import django
from django.core.management import call_command


def make_queue(prompts: Iterable[str]) -> None:
    from django.db import connection

    from studio.models import User
    from tests import people
    from tests.jobs.asking import ask

    if User._meta.db_table not in connection.introspection.table_names():
        call_command("migrate", verbosity=0)
    cast = people.known_cast() if User.objects.exists() else people.cast()
    for prompt in prompts:
        ask(cast, prompt)


if __name__ == "__main__":
    django.setup()
    make_queue(sys.argv[1:])
