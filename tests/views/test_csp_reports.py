"""What a browser reports of a page that breaks its policy."""

import json
import logging

import pytest
from django.test import Client
from prometheus_client import REGISTRY

from studio.views.csp_reports import BYTES_MAX, PER_MINUTE, allowance

ADDRESS = "/csp-reports/"
OLD = {
    "csp-report": {
        "violated-directive": "img-src",
        "blocked-uri": "https://evil.example/x?key=secret",
        "document-uri": "https://studio.example/projects/7/?draft=words",
    }
}
NEW = [{"type": "csp-violation", "body": {"effectiveDirective": "script-src-elem", "blockedURL": "inline"}}]


@pytest.fixture(autouse=True)
def quiet_minute() -> None:
    allowance.reset()


def counted() -> float:
    return REGISTRY.get_sample_value("nb_csp_reports_total") or 0


def report(client: Client, said: object) -> int:
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    return client.post(ADDRESS, body, content_type="application/csp-report").status_code


def test_every_page_says_where_to_report_and_the_report_is_counted_without_its_queries(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    assert "report-uri /csp-reports/" in client.get("/livez").headers["Content-Security-Policy"]
    before = counted()
    with caplog.at_level(logging.WARNING, "studio.events"):
        assert [report(client, each) for each in (OLD, NEW)] == [204, 204]
    assert counted() - before == 2
    assert "img-src refused https://evil.example/x on /projects/7/" in caplog.text
    assert "secret" not in caplog.text
    assert "words" not in caplog.text


@pytest.mark.parametrize("said", [b"", b"{", b"\xff", b"[" * 9000, b'"text"', [1, {"body": 2}], {"csp-report": []}])
def test_what_is_no_report_is_taken_and_forgotten(client: Client, said: object) -> None:
    before = counted()
    assert report(client, said) == 204
    assert counted() == before


def test_what_is_too_large_or_too_often_is_refused(client: Client) -> None:
    assert report(client, b" " * (BYTES_MAX + 1)) == 413
    answers = [report(client, OLD) for _ in range(PER_MINUTE + 1)]
    assert answers == [204] * PER_MINUTE + [429]
