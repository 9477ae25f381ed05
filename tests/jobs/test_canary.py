"""C42: a key is planted, the studio lives through good and bad days, and the key is nowhere but in its setting."""

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from studio.models import GatewayKey
from studio.telemetry.lines import JsonLines, TextLines
from tests.jobs.asking import draw_to_the_end
from tests.people import Cast
from tests.sandbox.process import RunningSandbox

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]

CANARY = "sk-canary-3f0a6d2be1"
DAYS = [
    *("delivered", "oss", "finish:IMAGE_SAFETY", "status:401", "status:400", "status:503", "status:524"),
    *("write_response_body_failed", "redirect", "cut", "reset", "html", "not_json:null", "corrupt", "lookalike_429"),
]


@contextmanager
def everything_logged() -> Iterator[list[str]]:
    """Every line of every logger, down to DEBUG, as each of the two forms would have it."""
    lines: list[str] = []

    class Both(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.extend(form.format(record) for form in (JsonLines(), TextLines()))

    root, handler = logging.getLogger(), Both()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


def database() -> str:
    """All there is in it, as text."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        text = []
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            text += [repr(row) for row in cursor.fetchall()]
    return "\n".join(text)


def files(*folders: Path) -> bytes:
    return b"\n".join(path.read_bytes() for folder in folders for path in sorted(folder.rglob("*")) if path.is_file())


def pages(cast: Cast) -> str:
    generations = cast.project.generations.all()
    addresses = [
        reverse("project", args=[cast.project.public_id]),
        reverse("system"),
        reverse("spend"),
        reverse("audit"),
    ]
    addresses += [generation.get_absolute_url() for generation in generations]
    text = []
    for person in (cast.bob, cast.dana):
        browser = Client()
        browser.force_login(person)
        text += [browser.get(address).content.decode() for address in addresses]
    return "\n".join(text)


def test_C42_a_planted_key_is_found_nowhere(
    sandbox: RunningSandbox, settings: Settings, cast: Cast, key: GatewayKey, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.NB_API_KEY = CANARY
    with everything_logged() as lines:
        for day in DAYS:
            draw_to_the_end(cast, f"[sandbox:{day}]")
            GatewayKey.objects.update(stopped_reason="", rests_until=None)
        seen = pages(cast)
        report = io.StringIO()
        call_command("ledger_verify", "--json", stdout=report)
    assert any("call-ended" in line for line in lines)
    log = "\n".join(lines)
    for name, text in {
        "log": log,
        "database": database(),
        "spool and pictures": files(settings.NB_SPOOL_DIR, settings.MEDIA_ROOT).decode(errors="replace"),
        "pages": seen,
        "report": report.getvalue(),
        "output": "".join(capsys.readouterr()),
    }.items():
        assert CANARY not in text, name
        assert len(text) > 0 or name == "output", name


def test_one_search_for_an_attempt_finds_its_person_its_frame_and_the_gateways_own_number(
    sandbox: RunningSandbox, cast: Cast
) -> None:
    with everything_logged() as lines:
        generation = draw_to_the_end(cast, "A red boat")
    attempt = generation.attempts.get()
    (line,) = [line for line in lines if '"event":"call-ended"' in line and f'"attempt":"{attempt.pk}"' in line]
    assert f'"generation":"{generation.public_id}"' in line
    assert f'"person":"{cast.bob.pk}"' in line
    assert attempt.request_id
    assert f'"provider_request":"{attempt.request_id}"' in line
