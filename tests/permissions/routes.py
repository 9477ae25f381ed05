"""Every route there is, by the name it has, read from the URL configuration."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


def routes() -> Mapping[str, str]:
    """The address of every route by its full name, with the places for its keys in it."""
    return dict(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], space: str, start: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        address = f"{start}{pattern.pattern}"
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space, address)
        elif isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name or f'(no name: {address})'}", f"/{address}"
