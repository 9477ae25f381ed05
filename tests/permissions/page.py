"""The table as a page, for people: docs/permissions.md. `make permissions` prints it anew."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.permissions.routes import routes
from tests.permissions.table import ADMIN_SITE, GROUPS, NOBODY, ROLES, TABLE, Answer, Answers

PAGE: Final = Path(__file__).parents[2] / "docs" / "permissions.md"
_HEAD: Final = """\
# Who may do what

Printed from `tests/permissions/table.py` by `make permissions`; `tests/permissions/test_matrix.py` asks every address
as everybody, with every verb, and holds the studio to it. A new route without a row there fails.

## The roles

| role | who |
|---|---|
| anonymous | nobody is signed in |
| inactive | whose account was closed; their open browser is nobody's at its next request |
| stranger | somebody of the studio who is not in the project |
| removed | was a maker in it, made the pictures in question, and left or was taken out |
| viewer, maker, owner | the roles of a project |
| admin | runs the studio, and counts as owner in every project |

## The answers

What stands in a row is a group; this is how it is answered. An address of a project that somebody is not in answers as
one that never was, to the letter. A verb that no row gives is refused to everybody with 405; a form without its token
with 403. `HX-Request` and other headers of htmx decide how much of a page is sent, never whether. Below `/api/v1/`
everybody is asked with an access token of theirs that has all scopes; a browser's session is nobody there.

"""
_DJANGO: Final = """
Below `/admin/` (Django's admin: records to look up) nobody but admins gets past the door.
"""


def printed() -> str:
    """The whole page."""
    return "".join((_HEAD, _groups(), "\n## The addresses\n\n", _addresses(), _DJANGO))


def _groups() -> str:
    lines = [f"| group | {' | '.join(ROLES)} |", f"|---|{'---|' * len(ROLES)}"]
    for name, answers in GROUPS.items():
        lines.append(f"| {name} | {' | '.join(_word(answers[role]) for role in ROLES)} |")
    return "\n".join(lines) + "\n"


def _word(answer: Answer) -> str:
    words: Mapping[Answer, str] = {
        Answer.OPEN: "yes",
        Answer.DOOR: "the door",
        Answer.NO: "403",
        Answer.HIDDEN: "404",
        Answer.VERB: "405",
        Answer.TOKEN: "401",
    }
    return words[answer]


def _addresses() -> str:
    lines = ["| address | reads | changes |", "|---|---|---|"]
    known = routes()
    for name, row in TABLE.items():
        lines.append(f"| `{known[name]}` | {_group(row.get)} | {_group(row.post)} |")
    return "\n".join(lines) + "\n"


def _group(answers: Answers) -> str:
    if answers is NOBODY:
        return ""
    return next(name for name, group in GROUPS.items() if group is answers)


assert ADMIN_SITE == "admin:", "named on the page"
