"""The page about the provider says what the code does."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from studio.provider import gemini, part, spill, spool
from studio.provider.catalogue import MODELS
from studio.provider.classify import FINISH_OUTCOMES
from studio.provider.outcome import Outcome
from studio.provider.tables import TABLES, filled

PAGE = Path(__file__).parents[2] / "docs" / "provider.md"


def page() -> str:
    return PAGE.read_text("utf-8")


def test_the_tables_of_the_page_are_current() -> None:
    assert filled(page()) == page(), "run `python -m studio.provider.tables docs/provider.md`"


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_on_the_page_once(name: str) -> None:
    assert page().count(f"<!-- table: {name} -->") == 1


def test_every_model_and_every_outcome_has_a_row() -> None:
    assert all(f"| {model.name} | `{model.wire_id}` |" in page() for model in MODELS)
    assert all(f"| `{outcome}` |" in page() for outcome in Outcome)


def test_every_reason_with_an_outcome_of_its_own_is_explained() -> None:
    explained = re.findall(r"`([A-Z_]+)`", page().partition("| `finishReason` |")[2])
    assert {*FINISH_OUTCOMES} <= {*explained}


def test_limits_and_deadlines_are_those_of_the_code() -> None:
    text = " ".join(page().split())
    for said in (
        f"{spill.ANSWER_BYTES_MAX // 10**6} MB of answer",
        f"{part.PART_BYTES_MAX // 10**6} MB of one decoded picture",
        f"{spill.DOCUMENT_BYTES_MAX // 10**6} MB of JSON",
        f"{spill.PARTS_MAX} pictures",
        f"{gemini.ERROR_BYTES_MAX // 1000} kB of an error's body",
        f"| {gemini.CONNECT_SECONDS} s a step |",
        f"| {gemini.SEND_SECONDS} s for everything",
        f"| {gemini.TAIL_SECONDS} s: in some hours",
        f"{spool.RESERVE_BYTES // 2**20} MB are set aside",
    ):
        assert said in text


def test_a_page_that_fell_behind_is_brought_up_to_date(tmp_path: Path) -> None:
    old = tmp_path / "page.md"
    old.write_text("before\n<!-- table: models -->\nold\n<!-- end -->\nafter\n")
    subprocess.run([sys.executable, "-m", "studio.provider.tables", str(old)], cwd=PAGE.parents[1], check=True)
    text = old.read_text("utf-8")
    assert text == filled(text)
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "Nano Banana Pro" in text
