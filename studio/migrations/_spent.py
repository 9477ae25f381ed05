"""The triggers that note in `studio_spent` what an entry adds to the sums, and what a charged call changes in them.

They are the database's, so that no writer can forget them and none can write one without the other: not a line of
Python, not the Django admin, not somebody with a shell. A note is a new row and touches no other, so nobody waits.

What two transactions do at the same moment: an entry reads its attempt under a lock. So whoever is changing that
attempt is waited for and seen, and whoever wants to change it waits, sees the entry then, and notes the change. On
SQLite one writes at a time.
"""

from typing import Final

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import StateApps

_INSERT: Final = """
    INSERT INTO studio_spent (month, account_id, kind, project_id, model_key, outcome, is_presumed, moment,
                              entries, booked_micros, cost_micros)"""

# What is of charges only is left empty for the rest: it would make many rows of one sum.
_ENTRY: Final = """
    SELECT new.month, new.account_id, new.kind, CASE WHEN new.kind = 'charge' THEN new.project_id END,
           COALESCE(r.model_key, ''), COALESCE(a.outcome, ''), COALESCE(a.charge, '') = 'presumed', new.effective_at,
           1, new.amount_micros, COALESCE(a.real_micros, a.price_micros, 0)
      FROM (SELECT 1 AS one) AS once
      LEFT JOIN studio_attempt AS a ON new.kind = 'charge' AND a.id = new.attempt_id
      LEFT JOIN studio_generation AS g ON new.kind = 'charge' AND g.id = new.generation_id
      LEFT JOIN studio_run AS r ON r.id = g.run_id"""

_ATTEMPT: Final = """
    SELECT e.month, e.account_id, e.kind, e.project_id, COALESCE(r.model_key, ''), v.outcome, v.charge = 'presumed',
           e.effective_at, v.sign, v.sign * e.amount_micros, v.sign * v.cost_micros
      FROM (SELECT -1 AS sign, old.outcome AS outcome, old.charge AS charge,
                   COALESCE(old.real_micros, old.price_micros) AS cost_micros
            UNION ALL
            SELECT 1, new.outcome, new.charge, COALESCE(new.real_micros, new.price_micros)) AS v
      JOIN studio_ledgerentry AS e ON e.attempt_id = new.id AND e.kind = 'charge'
      LEFT JOIN studio_generation AS g ON g.id = e.generation_id
      LEFT JOIN studio_run AS r ON r.id = g.run_id"""

_CHANGES: Final = "AFTER UPDATE OF outcome, charge, real_micros, price_micros ON studio_attempt"
_IF: Final = """old.outcome <> new.outcome OR (old.charge = 'presumed') <> (new.charge = 'presumed')
    OR COALESCE(old.real_micros, old.price_micros) <> COALESCE(new.real_micros, new.price_micros)"""

SQLITE_CREATE: Final = (
    f"CREATE TRIGGER studio_ledgerentry_spent AFTER INSERT ON studio_ledgerentry BEGIN {_INSERT} {_ENTRY}; END",
    f"CREATE TRIGGER studio_attempt_spent {_CHANGES} WHEN {_IF} BEGIN {_INSERT} {_ATTEMPT}; END",
)
SQLITE_DROP: Final = (
    "DROP TRIGGER IF EXISTS studio_attempt_spent",
    "DROP TRIGGER IF EXISTS studio_ledgerentry_spent",
)

# A function of its own for each, and two statements in the first: what follows the lock sees what was waited for.
POSTGRESQL_CREATE: Final = (
    f"""CREATE FUNCTION studio_note_entry() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF new.kind = 'charge' THEN
            PERFORM 1 FROM studio_attempt WHERE id = new.attempt_id FOR NO KEY UPDATE;
        END IF; {_INSERT} {_ENTRY}; RETURN NULL; END $$""",
    f"CREATE FUNCTION studio_note_attempt() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {_INSERT} {_ATTEMPT}; RETURN NULL; END $$",
    """CREATE TRIGGER studio_ledgerentry_spent AFTER INSERT ON studio_ledgerentry
        FOR EACH ROW EXECUTE FUNCTION studio_note_entry()""",
    f"""CREATE TRIGGER studio_attempt_spent {_CHANGES} FOR EACH ROW WHEN ({_IF})
        EXECUTE FUNCTION studio_note_attempt()""",
)
POSTGRESQL_DROP: Final = (
    "DROP TRIGGER IF EXISTS studio_attempt_spent ON studio_attempt",
    "DROP TRIGGER IF EXISTS studio_ledgerentry_spent ON studio_ledgerentry",
    "DROP FUNCTION IF EXISTS studio_note_attempt()",
    "DROP FUNCTION IF EXISTS studio_note_entry()",
)


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE_CREATE if is_sqlite else POSTGRESQL_CREATE:
        schema_editor.execute(statement)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    is_sqlite = schema_editor.connection.vendor == "sqlite"
    for statement in SQLITE_DROP if is_sqlite else POSTGRESQL_DROP:
        schema_editor.execute(statement)


def beside(*operations: Operation) -> list[Operation]:
    """The operations of a migration that builds one of the tables named above anew, as SQLite does for most changes.

    It refuses to do so while a trigger names the table ("error in trigger studio_attempt_spent: no such table"), and
    drops those of the table itself. All of it is one transaction, so no entry is written in between.
    """
    return [RunPython(drop, create), *operations, RunPython(create, drop)]
