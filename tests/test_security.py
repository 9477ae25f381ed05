"""The checklist of docs/security.md: what its lines name is there, and what can be read off the source holds."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from tests import fields

ROOT = Path(__file__).resolve().parent.parent
SAFE = {
    # Drawn by the library from a secret of its reader's own, and shown to them alone.
    "templates/mfa/totp/activate_form.html": 1,
    # Of Django's forms: our own words, or made by format_html.
    "templates/parts/_field.html": 1,
}


def sources() -> Iterator[tuple[str, str]]:
    for folder, endings in (("studio", {".py"}), ("nbweb", {".py"}), ("templates", {".html", ".txt"})):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in endings:
                yield path.relative_to(ROOT).as_posix(), path.read_text()


def named_by(pattern: str) -> dict[str, int]:
    """In which files it stands, and how often."""
    found = ((name, len(re.findall(pattern, text))) for name, text in sources())
    return {name: count for name, count in found if count}


def rows() -> dict[str, str]:
    return dict(re.findall(r"^\| (C\d\d) \| (.*) \|$", (ROOT / "docs/security.md").read_text(), re.MULTILINE))


def test_every_item_has_its_line_and_what_it_names_is_there() -> None:
    assert sorted(rows()) == [f"C{number:02}" for number in range(1, 47)]
    for item, line in rows().items():
        for path, _, test in (each.partition("::") for each in re.findall(r"`(tests/[^`]+)`", line)):
            assert (ROOT / path).is_file(), f"{item}: {path}"
            assert f"def {test}(" in (ROOT / path).read_text() or not test, f"{item}: {test}"
        assert "`" in line or "](" in line, f"{item} names nothing"


def test_C01_every_field_that_a_form_takes_is_on_the_page() -> None:
    assert fields.PAGE.read_text() == fields.printed(), "run `make fields`"


def test_C07_nothing_is_called_safe_but_what_is_on_the_list() -> None:
    """Letters in plain text aside, in which "&amp;" would be read as it stands."""
    found = named_by(r"\|\s*safe(?:seq)?\b|autoescape off|mark_safe\(")
    assert {name: count for name, count in found.items() if not name.endswith(".txt")} == SAFE


def test_C14_nothing_is_unpacked_that_could_run() -> None:
    assert named_by(r"\bpickle\b|\bmarshal\.|\bshelve\b|yaml\.(?:unsafe_)?load\(|(?<![\w.])(?:eval|exec)\(") == {}


def test_C16_htmx_may_run_nothing() -> None:
    told = re.findall(r"name=\"htmx-config\" content='([^']+)'", (ROOT / "templates/layout.html").read_text())
    config = json.loads(told[0])
    wanted = {
        "allowEval": False,
        "allowScriptTags": False,
        "selfRequestsOnly": True,
        "historyCacheSize": 0,
        "includeIndicatorStyles": False,
        "historyRestoreAsHxRequest": False,
    }
    assert wanted.items() <= config.items()
    assert named_by(r"hx-on|js:|\bon(?:click|load|error|submit)=") == {}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/accounts/login/", "/livez", "/nowhere/", "/csp-reports/", "/static/css/base.css"]
)
def test_C15_C17_C19_every_answer_says_what_a_browser_may_do(client: Client, address: str) -> None:
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    for rule in ("default-src 'none'", "script-src 'self'", "object-src 'none'", "base-uri 'none'"):
        assert rule in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in policy
    assert "Server" not in headers


def test_C19_behind_https_browsers_stay_there(tmp_path: Path) -> None:
    show = """
import django; django.setup()
from django.test import Client
print(Client().get("/livez", secure=True).headers["Strict-Transport-Security"])
print(Client().get("/livez").status_code, Client().get("/livez").headers["Location"])
"""
    told = {
        "PATH": os.environ["PATH"],
        "NB_HTTPS": "1",
        "NB_DATA_DIR": str(tmp_path),
        "ALLOWED_HOSTS": "testserver",
        "DJANGO_SETTINGS_MODULE": "nbweb.settings",
    }
    seen = subprocess.run([sys.executable, "-c", show], cwd=ROOT, env=told, check=True, capture_output=True, text=True)
    said = seen.stdout.splitlines()
    assert said == ["max-age=31536000; includeSubDomains; preload", "301 https://testserver/livez"]


def test_C41_nobody_looks_away_from_a_certificate() -> None:
    assert named_by(r"verify\s*=\s*False|CERT_NONE|check_hostname\s*=\s*False|_create_unverified_context") == {}
