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
                dict(zip(("kept", "summed"), _in_words(wrong.kept, wrong.summed), strict=True)),
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


def _in_words(*both: Amounts) -> list[str]:
    """`3 × $0.27`: how many, and what they come to: their cost, or what was booked where costs are the same."""
    costs = {amounts.cost_micros for amounts in both}
    by = "cost_micros" if len(costs) > 1 else "booked_micros"
    return [f"{amounts.entries} × {dollars(getattr(amounts, by))}" for amounts in both]
