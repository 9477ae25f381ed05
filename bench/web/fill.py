"""A studio with a history, a page that polls, and people with money for ten pictures each."""

from typing import Final

from django.apps import apps
from django.conf import settings
from django.core.management.color import no_style
from django.db import connection
from django.test import Client

from bench.history.fill import EMPTY, MEMBER, fill, tidy
from bench.visits import filled
from studio.models import Generation, Instance, Membership, Project, Role, Run, User
from tests import people
from tests.runs import make_attempt, make_run

from .entry import LITE_MICROS, ROOM, Entry, Filled

FRAMES: Final = 6
"""Under way all the while, on the page that polls."""
FEW: Final = 10
SUBMITTERS: Final = 3


def fill_studio(count: int) -> Filled:
    """So many generations into the empty database that the environment names."""
    filled(lambda: fill(count), _count_on)
    Instance.current()
    Instance.objects.update(last_run_number=count)
    member, many, few = User.objects.get(pk=MEMBER), Project.objects.get(pk=1), Project.objects.get(pk=EMPTY)
    _join(member, few)
    _move(list(Run.objects.filter(project_id=2).order_by("-number")[:FEW]), few)
    watched = Project.objects.create(name="Watched")
    _join(member, watched)
    run = make_run(member, watched, variations=FRAMES, held=False)
    for generation in run.generations.all():
        make_attempt(generation)
    frames = Generation.objects.filter(run=run).order_by("variation")
    submitters = [_submitter(number) for number in range(SUBMITTERS)]
    tidy()
    return Filled(
        many=_entry(member, many),
        few=_entry(member, few),
        watching=_entry(member, watched),
        watch=",".join(f"{frame.frame_number}.{frame.revision}" for frame in frames),
        newest=run.number,
        submitters={person.username: _entry(person, project) for person, project in submitters},
    )


def admitted(username: str) -> int:
    """How many generations of theirs there are."""
    return Generation.objects.filter(person__username=username).count()


def _count_on() -> None:
    """What is written from here on gets keys behind those that were named."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), apps.get_models()):
            cursor.execute(statement)


def _submitter(number: int) -> tuple[User, Project]:
    person = people.person(f"submitter{number}", allowance_micros=ROOM * LITE_MICROS)
    project = Project.objects.create(name=f"Rush {number}")
    _join(person, project)
    return person, project


def _join(person: User, project: Project) -> None:
    Membership.objects.create(project=project, person=person, role=Role.MAKER)


def _move(runs: list[Run], project: Project) -> None:
    Run.objects.filter(pk__in=[run.pk for run in runs]).update(project=project)
    Generation.objects.filter(run__in=runs).update(project=project)


def _entry(person: User, project: Project) -> Entry:
    client = Client(SERVER_NAME="localhost")
    people.come_in(client, person)
    return Entry(client.cookies[settings.SESSION_COOKIE_NAME].value, str(project.public_id))
