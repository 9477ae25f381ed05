"""docs/licences.md: under what licence each package of a server comes. `make licences` prints it anew."""

import re
from importlib import metadata
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
PAGE: Final = ROOT / "docs" / "licences.md"
# What the packages say themselves, in words of their own.
_SAME: Final = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "GNU Lesser General Public License v3 (LGPLv3)": "LGPL-3.0-only",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
# Of a package that is for other systems than the one this is printed on, or says nothing of use.
_KNOWN: Final = {"colorama": "BSD-3-Clause", "tzdata": "Apache-2.0", "qrcode": "BSD-3-Clause"}
# Those that would make the whole a copy of theirs, or want its source shown to whoever visits it.
UNFIT: Final = re.compile(r"(?<!L)GPL|SSPL|BUSL|Commons Clause|Proprietary", re.IGNORECASE)
_HEAD: Final = """\
# Licences

NB Studio is under the [MIT licence](../LICENSE). With it come these packages, by `requirements.lock`, each under its
own; printed by `make licences`. LGPL and MPL let a program under any licence use them, as packages of their own,
unchanged. htmx (BSD-2-Clause) lies in `static/vendor/`.

| package | licence |
|---|---|
"""


def licences() -> dict[str, str]:
    """By package, in the order of the alphabet."""
    lock = (ROOT / "requirements.lock").read_text()
    names = sorted(set(re.findall(r"^([a-z0-9][\w.-]*)(?:\[[\w,]+\])?==", lock, re.MULTILINE)))
    return {name: _KNOWN.get(name) or _of(name) for name in names}


def _of(name: str) -> str:
    about = metadata.metadata(name)
    if expression := about.get("License-Expression"):
        return str(expression)
    classified = [each.rpartition(" :: ")[2] for each in about.get_all("Classifier", []) if each.startswith("License")]
    said = " or ".join(sorted({_SAME.get(each, each) for each in classified}))
    return said or str(about.get("License", "unknown")).splitlines()[0]


def printed() -> str:
    """The whole page."""
    return _HEAD + "".join(f"| {name} | {licence} |\n" for name, licence in licences().items())


if __name__ == "__main__":
    PAGE.write_text(printed())
