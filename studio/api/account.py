"""Whose token this is, what they may spend, and the lines of their own ledger."""

from datetime import date
from typing import Annotated, Final

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from .. import access_tokens
from ..ledger.balance import month_of, month_summary
from ..ledger.statement import newest
from ..models import AccessToken, Generation, Instance, LedgerEntry, User
from ..provider.catalogue import PROMPT_CHARACTERS_MAX, VARIATIONS_MAX
from ..storage.uploads import ORIGINAL_BYTES_MAX, UPLOADS_A_DAY_MAX
from .door import ANY, READ, TokenRequest
from .problems import invalid
from .shapes import Facts, LedgerShape, MeShape
from .troubles import answers

router = Router(tags=["You"])
PAGE_LINES: Final = 100
_FIRST_YEAR: Final = 2000


@router.get(
    "/me", auth=ANY, response=answers(MeShape), url_name="me", operation_id="getMe", summary="You and your limits"
)
def me(request: TokenRequest) -> Facts:
    """Any token may ask this."""
    person, token = request.user, request.auth
    return {
        "username": person.username,
        "name": person.display_name,
        "is_admin": person.is_studio_admin,
        "token": _token(token),
        "month": _month(person),
        "limits": {
            "requests_per_minute": access_tokens.PER_MINUTE,
            "requests_at_once": access_tokens.BURST,
            "uploads_per_day": UPLOADS_A_DAY_MAX,
            "upload_bytes_max": ORIGINAL_BYTES_MAX,
            "prompt_characters_max": PROMPT_CHARACTERS_MAX,
            "variations_max": VARIATIONS_MAX,
            "confirm_above_micros": Instance.current().confirm_above_micros,
        },
    }


@router.get(
    "/ledger",
    auth=READ,
    response=answers(LedgerShape, invalid=True),
    url_name="ledger",
    operation_id="listLedgerEntries",
    summary="Your statement",
)
def ledger(
    request: TokenRequest,
    month: Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$", description="This month without it.")] = "",
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> Facts:
    """Every entry of a month as it was booked, holds and their releases too. Nobody sees another person's."""
    first = _month_of(month)
    found = newest(request.user, first, PAGE_LINES + 1, with_holds=True, before=before)
    shown = found[:PAGE_LINES]
    frames = [entry.generation_id for entry in shown if entry.generation_id]
    seen = set(Generation.objects.open_to(request.user).filter(pk__in=frames).values_list("pk", flat=True))
    return {
        "month": f"{first:%Y-%m}",
        "entries": [_entry(entry, is_seen=entry.generation_id in seen) for entry in shown],
        "before": shown[-1].sequence if len(found) > PAGE_LINES else None,
    }


def _token(token: AccessToken) -> Facts:
    return {"id": token.public_id, "name": token.name, "scopes": token.scopes, "expires_at": token.expires_at}


def _month(person: User) -> Facts:
    first = month_of(timezone.now())
    summary = month_summary(person, first)
    return {
        "month": first,
        "allowance_micros": summary.allowance_micros,
        "left_micros": summary.left_micros,
        "held_micros": summary.held_micros,
        "charged_micros": summary.charged_micros,
        "presumed_micros": summary.presumed_micros,
    }


def _month_of(text: str) -> date:
    this = month_of(timezone.now())
    first = date.fromisoformat(f"{text}-01") if text and text >= f"{_FIRST_YEAR}" else this
    if (text and text < f"{_FIRST_YEAR}") or first > this:
        raise invalid({"month": [_("No such month.")]})
    return first


def _entry(entry: LedgerEntry, *, is_seen: bool) -> Facts:
    """A frame of a project that was left is named, and leads nowhere."""
    generation = entry.generation
    return {
        "sequence": entry.sequence,
        "kind": entry.kind,
        "certainty": entry.certainty,
        "amount_micros": entry.amount_micros,
        "balance_micros": entry.balance_micros,
        "frame": generation.frame_number if generation else None,
        "generation": generation.public_id if generation and is_seen else None,
        "note": entry.note,
        "effective_at": entry.effective_at,
    }
