"""P2: no byte of a paid request leaves before its attempt is on record, where any other connection can see it."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connections
from pytest_django import Settings

from studio.jobs.run import run_once
from studio.models import Attempt
from studio.models.generation import IN_FLIGHT
from tests import people
from tests.jobs.asking import ask

pytestmark = pytest.mark.django_db(transaction=True)

Seen = tuple[str, str, str] | None


class Looking(BaseHTTPRequestHandler):
    """A gateway that, when a request arrives, first looks into the studio's database through its own connection."""

    seen: list[Seen] = []

    def do_POST(self) -> None:
        attempt = Attempt.objects.select_related("generation").filter(pk=self.headers["X-NB-Attempt"]).first()
        facts = (attempt.charge, attempt.generation.status, str(attempt.answered_at)) if attempt else None
        self.seen.append(facts)
        connections.close_all()
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(400)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def looking(settings: Settings, tmp_path: object) -> Iterator[list[Seen]]:
    Looking.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Looking) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
        settings.NB_GATEWAY_URL = f"http://127.0.0.1:{server.server_port}"
        settings.NB_SPOOL_DIR = tmp_path
        yield Looking.seen
        server.shutdown()


def test_when_the_request_arrives_its_attempt_is_on_record(looking: list[Seen]) -> None:
    run = ask(people.cast(), variations=3)
    for generation in run.generations.all():
        run_once(generation.pk)
    # The status goes on to "answering" by itself as soon as the body is written, which may be before we looked.
    assert [(charge, answered) for charge, _, answered in filter(None, looking)] == [("held", "None")] * 3
    assert {status for _, status, _ in filter(None, looking)} <= IN_FLIGHT
