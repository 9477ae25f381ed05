"""One of the studios that are compared: `python -m bench.history.child COUNT DEPTH` (see `bench/twins.py`)."""

import os
import sys
from functools import partial

import django


def main(count: int, depth: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings")
    django.setup()
    from bench.history.asking import Visitor
    from bench.history.fill import fill, tidy
    from bench.visits import answer, filled

    seconds = filled(partial(fill, count), tidy)
    answer(seconds, Visitor(depth))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
