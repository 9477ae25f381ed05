"""A collector of traces is told where the time of a form and of its call went, with their ids and no secrets."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from django.test import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from pytest_django import Settings

from nbweb.environment import Environment
from nbweb.variables import WrongSetting
from studio.demo.processes import free_port
from studio.jobs.claim import LostClaim, Withheld
from studio.telemetry import spans
from tests.jobs.asking import draw_to_the_end
from tests.people import Cast
from tests.sandbox.process import RunningSandbox

CANARY = "sk-canary-3f0a6d2be1"


@dataclass
class Collector:
    """What came, as it came over the wire."""

    url: str
    bodies: list[bytes] = field(default_factory=list)

    @property
    def spans(self) -> list[Any]:
        told = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        return [span for each in told for of in each.resource_spans for scope in of.scope_spans for span in scope.spans]

    def named(self, name: str) -> dict[str, Any]:
        """The attributes of the one span of this name."""
        (found,) = [span for span in self.spans if span.name == name]
        return {each.key: each.value.string_value or each.value.int_value for each in found.attributes}


@contextmanager
def collector() -> Iterator[Collector]:
    class Take(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            taken.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Take)
    taken = Collector(f"http://127.0.0.1:{server.server_port}/v1/traces")
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield taken
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def told_to(url: str, settings: Settings) -> Iterator[None]:
    settings.NB_TRACES_URL = url
    spans.start()
    try:
        yield
    finally:
        spans.stop()


def test_a_call_is_told_step_by_step(sandbox: RunningSandbox, settings: Settings, cast: Cast) -> None:
    with collector() as taken, told_to(taken.url, settings):
        generation = draw_to_the_end(cast, "A red boat")
        browser = Client()
        browser.force_login(cast.bob)
        browser.get(f"{generation.get_absolute_url()}?secret-words")
    attempt = generation.attempts.get()
    assert {"prepare", "call", "charge", "conclude", "generation", "request"} <= {span.name for span in taken.spans}
    call = taken.named("call")
    assert (call["model"], call["studio.generation"]) == ("lite", str(generation.public_id))
    assert call["studio.attempt"] == str(attempt.pk)
    assert taken.named("conclude")["studio.provider_request"] == attempt.request_id
    whole = taken.named("request")
    assert (whole["http.response.status_code"], whole["studio.person"]) == (200, str(cast.bob.pk))
    assert "<" in whole["http.route"]
    said = b"".join(taken.bodies)
    for private in (b"A red boat", b"secret-words", cast.bob.email.encode()):
        assert private not in said


def test_an_error_is_told_without_what_no_log_line_may_hold(settings: Settings) -> None:
    settings.NB_SECRETS = (CANARY,)
    with (
        collector() as taken,
        told_to(taken.url, settings),
        pytest.raises(RuntimeError),
        spans.span("call"),
    ):
        raise RuntimeError(f"the gateway said {CANARY} to https://x.example/a.png?Signature=abcdef")
    (span,) = taken.spans
    assert span.status.message == "RuntimeError"
    said = b"".join(taken.bodies)
    assert b"the gateway said" in said
    assert CANARY.encode() not in said
    assert b"abcdef" not in said


def test_a_claim_that_is_lost_before_the_send_is_no_error(settings: Settings) -> None:
    with (
        collector() as taken,
        told_to(taken.url, settings),
        pytest.raises(Withheld),
        spans.span("call", (LostClaim,)),
    ):
        raise Withheld
    assert taken.named("call")["studio.left_by"] == "Withheld"
    (span,) = taken.spans
    assert (span.status.code, list(span.events)) == (0, [])


def test_a_collector_that_is_away_holds_nothing_up(
    sandbox: RunningSandbox, settings: Settings, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spans, "FLUSH_MILLISECONDS", 200)
    with told_to(f"http://127.0.0.1:{free_port()}/v1/traces", settings):
        assert draw_to_the_end(cast, "A red boat").status == "succeeded"


@pytest.mark.parametrize("url", ["collector:4318", "ftp://collector/v1/traces", "http:///v1/traces"])
def test_what_is_no_address_ends_the_start(url: str) -> None:
    with pytest.raises(WrongSetting, match="NB_TRACES_URL"):
        Environment.read({"NB_TRACES_URL": url})
