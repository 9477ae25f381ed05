"""Browsers ask for it by themselves."""

import pytest
from django.test import Client


@pytest.mark.django_db
def test_it_is_found_before_anybody_is_there(client: Client) -> None:
    response = client.get("/favicon.ico")
    assert response.status_code == 302
    assert response.headers["Location"].startswith("/static/mark")
    assert "public" in response.headers["Cache-Control"]
