"""The pages say what the checks can find, and what to do about it."""

import re
from pathlib import Path

from studio.ledger.audit.finding import RUNBOOK
from studio.verify.checks import CHECKS

ROOT = Path(__file__).parents[2]


def test_every_kind_of_finding_has_its_section_and_no_other_has_one() -> None:
    sections = re.findall(r"^### ([a-z-]+)$", (ROOT / RUNBOOK).read_text(), flags=re.MULTILINE)
    assert sections == list(dict.fromkeys(kind for check in CHECKS for kind in check.kinds))


def test_every_kind_in_the_code_is_one_of_a_check() -> None:
    """A finding whose kind no check names would lead to a section that is not there."""
    rooms = [*(ROOT / "studio" / "ledger" / "audit").glob("*.py"), *(ROOT / "studio" / "verify").glob("*.py")]
    used = {kind for path in rooms for kind in re.findall(r'Finding\(\s*"([a-z-]+)"', path.read_text())}
    known = {kind for check in CHECKS for kind in check.kinds}
    assert used | {"release", "reimbursement"} == known  # these two are the kinds of the entries themselves


def test_each_section_names_its_check() -> None:
    page = (ROOT / RUNBOOK).read_text()
    for check in CHECKS:
        for kind in check.kinds:
            words = page.split(f"### {kind}\n\n")[1].split(".")[0]
            assert re.search(rf"\b{check.number}\b", words), f"{kind}: {words}"
