"""`manage.py ledger_verify` as a shell runs it: what it prints, and how it ends."""

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from studio.models import MonthBalance
from studio.verify.checks import CHECKS
from tests.jobs.studio_process import environment
from tests.sandbox.process import ROOT
from tests.verify.sound import Studio, stored_path

pytestmark = [pytest.mark.django_db, pytest.mark.thorough]


def run(*arguments: str) -> tuple[int, str]:
    """How it ended, and what it said."""
    said = io.StringIO()
    try:
        call_command("ledger_verify", *arguments, stdout=said)
    except SystemExit as ended:
        return int(str(ended.code)), said.getvalue()
    return 0, said.getvalue()


def objects_of(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


def ruin(studio: Studio) -> None:
    MonthBalance.objects.filter(account__person=studio.cast.bob).update(balance_micros=1)


def test_a_sound_studio_ends_with_0(studio: Studio) -> None:
    code, said = run()
    assert code == 0
    assert f"{len(CHECKS)} checks, 0 findings" in said
    assert " 1 Each person’s entries are one unbroken chain: ok" in said


def test_a_finding_ends_with_1_and_names_row_and_runbook(studio: Studio) -> None:
    ruin(studio)
    code, said = run()
    assert code == 1
    month = str(MonthBalance.objects.get(account__person=studio.cast.bob))
    assert f"balance: {month}: The month says $0.000001 are left, its entries come to $9.82." in said
    assert "(docs/operations.md#balance)" in said
    assert " 4 Balances are the sums of their entries: 1 found" in said


def test_json_is_one_object_a_line_and_the_summary_last(studio: Studio) -> None:
    ruin(studio)
    stored_path(studio.output.key).unlink()
    code, said = run("--json")
    *findings, summary = objects_of(said)
    assert [(found["check"], found["kind"]) for found in findings] == [(4, "balance"), (9, "picture-missing")]
    assert findings[0]["runbook"] == "docs/operations.md#balance"
    assert (summary["findings"], summary["exit_code"], code) == (2, 1, 1)
    assert [check["check"] for check in summary["checks"]] == [check.number for check in CHECKS]


def test_options_narrow_it(studio: Studio) -> None:
    ruin(studio)
    assert run("--user", "alice")[0] == 0
    assert run("--user", "bob")[0] == 1


def test_since_leaves_out_what_is_older(studio: Studio) -> None:
    stored_path(studio.output.key).unlink()
    assert run("--fast")[0] == 1
    assert run("--fast", "--since", "2999-01-01")[0] == 0


def test_what_cannot_run_ends_with_2(studio: Studio, settings: Settings, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("not a folder")
    in_the_way.chmod(0)
    settings.MEDIA_ROOT = in_the_way
    code, said = run()
    assert code == 2
    assert "COULD NOT RUN" in said


@pytest.mark.parametrize("arguments", [["--user", "nobody"], ["--since", "yesterday"]])
def test_what_cannot_be_meant_ends_with_2(db: None, arguments: list[str]) -> None:
    """Django makes an exit of the error's `returncode`; a call from Python sees the error."""
    with pytest.raises((CommandError, SystemExit)) as refused:
        run(*arguments)
    assert getattr(refused.value, "returncode", None) == 2


def test_a_database_without_tables_ends_with_2(tmp_path: Path) -> None:
    """From outside, as a shell sees it: the exit code is the command's promise."""
    told = environment(tmp_path, "http://127.0.0.1:1")
    ended = subprocess.run([sys.executable, "manage.py", "ledger_verify"], cwd=ROOT, env=told, capture_output=True)
    assert ended.returncode == 2, ended.stderr
