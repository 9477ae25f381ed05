"""`python -m tests.jobs.make_queue PROMPT…`: a fresh studio with a run of Bob's for each prompt."""

import sys

import django
from django.core.management import call_command


def main(prompts: list[str]) -> None:
    django.setup()
    from tests import people
    from tests.jobs.asking import ask

    call_command("migrate", verbosity=0)
    cast = people.cast()
    for prompt in prompts:
        ask(cast, prompt)


if __name__ == "__main__":
    main(sys.argv[1:])
