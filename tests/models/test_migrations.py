"""The schema, there and back: what the models say, and what only the database can say."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

SQLITE_TRIGGERS = {
    "studio_auditentry_no_delete",
    "studio_auditentry_no_update",
    "studio_ledgerentry_no_delete",
    "studio_ledgerentry_no_update",
    "studio_run_search_delete",
    "studio_run_search_insert",
    "studio_run_search_update",
}


def triggers() -> set[str]:
    asked = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.django_db
def test_the_models_say_nothing_that_the_migrations_do_not() -> None:
    call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())


@pytest.mark.django_db
def test_the_triggers_are_there() -> None:
    expected = (
        SQLITE_TRIGGERS
        if connection.vendor == "sqlite"
        else {"studio_ledgerentry_append_only", "studio_auditentry_append_only"}
    )
    assert expected <= triggers()


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_the_search_and_the_triggers_go_and_come_back() -> None:
    before = triggers()
    try:
        call_command("migrate", "studio", "0002", verbosity=0)
        assert triggers() == {name for name in before if "auditentry" not in name}  # that came later
        call_command("migrate", "studio", "0001", verbosity=0)
        assert not {name for name in triggers() if name.startswith("studio_")}
    finally:
        call_command("migrate", verbosity=0)
    assert triggers() == before
