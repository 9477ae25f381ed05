"""`python -m bench.browser.fill FRAMES`: fill the empty studio that the environment names, and say how to open it.

The pictures are real files of six formats, under as many names as there are frames.
"""

import os
import sys
from typing import Any

import django

SHAPES = ((960, 768), (768, 960), (960, 540), (540, 960), (900, 900), (960, 411))
COLOURS = ("crimson", "seagreen", "navy", "olive", "teal", "plum")


def main(count: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nbweb.settings")
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client
    from django.utils import timezone

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    from studio.ledger.decisions import set_budget
    from studio.models import Membership, Project, Role, User

    person = User.objects.create_user("bench", "bench@example.com", first_name="Bench")
    project = Project.objects.create(name="Bench")
    Membership.objects.create(project=project, person=person, role=Role.MAKER)
    set_budget(person, 1_000_000_000, by=person, now=timezone.now())
    _hang(count, person, project)
    client = Client()
    client.force_login(person)
    print(project.get_absolute_url(), settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)


def _hang(count: int, person: Any, project: Any) -> None:
    from studio.models import Output
    from studio.provider.outcome import Outcome
    from tests.e2e.light_table import store
    from tests.runs import make_run
    from tests.views.booked import end

    kept: dict[int, dict[str, Any]] = {}
    for number in range(count):
        shape = number // 8 % len(SHAPES)
        if number % 8 == 0:
            run = make_run(person, project, variations=8, prompt=f"A boat, number {number // 8}", size="1K")
            frames = list(run.generations.order_by("variation"))
        end(frames[number % 8], Outcome.DELIVERED)
        output = Output.objects.get(generation=frames[number % 8])
        if shape not in kept:
            store(output, COLOURS[shape], SHAPES[shape])
            facts = ("key", "thumbnail_key", "sha256", "size_bytes", "width", "height")
            kept[shape] = {name: getattr(output, name) for name in facts}
        Output.objects.filter(pk=output.pk).update(**kept[shape])


if __name__ == "__main__":
    main(int(sys.argv[1]))
