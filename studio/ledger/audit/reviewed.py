"""What is kept beside the entries, so that pages need not add them up, is what the entries add up to. Of check 4."""

from collections.abc import Iterator

from django.utils.translation import gettext_noop

from ...models import Account, Project
from ...money import dollars
from ..spent import Amounts, Key, differences
from .finding import Finding
from .scope import Scope


def find(scope: Scope) -> Iterator[Finding]:
    for account in scope.accounts() if scope.person else [None]:
        for wrong in differences(account):
            yield Finding(
                "spend",
                _row_of(wrong.key),
                gettext_noop("The sum kept is %(kept)s, its entries come to %(summed)s."),
                {"kept": _in_words(wrong.kept), "summed": _in_words(wrong.summed)},
            )


def _row_of(key: Key) -> str:
    """`bob 2026-11-24 charge pro delivered presumed in Autumn catalogue`, as far as it says so."""
    account = Account.objects.select_related("person").filter(pk=key.account_id).first() or key.account_id
    day = f"{key.day or format(key.month, '%Y-%m')}"
    certainty = "presumed" if key.is_presumed else ""
    words = [str(account), day, key.kind, key.model_key, key.outcome, certainty]
    if key.project_id:
        words.append(f"in {Project.objects.filter(pk=key.project_id).first() or key.project_id}")
    return " ".join(filter(None, words))


def _in_words(amounts: Amounts) -> str:
    """`3 × $0.27`: how many, and what they come to together."""
    return f"{amounts.entries} × {dollars(amounts.cost_micros or amounts.booked_micros)}"
