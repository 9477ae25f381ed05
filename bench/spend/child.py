"""A studio of its own in a fresh process, on the empty database that the environment names, and an admin who asks.

`python -m bench.spend.child ENTRIES MONTHS` fills it and writes a `Filled` as a line of JSON. Then it answers each line
it reads: `review` and `lists` with the seconds that each of these pages took, `explain` with the plans of all.
"""

import os
import sys

import django
import msgspec


class Filled(msgspec.Struct, frozen=True):
    """`sums` is how many rows the entries came to when all was folded."""

    entries: int
    filled_seconds: float
    folded_seconds: float
    sums: int


def main(entries: int, months: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings")
    django.setup()
    from django.core.management import call_command

    from bench.spend.asking import Admin

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    _say(_filled(entries, months))
    admin = Admin()
    for line in sys.stdin:
        _say(getattr(admin, line.strip())())


def _filled(entries: int, months: int) -> Filled:
    import time

    from bench.spend.fill import fill, tidy
    from studio.ledger.folding import fold
    from studio.models import Spent

    began = time.monotonic()
    written = fill(entries, months=months)
    filled = time.monotonic()
    fold(few=0)
    folded = time.monotonic()
    tidy()
    return Filled(written, filled - began, folded - filled, Spent.objects.count())


def _say(what: object) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(what) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
