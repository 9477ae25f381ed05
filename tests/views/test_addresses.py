"""Addresses of which a page has many are those that the list of routes has."""

from uuid import uuid4

import pytest
from django.urls import reverse
from django.urls.base import set_script_prefix

from studio.addresses import address_of


@pytest.mark.parametrize(
    ("route", "rest"),
    [("project", ()), ("generation", ()), ("output-file", ("thumbnail-640",)), ("upload-file", ("icon",))],
)
def test_an_address_is_the_one_of_its_route(route: str, rest: tuple[str, ...]) -> None:
    for public_id in (uuid4(), uuid4()):
        assert address_of(route, public_id, *rest) == reverse(route, args=[public_id, *rest])


def test_it_follows_a_studio_below_a_folder() -> None:
    public_id = uuid4()
    address = address_of("project", public_id)
    set_script_prefix("/studio/")
    try:
        assert address_of("project", public_id) == f"/studio{address}"
    finally:
        set_script_prefix("/")
