"""A worker of its own that dies by SIGKILL at one step of its work: `-m tests.jobs.doomed after studio.jobs.run mark`.

The steps are CRASH_POINTS of `hammer.py`.
"""

import sys

import django

from tests.jobs.hammer import die


def main(when: str, place: str, name: str) -> None:
    django.setup()
    from django.conf import settings

    from studio.jobs import scaled

    die(when, place, name)
    scaled.work(settings.NB_WORKER_SLOTS)


if __name__ == "__main__":
    main(*sys.argv[1:])
