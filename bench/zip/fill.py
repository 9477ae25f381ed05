"""`python -m bench.zip.fill PICTURES BYTES`: fill the empty studio that the environment names, and say how to ask it.

All pictures are one file under as many names, so that the disk holds one; each is read as if it were its own.
"""

import hashlib
import os
import sys

import django


def main(count: int, size: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.urls import reverse

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from django.utils import timezone

    from studio.ledger.decisions import set_budget
    from studio.models import Project, User

    person = User.objects.create_user("bench", "bench@example.com", is_superuser=True, is_staff=True)
    set_budget(person, count * 1_000_000, by=person, now=timezone.now())  # frames are paid for
    project = Project.objects.create(name="Bench")
    _runs(count, size, person, project)
    client = Client()
    client.force_login(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    print(f"{reverse('downloads', args=[project.public_id])} {settings.SESSION_COOKIE_NAME}={cookie}")


def _runs(count: int, size: int, person: object, project: object) -> None:
    from django.core.files.storage import default_storage

    from studio.models import Output
    from studio.provider.outcome import Outcome
    from studio.storage import keys, objects
    from tests.runs import make_run
    from tests.views.booked import end

    first = ""
    for number in range(count):
        if number % 8 == 0:
            run = make_run(person, project, variations=8, prompt=f"Boat {number}")  # type: ignore[arg-type]
            frames = list(run.generations.order_by("variation"))
        frame = frames[number % 8]
        end(frame, Outcome.DELIVERED)
        key = keys.picture_key(hashlib.sha256(b"%d" % number).hexdigest(), "image/png")
        if not first:
            first = key
            objects.put_bytes(key, os.urandom(size))
        else:
            path = default_storage.path(key)
            os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120
            os.link(default_storage.path(first), path)
        Output.objects.filter(generation=frame).update(key=key, size_bytes=size)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
