"""The schema, there and back: what the models say, and what only the database can say."""

import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.db.migrations import AddConstraint, RemoveConstraint, RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import CheckConstraint, Q
from django.utils import timezone

from studio.ledger.spent import differences
from studio.library.keep import Draft, rewrite
from studio.library.wording import Wording
from studio.migrations import _spent
from studio.migrations._sqlite import restore_prompt_triggers, restore_run_triggers
from studio.models import Prompt, Spent
from studio.provider.outcome import Outcome
from studio.tokens import Words
from tests import people
from tests.ledger.by_entries import check_sums
from tests.library.kept import make_prompt
from tests.runs import make_run
from tests.views.booked import end

SQLITE_TRIGGERS = {
    "studio_attempt_spent",
    "studio_auditentry_no_delete",
    "studio_auditentry_no_update",
    "studio_ledgerentry_no_delete",
    "studio_ledgerentry_no_update",
    "studio_ledgerentry_spent",
    "studio_prompt_search_delete",
    "studio_prompt_search_insert",
    "studio_prompt_search_update",
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
        else {
            "studio_ledgerentry_append_only",
            "studio_auditentry_append_only",
            "studio_ledgerentry_spent",
            "studio_attempt_spent",
        }
    )
    assert expected <= triggers()


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_the_search_and_the_triggers_go_and_come_back() -> None:
    before = triggers()
    try:
        call_command("migrate", "studio", "0002", verbosity=0)
        later = "auditentry|spent|prompt_search"
        assert triggers() == {name for name in before if not re.search(later, name)}
        call_command("migrate", "studio", "0001", verbosity=0)
        assert not {name for name in triggers() if name.startswith("studio_")}
    finally:
        call_command("migrate", verbosity=0)
    assert triggers() == before


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_what_was_spent_before_there_were_sums_is_summed() -> None:
    cast = people.cast()
    for outcome in [Outcome.DELIVERED, Outcome.DELIVERED, Outcome.REFUSED_TEXT, Outcome.FAILED_BUSY]:
        end(make_run(cast.bob, cast.project).generations.get(), outcome)
    make_run(cast.alice, cast.project, variations=2)
    try:
        call_command("migrate", "studio", "0021", verbosity=0)
    finally:
        call_command("migrate", verbosity=0)
    assert list(differences()) == []
    check_sums()
    assert not Spent.objects.filter(moment__isnull=False).exists()


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_what_was_kept_before_there_were_words_is_found_by_them() -> None:
    """There, back, and there again; a prompt by its newest version."""
    cast = people.cast()
    boat = make_prompt(cast.bob, cast.project, title="Ein Schiff", wording=Wording("一只红色的船 on {{water}}"))
    rewritten = make_prompt(cast.bob, cast.project, title="Still life", wording=Wording("A boat"))
    rewrite(
        rewritten, Draft(title="Still life", wording=Wording("A vase")), base=1, person=cast.bob, now=timezone.now()
    )
    try:
        call_command("migrate", "studio", "0046", verbosity=0)
        assert not any("prompt_search" in name for name in triggers())
    finally:
        call_command("migrate", verbosity=0)
    for text, expected in {"红色 schiff": boat, "water": boat, "vase": rewritten, "still": rewritten}.items():
        assert list(Prompt.objects.saying(Words.read(text))) == [expected], text
    assert not Prompt.objects.saying(Words.read("boat"))
    Prompt.objects.filter(pk=boat.pk).delete()
    assert not Prompt.objects.saying(Words.read("schiff"))


MADE_ANEW = [
    AddConstraint("attempt", CheckConstraint(condition=Q(number__gte=0), name="attempt_number_not_negative")),
    RemoveConstraint("attempt", "attempt_number_not_negative"),
    AddConstraint("run", CheckConstraint(condition=Q(number__gte=0), name="run_number_not_negative")),
    RemoveConstraint("run", "run_number_not_negative"),
    AddConstraint("prompt", CheckConstraint(condition=~Q(title="?"), name="prompt_title_no_question")),
    RemoveConstraint("prompt", "prompt_title_no_question"),
]
"""What SQLite builds a whole table anew for, and one table as it was before."""


def apply(*operations: Operation) -> None:
    with connection.schema_editor() as editor:
        state = MigrationLoader(connection).project_state()
        for operation in operations:
            after = state.clone()
            operation.state_forwards("studio", after)
            operation.database_forwards("studio", editor, state, after)
            state = after


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_a_table_that_is_built_anew_keeps_the_triggers_of_the_sums() -> None:
    """Of a run they only read; and it has triggers of its own."""
    before = triggers()
    apply(*_spent.beside(*MADE_ANEW), RunPython(restore_run_triggers), RunPython(restore_prompt_triggers))
    assert triggers() == before


@pytest.mark.sqlite
@pytest.mark.thorough
@pytest.mark.django_db(transaction=True)
def test_a_migration_that_forgets_them_does_not_get_far() -> None:
    with pytest.raises(OperationalError, match="error in trigger studio_"):
        apply(*MADE_ANEW)
