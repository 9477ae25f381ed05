"""A person makes a token in a browser, and the commands of docs/api.md work with it: by curl, against the sandbox."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nbweb.environment import BASE_DIR
from studio.models import Generation, LedgerEntry
from tests.conftest import OPTIONAL
from tests.e2e import steps
from tests.e2e.running import Studio
from tests.people import Cast

MINUTES = 4


def commands() -> str:
    """All of the page, one after the other."""
    return "\n".join(re.findall(r"^```sh\n(.*?)^```", (BASE_DIR / "docs/api.md").read_text(), re.MULTILINE | re.DOTALL))


def test_the_commands_of_the_page_do_what_it_says(page: Page, cast: Cast, studio: Studio, tmp_path: Path) -> None:
    if missing := [each for each in ("bash", "curl", "jq") if not shutil.which(each)]:
        pytest.skip(f"{OPTIONAL}{', '.join(missing)}")
    steps.sign_in(page, cast.bob)
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Show the tokens").click()
    page.get_by_label("What it is for").fill("Banners")
    page.get_by_label("Generate:").check()
    page.get_by_role("button", name="Make a token").click()
    page.get_by_role("button", name="Copy token").click()
    secret = page.evaluate("navigator.clipboard.readText()")
    expect(page.get_by_role("listitem").filter(has_text="Banners")).to_contain_text("never used")
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands()],
        cwd=tmp_path,
        env=os.environ | {"STUDIO": studio.url, "TOKEN": secret, "no_proxy": "*"},
        capture_output=True,
        text=True,
        timeout=MINUTES * 60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "picture.png").read_bytes()[:4] in (b"\x89PNG", b"\xff\xd8\xff\xe0")
    assert "succeeded, charged 90000" in done.stdout
    assert Generation.objects.filter(run__prompt__contains="red boat").count() == 2, "sent twice, made once"
    assert LedgerEntry.objects.filter(account__person=cast.bob, kind="hold").count() == 3
    page.goto("/accounts/tokens/")
    expect(page.get_by_role("listitem").filter(has_text="Banners")).to_contain_text("last used")
    page.get_by_role("button", name="Revoke Banners").click()
    expect(page.get_by_text("You have none.")).to_be_visible()
