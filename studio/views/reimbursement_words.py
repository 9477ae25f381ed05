"""Why a charge is not on the list for the gateway, as people read it: what is so, and what follows."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..reimbursement.plan import WhyNot

WHY_NOT: Final[Mapping[WhyNot, tuple[Promise, Promise]]] = {
    WhyNot.OTHER_MODEL: (_("Another model"), _("The plan covers Pro alone.")),
    WhyNot.BY_TOKENS: (_("Paid by tokens"), _("The plan covers calls that are paid by the request.")),
    WhyNot.NO_ANSWER: (_("Not answered with status 200"), _("The plan covers answers that came and had no image.")),
    WhyNot.NOT_MODERATED: (
        _("Not declined by moderation"),
        _("The plan covers what Google’s moderation left without an image. Nothing in the answer says that it did."),
    ),
    WhyNot.BEFORE_THE_PLAN: (_("Before the plan"), _("The plan is in effect from 1 May 2026.")),
    WhyNot.REPEATED: (
        _("Asked again"),
        _("The same words and images were declined before in the project, and the plan leaves out what is repeated."),
    ),
    WhyNot.NOT_CONFIRMED: (
        _("Not confirmed by the log"),
        _("It may come onto the list once its row is read, or its line is decided under Reconciliation."),
    ),
    WhyNot.COST_NOTHING: (_("Cost nothing by the log"), _("There is nothing to give back.")),
    WhyNot.MANY_TOKENS: (
        _("A thousand tokens out or more"),
        _("The plan’s evidence is a row with fewer, and with an image there are more."),
    ),
}
