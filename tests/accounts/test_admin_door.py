"""B164: Django's admin has no door of its own beside the one that counts tries."""

import pytest
from django.test import Client

from tests import people

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/admin/", "/admin/login/", "/admin/studio/user/"])
def test_B164_djangos_admin_leads_to_the_studios_door(client: Client, address: str) -> None:
    people.cast()
    assert client.get(address, follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
    client.post(address, {"username": "dana", "password": people.PASSWORD, "next": "/admin/"})
    assert "_auth_user_id" not in client.session
