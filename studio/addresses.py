"""Addresses that a page has many of: a gallery six hundred, and each would be looked for among all routes."""

from functools import cache
from typing import Final
from uuid import UUID

from django.urls import get_script_prefix, reverse

_ANY: Final = UUID(int=0)


def address_of(route: str, public_id: UUID, *rest: str) -> str:
    """What `reverse(route, args=[public_id, *rest])` says."""
    before, after = _around(route, rest, get_script_prefix())
    return f"{before}{public_id}{after}"


@cache
def _around(route: str, rest: tuple[str, ...], _prefix: str) -> tuple[str, str]:
    before, _, after = reverse(route, args=[_ANY, *rest]).partition(str(_ANY))
    return before, after
