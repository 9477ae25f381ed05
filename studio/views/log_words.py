"""Why the gateway's log, or a file of it, was not read: the words of `studio/reconcile`, as people read them."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..reconcile.exported import FILE_BYTES_MAX, ROWS_MAX, FileRefused

_FAILURES: Final[Mapping[str, Promise]] = {
    "refused_token": gettext_lazy(
        "The gateway refused the system token. NB_SYSTEM_TOKEN is made in its console, and is no sk- key."
    ),
    "not_a_log": gettext_lazy("What the gateway answered is no log."),
    "stopped": gettext_lazy("The worker was stopped meanwhile. Another one goes on."),
}
_OTHER_FAILURE: Final = gettext_lazy("The gateway could not be reached, or did not answer in time.")

_REFUSALS: Final[Mapping[str, Promise]] = {
    "empty": gettext_lazy("Choose a file that is not empty."),
    "too_large": gettext_lazy("The file is larger than %(megabytes)d MB. Export fewer days at a time."),
    "bomb": gettext_lazy("The file unpacks to far too much."),
    "too_many_rows": gettext_lazy("The file has more than %(rows)d rows. Export fewer days at a time."),
    "wrong_type": gettext_lazy("This is neither a csv nor an xlsx file."),
    "unreadable": gettext_lazy("The xlsx file is damaged."),
    "wrong_columns": gettext_lazy("These columns are missing in the first line: %(missing)s."),
    "bad_row": gettext_lazy("Line %(line)s: what stands under %(field)s cannot be read."),
}


def failure_words(reason: str) -> str:
    """By the word of `AccountUnread`."""
    return str(_FAILURES.get(reason, _OTHER_FAILURE))


def refusal_words(refusal: FileRefused) -> str:
    facts = {"megabytes": FILE_BYTES_MAX // 1_000_000, "rows": ROWS_MAX, **refusal.facts}
    return _("The file was not read. %(why)s") % {"why": str(_REFUSALS[refusal.code]) % facts}
