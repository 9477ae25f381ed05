"""`python -m tests.jobs.make_queue [--patient] [PROMPT…]`: a run of Bob's for each prompt, in a studio made if need be.

`--patient` asks for what may take twice as long as the rest.
"""

import sys
from collections.abc import Iterable
from pathlib import Path

import django
from django.core.management import call_command

PATIENT = {"model_key": "nb2", "size": "4K"}


def make_queue(prompts: Iterable[str], **choices: str) -> None:
    from django.db import connection

    from studio.models import User
    from tests import migrated, people
    from tests.jobs.asking import ask

    if User._meta.db_table not in connection.introspection.table_names():
        connection.close()
        if connection.vendor != "sqlite" or not migrated.copy_to(Path(connection.settings_dict["NAME"])):
            call_command("migrate", verbosity=0)
    cast = people.known_cast() if User.objects.exists() else people.cast()
    for prompt in prompts:
        ask(cast, prompt, **choices)


if __name__ == "__main__":
    django.setup()
    words = sys.argv[1:]
    if words[:1] == ["--patient"]:
        make_queue(words[1:], **PATIENT)
    else:
        make_queue(words)
