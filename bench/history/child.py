"""A studio of its own in a fresh process, on the empty database that the environment names, and people who look.

`python -m bench.history.child COUNT DEPTH` fills it and writes the seconds that took. Then it answers each line it
reads: `pages` with the seconds of each page, `explain` with their plans.
"""

import os
import sys
import time

import django
import msgspec


def main(count: int, depth: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings")
    django.setup()
    from django.core.management import call_command

    from bench.history.asking import Visitor
    from bench.history.fill import fill, tidy

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    began = time.monotonic()
    fill(count)
    tidy()
    _say(time.monotonic() - began)
    visitor = Visitor(depth)
    visitor.pages()  # templates are read, caches are warm
    for line in sys.stdin:
        _say(getattr(visitor, line.strip())())


def _say(what: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(what) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
