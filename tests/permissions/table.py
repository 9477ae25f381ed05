"""The expected answers: one row for each route. A new route needs its row here.

A row says who may read (`get`) and who may change (`post`) something at an address; a verb without an answer is refused
to everybody. The groups are below; what they mean stands in `docs/permissions.md`, which is printed from this table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Final

from tests.badinputs.bodies import body, part

ROLES: Final = ("anonymous", "inactive", "stranger", "removed", "viewer", "maker", "owner", "admin")
VERBS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE")


class Answer(Enum):
    """What a request comes to. `symbol` is how the page prints it."""

    TOKEN = "401"  # asked for an access token
    OPEN = "yes"  # done, or refused for what was typed
    DOOR = "signs in"  # led to the sign-in page
    NO = "no"  # 403
    HIDDEN = "–"  # 404, as if it were not there
    VERB = "."  # 405


type Answers = Mapping[str, Answer]
"""By role."""


def _answers(**by_role: Answer) -> Answers:
    assert set(by_role) == set(ROLES)
    return MappingProxyType(by_role)


_OUT: Final = {"anonymous": Answer.DOOR, "inactive": Answer.DOOR}  # a closed account is nobody, at its next request
_IN: Final = ("stranger", "removed", "viewer", "maker", "owner", "admin")
_NOT_IN: Final = {"stranger": Answer.HIDDEN, "removed": Answer.HIDDEN}

ANYBODY: Final = _answers(**dict.fromkeys(ROLES, Answer.OPEN))
SIGNED_IN: Final = _answers(**_OUT, **dict.fromkeys(_IN, Answer.OPEN))
MEMBERS: Final = _answers(**_OUT, **_NOT_IN, **dict.fromkeys(_IN[2:], Answer.OPEN))
PICTURES: Final = _answers(**{**MEMBERS, "anonymous": Answer.HIDDEN, "inactive": Answer.HIDDEN})
MAKERS: Final = _answers(**{**MEMBERS, "viewer": Answer.NO})
OWNERS: Final = _answers(**{**MEMBERS, "viewer": Answer.NO, "maker": Answer.NO})
ADMINS: Final = _answers(**_OUT, **dict.fromkeys(_IN[:-1], Answer.NO), admin=Answer.OPEN)
ITS_OWN: Final = _answers(**_OUT, **{**dict.fromkeys(_IN, Answer.HIDDEN), "maker": Answer.OPEN})
WHO_WROTE_IT: Final = _answers(**{**MEMBERS, "viewer": Answer.NO, "owner": Answer.NO, "admin": Answer.NO})
ABSENT: Final = _answers(**dict.fromkeys(ROLES, Answer.HIDDEN))
UNKNOWN: Final = _answers(**_OUT, **dict.fromkeys(_IN, Answer.HIDDEN))
REFUSED: Final = _answers(**_OUT, **dict.fromkeys(_IN, Answer.NO))
ONLY_READ: Final = _answers(**_OUT, **dict.fromkeys(_IN, Answer.VERB))
FACTORS: Final = _answers(**_OUT, **dict.fromkeys(_IN[:-1], Answer.HIDDEN), admin=Answer.OPEN)
NOBODY: Final = _answers(**dict.fromkeys(ROLES, Answer.VERB))

_NO_TOKEN: Final = {"anonymous": Answer.TOKEN, "inactive": Answer.TOKEN}  # with a closed account its tokens are closed
BY_TOKEN: Final = _answers(**{**SIGNED_IN, **_NO_TOKEN})
MEMBERS_BY_TOKEN: Final = _answers(**{**MEMBERS, **_NO_TOKEN})
MAKERS_BY_TOKEN: Final = _answers(**{**MAKERS, **_NO_TOKEN})

GROUPS: Final[Mapping[str, Answers]] = {
    "anybody": ANYBODY,
    "signed in": SIGNED_IN,
    "members": MEMBERS,
    "members, of pictures": PICTURES,
    "makers": MAKERS,
    "owners": OWNERS,
    "admins": ADMINS,
    "whose own it is (here: the maker)": ITS_OWN,
    "who wrote it (here: the maker)": WHO_WROTE_IT,
    "nobody yet: there is none here": ABSENT,
    "whose own it is (here: nobody)": UNKNOWN,
    "whose own it is (here: the admin)": FACTORS,
    "nobody: no mail is sent here": REFUSED,
    "nobody: it is only read": ONLY_READ,
    "whoever has a token": BY_TOKEN,
    "members, by a token": MEMBERS_BY_TOKEN,
    "makers, by a token": MAKERS_BY_TOKEN,
    "nobody": NOBODY,
}

ADMIN_SITE: Final = "admin:"
"""Django's admin has no rows: below it nobody but admins gets past the door, whatever the route."""


@dataclass(frozen=True, slots=True)
class Row:
    """Who may read, who may change. `of` names the thing in the address, in `tests/permissions/world.py`.

    `body` is what a form has to say at least. `is_foreign`: a page of a library, which takes PUT for POST
    and the like, and is not asked about other verbs. `is_told`: what browsers write by themselves, without the token of
    a form; it changes nothing. `is_api`: it is asked by programs, each with a token of its person that has all scopes.
    """

    get: Answers = NOBODY
    post: Answers = NOBODY
    of: str = ""
    body: str = ""
    is_foreign: bool = False
    is_told: bool = False
    is_api: bool = False


A_RUN: Final = '{"prompt": "A red boat", "model": "pro"}'
A_FILE: Final = body(part("file", b"no picture", file=b"a.png")).decode()

TABLE: Final[Mapping[str, Row]] = {
    "home": Row(get=SIGNED_IN),
    # A project and the work in it
    "projects": Row(get=SIGNED_IN, post=SIGNED_IN),
    "project": Row(get=MEMBERS, of="project"),
    "compose": Row(get=MAKERS, of="project"),
    "composition": Row(post=MAKERS, of="project"),
    "uploads": Row(post=MAKERS, of="project"),
    "smaller-copies": Row(post=MAKERS, of="project"),
    "edits": Row(post=MAKERS, of="project"),
    "links": Row(post=MAKERS, of="project"),
    "link-copies": Row(post=MAKERS, of="project"),
    "runs": Row(get=MEMBERS, post=MAKERS, of="project"),
    "running": Row(get=MEMBERS, of="project"),
    "comparison": Row(get=MEMBERS, of="project"),
    # The shared history
    "gallery": Row(get=SIGNED_IN),
    "project-gallery": Row(get=MEMBERS, of="project"),
    "saved-views": Row(post=SIGNED_IN),
    "saved-view-removal": Row(post=ITS_OWN, of="saved view"),
    "gallery-selection": Row(post=SIGNED_IN),
    "project-selection": Row(post=MEMBERS, of="project"),
    # Many frames at once
    "downloads": Row(get=MEMBERS, post=MEMBERS, of="project"),
    "moves": Row(post=MAKERS, of="project"),
    "trash": Row(get=MAKERS, post=MAKERS, of="project"),
    "trash-restorations": Row(post=MAKERS, of="project"),
    "trash-deletions": Row(post=OWNERS, of="project"),
    "exports": Row(post=OWNERS, of="project"),
    # Its settings and its people
    "project-settings": Row(get=OWNERS, post=OWNERS, of="project"),
    "project-budget": Row(post=OWNERS, of="project"),
    "project-archive": Row(post=OWNERS, of="project"),
    "departure": Row(post=MEMBERS, of="project"),
    "members": Row(get=MEMBERS, of="project"),
    "member": Row(post=OWNERS, of="member"),
    "member-removal": Row(post=OWNERS, of="member"),
    "ownership": Row(post=OWNERS, of="member"),
    "invitations": Row(post=OWNERS, of="project"),
    "invitation-renewal": Row(post=OWNERS, of="project invitation"),
    "invitation-revocation": Row(post=OWNERS, of="project invitation"),
    # An invitation, from the other side: whoever has the link
    "invitation-link": Row(get=ANYBODY, of="token"),
    "invitation": Row(get=ANYBODY, post=SIGNED_IN, of="opened token"),
    # The prompt library
    "prompts": Row(get=MEMBERS, post=MAKERS, of="project"),
    "prompt-new": Row(get=MAKERS, post=MAKERS, of="project"),
    "prompts-earlier": Row(get=MAKERS, post=MAKERS, of="project"),
    "batch": Row(get=MAKERS, post=MAKERS, of="project"),
    "prompt": Row(get=MEMBERS, of="prompt"),
    "prompt-editing": Row(get=MAKERS, post=MAKERS, of="prompt"),
    "prompt-versions": Row(post=MAKERS, of="prompt"),
    "prompt-archiving": Row(post=MAKERS, of="prompt"),  # makers their own, as here
    "prompt-preview": Row(get=MEMBERS, post=MEMBERS, of="prompt"),
    "prompt-composing": Row(post=MAKERS, of="prompt"),
    "prompt-table": Row(get=MEMBERS, of="prompt"),
    # What is said about a frame
    "generation-comments": Row(post=MEMBERS, of="generation"),
    "comment": Row(get=WHO_WROTE_IT, post=WHO_WROTE_IT, of="comment"),
    "comment-removal": Row(post=MAKERS, of="comment"),  # makers their own, as here
    "generation-verdict": Row(post=MAKERS, of="generation"),
    "generation-share-links": Row(post=MAKERS, of="generation"),
    "share-link-revocation": Row(post=MAKERS, of="share link"),  # makers their own, as here
    "shared": Row(get=ANYBODY, of="share token"),
    "shared-file": Row(get=ANYBODY, of="share token"),
    # A frame
    "generation": Row(get=MEMBERS, of="generation"),
    "generation-cancellation": Row(post=MAKERS, of="generation"),
    "generation-waiting": Row(post=MAKERS, of="generation"),
    "generation-delivery": Row(post=MAKERS, of="generation"),
    "generation-menu": Row(get=MEMBERS, of="generation"),
    "generation-marks": Row(post=MEMBERS, of="generation"),  # a star is everybody's own; the rest is the makers'
    # Pictures
    "output-file": Row(get=PICTURES, of="output"),
    "upload-file": Row(get=PICTURES, of="upload"),
    "link-file": Row(get=PICTURES, of="link"),
    # Money
    "usage": Row(get=SIGNED_IN),
    "usage-csv": Row(get=SIGNED_IN),
    "charge-questions": Row(post=SIGNED_IN),
    "budget-requests": Row(post=SIGNED_IN),
    "admin-review": Row(get=ANYBODY),  # leads on to Spend, which asks
    "spend": Row(get=ADMINS),
    "charges": Row(get=ADMINS),
    "charges-csv": Row(get=ADMINS),
    "inbox": Row(get=ADMINS),
    "budget-decision": Row(post=ADMINS, of="budget request"),
    "charge-decision": Row(post=ADMINS, of="question"),
    "presumed-decision": Row(post=ADMINS, of="charge"),
    "people": Row(get=ADMINS),
    "studio-role": Row(post=ADMINS, of="person"),
    "person-budget": Row(post=ADMINS, of="person"),
    "person-account": Row(post=ADMINS, of="person"),
    "studio-invitations": Row(post=ADMINS),
    "studio-invitation-renewal": Row(post=ADMINS, of="invitation"),
    "studio-invitation-revocation": Row(post=ADMINS, of="invitation"),
    "budgets": Row(get=ADMINS, post=ADMINS, body="of=threshold"),
    "prices": Row(get=ADMINS, post=ADMINS),
    "price-bonus": Row(post=ADMINS),
    "provider": Row(get=ADMINS),
    "provider-check": Row(post=ADMINS),
    "pause": Row(post=ADMINS),
    "key-ways": Row(post=ADMINS, of="gateway key"),
    "key-secret": Row(post=ADMINS, of="gateway key"),
    "key-sending": Row(post=ADMINS, of="gateway key"),
    "key-pictures": Row(post=ADMINS, of="gateway key"),
    "model-switch": Row(post=ADMINS, of="model"),
    "settings": Row(get=ADMINS),
    "settings-general": Row(post=ADMINS),
    "settings-retention": Row(post=ADMINS),
    "settings-mail": Row(post=ADMINS),
    "storage-check": Row(post=ADMINS),
    "audit": Row(get=ADMINS),
    "reconciliation": Row(get=ADMINS),
    "reconciliation-runs": Row(post=ADMINS),
    "reconciliation-files": Row(post=ADMINS),
    "row-decision": Row(post=ADMINS, of="row"),
    "missing-row-decision": Row(post=ADMINS, of="missing row"),
    "reimbursement": Row(get=ADMINS),
    "reimbursement-sheets": Row(get=ADMINS, post=ADMINS),
    "reimbursement-sheet": Row(get=ADMINS, of="sheet"),
    "sheet-csv": Row(get=ADMINS, of="sheet"),
    "sheet-xlsx": Row(get=ADMINS, of="sheet"),
    "sheet-dispatch": Row(post=ADMINS, of="sheet"),
    "sheet-removal": Row(post=ADMINS, of="sheet"),
    "sheet-credit": Row(post=ADMINS, of="sheet"),
    # The studio as a machine
    "system": Row(get=ADMINS),
    "system-adoption": Row(post=ADMINS),
    "system-verification": Row(post=ADMINS),
    "styleguide": Row(get=ADMINS),
    # The person's own
    "notices": Row(get=SIGNED_IN, post=SIGNED_IN),
    "notice-mail": Row(post=SIGNED_IN),
    "notice": Row(get=ITS_OWN, post=ITS_OWN, of="notice"),
    "shortcuts": Row(get=SIGNED_IN),
    "appearance": Row(post=ANYBODY),
    "set_language": Row(post=ANYBODY),
    # Their account: allauth's pages, which send away by themselves whoever has no business there
    "account_login": Row(get=ANYBODY, post=ANYBODY, is_foreign=True),
    "account_logout": Row(get=ANYBODY, post=ANYBODY, is_foreign=True),
    "account_inactive": Row(get=ANYBODY, is_foreign=True),
    "account_signup": Row(get=ANYBODY, post=ANYBODY, is_foreign=True),
    "account_reauthenticate": Row(get=SIGNED_IN, post=SIGNED_IN, is_foreign=True),
    "account_email": Row(get=SIGNED_IN, post=REFUSED, is_foreign=True),
    "account_email_verification_sent": Row(get=ANYBODY, is_foreign=True),
    "account_change_password": Row(get=SIGNED_IN, post=SIGNED_IN, is_foreign=True),
    "account_set_password": Row(get=SIGNED_IN, post=SIGNED_IN, is_foreign=True),
    "account_reset_password": Row(get=ANYBODY, post=ANYBODY, is_foreign=True),
    "account_confirm_login_code": Row(get=ANYBODY, post=ANYBODY, is_foreign=True),
    "account_confirm_email": Row(get=ANYBODY, post=ANYBODY, of="letter key", is_foreign=True),
    "account_reset_password_done": Row(get=ANYBODY, is_foreign=True),
    "account_reset_password_from_key": Row(get=ANYBODY, post=ANYBODY, of="reset key", is_foreign=True),
    "account_reset_password_from_key_done": Row(get=ANYBODY, is_foreign=True),
    "own-address": Row(get=SIGNED_IN, post=REFUSED),
    "mfa_index": Row(get=SIGNED_IN, post=ONLY_READ, is_foreign=True),
    "mfa_authenticate": Row(get=ANYBODY, post=ANYBODY, is_foreign=True),
    "mfa_reauthenticate": Row(get=SIGNED_IN, post=SIGNED_IN, is_foreign=True),
    "mfa_activate_totp": Row(get=SIGNED_IN, post=SIGNED_IN, is_foreign=True),
    "mfa_deactivate_totp": Row(get=FACTORS, post=FACTORS, is_foreign=True),
    "mfa_view_recovery_codes": Row(get=UNKNOWN, post=ONLY_READ, is_foreign=True),
    "mfa_download_recovery_codes": Row(get=UNKNOWN, post=UNKNOWN, is_foreign=True),
    "mfa_generate_recovery_codes": Row(get=SIGNED_IN, post=SIGNED_IN, is_foreign=True),
    "mfa_list_webauthn": Row(get=SIGNED_IN, post=ONLY_READ, is_foreign=True),
    "mfa_add_webauthn": Row(get=SIGNED_IN, post=SIGNED_IN, is_foreign=True),
    "mfa_edit_webauthn": Row(get=ITS_OWN, post=ITS_OWN, of="passkey", is_foreign=True),
    "mfa_remove_webauthn": Row(get=ITS_OWN, post=ITS_OWN, of="passkey", is_foreign=True),
    "mfa_login_webauthn": Row(get=ANYBODY, post=ANYBODY, is_foreign=True),
    "mfa_reauthenticate_webauthn": Row(get=SIGNED_IN, post=SIGNED_IN, is_foreign=True),
    "usersessions_list": Row(get=SIGNED_IN, post=SIGNED_IN, is_foreign=True),
    "session-ending": Row(post=ITS_OWN, of="session"),
    "socialaccount_connections": Row(get=SIGNED_IN, post=SIGNED_IN, is_foreign=True),
    "socialaccount_signup": Row(get=ANYBODY, post=ANYBODY, is_foreign=True),
    "socialaccount_login_cancelled": Row(get=ANYBODY, is_foreign=True),
    "socialaccount_login_error": Row(get=ANYBODY, is_foreign=True),
    "openid_connect_login": Row(get=ABSENT, post=ABSENT, of="provider", is_foreign=True),
    "openid_connect_callback": Row(get=ABSENT, post=ABSENT, of="provider", is_foreign=True),
    "set-up": Row(get=ABSENT, post=ABSENT),  # in a studio that has anybody in it
    "access-tokens": Row(get=SIGNED_IN, post=SIGNED_IN),
    "access-token-revocation": Row(post=ITS_OWN, of="access token"),
    "webhooks": Row(get=SIGNED_IN, post=SIGNED_IN),
    "webhook": Row(get=ITS_OWN, of="webhook"),
    "webhook-trial": Row(post=ITS_OWN, of="webhook"),
    "webhook-sending": Row(post=ITS_OWN, of="webhook"),
    "webhook-removal": Row(post=ITS_OWN, of="webhook"),
    # The API
    "api:api-root": Row(get=ABSENT),
    "api:openapi-json": Row(get=ANYBODY),
    "api:me": Row(get=BY_TOKEN, is_api=True),
    "api:ledger": Row(get=BY_TOKEN, is_api=True),
    "api:projects": Row(get=BY_TOKEN, is_api=True),
    "api:models": Row(get=BY_TOKEN, is_api=True),
    "api:quote": Row(get=BY_TOKEN, is_api=True),
    "api:project-runs": Row(post=MAKERS_BY_TOKEN, of="api project", body=A_RUN, is_api=True),
    "api:run": Row(get=MEMBERS_BY_TOKEN, of="run", is_api=True),
    "api:generations": Row(get=BY_TOKEN, is_api=True),
    "api:generation": Row(get=MEMBERS_BY_TOKEN, of="api generation", is_api=True),
    "api:generation-cancellation": Row(post=MAKERS_BY_TOKEN, of="api generation", is_api=True),
    "api:project-uploads": Row(post=MAKERS_BY_TOKEN, of="api project", body=A_FILE, is_api=True),
    "api:output-file": Row(get=MEMBERS_BY_TOKEN, of="api output", is_api=True),
    # Asked by machines
    "icon": Row(get=ANYBODY),
    "livez": Row(get=ANYBODY),
    "readyz": Row(get=ANYBODY),
    "csp-reports": Row(post=ANYBODY, is_told=True),
}
