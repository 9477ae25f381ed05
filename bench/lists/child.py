"""One of the studios that are compared: `python -m bench.lists.child COUNT` (see `bench/twins.py`)."""

import os
import sys
from functools import partial

import django


def main(count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings")
    django.setup()
    from bench.lists.asking import Reader
    from bench.lists.fill import fill, tidy
    from bench.visits import answer, filled

    seconds = filled(partial(fill, count), tidy)
    answer(seconds, Reader(count))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
