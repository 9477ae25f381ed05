"""What a process of the studio can be told to do; `inside.py` tells it. All that goes in and out is JSON."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final
from uuid import uuid4

from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.jobs import embedded
from studio.models import Attempt, GatewayKey, Generation, Membership, Role, User, Worker
from studio.models.gateway_key import CALLS_MAX, MAIN
from studio.provider.outcome import Charge
from tests import people
from tests.jobs.asking import ask as ask_for
from tests.jobs.studio_process import wait_until

DOLLARS = 1_000_000


def make(calls_max: int) -> None:
    """A new studio: its tables, its people with money for all of this, and how many calls its key takes at a time."""
    call_command("migrate", verbosity=0)
    cast = people.cast()
    for person in (cast.alice, cast.bob, cast.vera, cast.charlie):
        people.allow(person, 1_000 * DOLLARS)
        Membership.objects.update_or_create(project=cast.project, person=person, defaults={"role": Role.MAKER})
    GatewayKey.objects.named(MAIN)
    set_calls_max(calls_max)


def set_calls_max(calls: int) -> None:
    """As an admin does. For more than an admin may allow, the rule is taken out of this database first."""
    if calls > CALLS_MAX:
        rule = next(rule for rule in GatewayKey._meta.constraints if rule.name == "gateway_key_calls_in_range")
        # SQLite builds the table anew from what the model says.
        GatewayKey._meta.constraints = [other for other in GatewayKey._meta.constraints if other is not rule]
        with connection.schema_editor() as editor:
            editor.remove_constraint(GatewayKey, rule)
    GatewayKey.objects.filter(name=MAIN).update(calls_max=calls)


def ask(prompts: list[str], person: str = "bob", models: tuple[str, ...] = ("lite",)) -> list[float]:
    """A run of one frame for each prompt, the models in turns; when each was committed, in seconds since 1970."""
    cast = people.known_cast()
    committed = []
    for number, prompt in enumerate(prompts):
        who = User.objects.get(username=person)
        ask_for(cast, prompt, person=who, model_key=models[number % len(models)])
        committed.append(time.time())
    return committed


def start_worker() -> None:
    embedded.start()
    wait_for_worker()


def wait_for_worker() -> None:
    """Until one lives and has looked at the queue's rows."""
    wait_until(Worker.objects.filter(stopped_at=None).exists, seconds=30)


def wait_until_final(seconds: float) -> None:
    wait_until(lambda: not Generation.objects.unfinished().exists(), seconds=seconds)


def rows() -> list[dict[str, Any]]:
    """Every generation, oldest first; moments in seconds since 1970."""
    return list(_rows())


def _rows() -> Iterator[dict[str, Any]]:
    for each in Generation.objects.select_related("run", "person").order_by("pk"):
        yield {
            "attempts": [str(key) for key in each.attempts.values_list("pk", flat=True)],
            "person": each.person.username,
            "status": each.status,
            "frame": each.frame_number,
            "revision": each.revision,
            "finished_at": each.finished_at.timestamp() if each.finished_at else None,
        }


def session(person: str = "bob") -> dict[str, str]:
    """Somebody, signed in: their cookie, and where their project is."""
    client = Client(SERVER_NAME="localhost")
    cast = people.known_cast()
    people.come_in(client, User.objects.get(username=person))
    return {"cookie": client.cookies["sessionid"].value, "project": str(cast.project.public_id)}


def queries(address: str, cookie: str) -> tuple[int, list[str]]:
    """The status of that page, asked for as htmx does, and what it asked the database. The session is remembered."""
    client = Client(SERVER_NAME="localhost")
    client.cookies["sessionid"] = cookie
    asked_by_page = {"HX-Request": "true"}
    client.get(address, headers=asked_by_page)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address, headers=asked_by_page)
    return response.status_code, [query["sql"] for query in captured.captured_queries]


def write(threads: int, seconds: float) -> dict[str, int]:
    """Short transactions of so many threads for so long, each like a mark: a row read and changed, two rows added."""
    call_command("migrate", verbosity=0)
    cast = people.known_cast() if User.objects.exists() else people.cast()
    generations = [ask_for(cast).generations.get() for _ in range(threads)]
    ends_at = time.monotonic() + seconds
    with ThreadPoolExecutor(threads) as pool:
        told = list(pool.map(lambda generation: _write_until(ends_at, generation.pk), generations))
    return {"transactions": sum(done for done, _ in told), "locked": sum(locked for _, locked in told)}


def _write_until(ends_at: float, key: int) -> tuple[int, int]:
    done = locked = 0
    while time.monotonic() < ends_at:
        try:
            with transaction.atomic():
                _mark_twice(Generation.objects.get(pk=key), 2 * done + 1)
        except OperationalError as error:
            if "locked" not in str(error):
                raise
            locked += 1
        else:
            done += 1
    connection.close()
    return done, locked


def _mark_twice(generation: Generation, number: int) -> None:
    generation.revision += 1
    generation.save(update_fields=["revision"])
    for each in (number, number + 1):
        Attempt.objects.create(
            id=uuid4(),
            generation=generation,
            number=each,
            price_micros=generation.price_micros,
            key_name=MAIN,
            charge=Charge.HELD,
            request_bytes=1_000,
            request_document={},
            started_at=timezone.now(),
        )


COMMANDS: Final[dict[str, Callable[..., Any]]] = {
    act.__name__: act
    for act in (
        make,
        set_calls_max,
        ask,
        start_worker,
        wait_for_worker,
        wait_until_final,
        rows,
        session,
        queries,
        write,
    )
}
