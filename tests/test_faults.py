"""The fault matrix: whatever may go wrong with a generation's life, or with its money, has a test with its number.

A fault is what happens to the studio from outside: a kill, a full disk, a clock that jumps, two people at once. F01 to
F16 strike our own processes, F17 to F34 the database and the storage, F35 to F64 come from the provider
(`jobs/test_outcomes.py` keeps those), F65 to F76 are people and money at the same moment.
"""

import re
from pathlib import Path
from typing import Final

HERE = Path(__file__).parent
OURS: Final = {*(f"F{number:02}" for number in range(1, 35)), *(f"F{number}" for number in range(65, 77))}

_IN_A_NAME: Final = re.compile(r"^ *def test_\w*?(F\d\d\w*)\(", re.MULTILINE)
_IN_A_TABLE: Final = re.compile(r'^ +\(?"(F\d\d)", ', re.MULTILINE)


def test_every_fault_of_ours_has_its_test() -> None:
    shown: set[str] = set()
    for path in HERE.rglob("test_*.py"):
        text = path.read_text("utf-8")
        for name in (*_IN_A_NAME.findall(text), *_IN_A_TABLE.findall(text)):
            shown |= set(re.findall(r"F\d\d", name))
    assert OURS - shown == set()
