"""`python -m tests.jobs.make_queue PROMPT…`: a run of Bob's for each prompt, in a studio that is made if need be."""

import sys

import django
from django.core.management import call_command


def main(prompts: list[str]) -> None:
    django.setup()
    from studio.models import User
    from tests import people
    from tests.jobs.asking import ask

    call_command("migrate", verbosity=0)
    cast = people.known_cast() if User.objects.exists() else people.cast()
    for prompt in prompts:
        ask(cast, prompt)


if __name__ == "__main__":
    main(sys.argv[1:])
