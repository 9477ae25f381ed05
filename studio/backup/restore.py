"""A backup into an empty database. What it would send is not sent: it may have been, after the backup was made."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from ..jobs.belonging import epoch_seen_here
from ..jobs.under_way import give_up
from ..models.encoding import wrong_encoding
from .load import load
from .manifest import Manifest, NotABackup, key_prints, sets_in
from .pictures import bring_back, pool_of

_LIVING: Final = timedelta(seconds=60)
_SAYS_THAT_SOMEBODY_IS_THERE: Final = ("studio_user", "studio_run", "studio_ledgerentry", "studio_project")


class WrongDatabase(ValueError):
    """It could not hold what the backup has, and the words say why."""


class NotEmpty(WrongDatabase):
    """There is something in the database that a restore would write over, and the words say what."""


def set_of(place: Path, moment: str = "") -> Path:
    """The backup of that moment, or the newest one; `place` may be a set itself. Raises `NotABackup`."""
    if (place / "manifest.json").is_file():
        return place
    found = [each for each in sets_in(place) if not moment or each.name == moment]
    if not found:
        raise NotABackup(f"{place} holds no complete backup{f' of {moment}' if moment else ''}.")
    return found[-1]


def restore(folder: Path, *, moved: bool, say: Callable[[str], object]) -> Manifest:
    """Pictures, then rows; to the newest tables. Raises `NotABackup`, `WrongDatabase`, and what disk and storage raise.

    `moved`: the studio it was made of is stopped for good, so what waits there may be sent from here.
    """
    manifest = Manifest.read(folder)
    if encoding := wrong_encoding():
        raise WrongDatabase(f"This database is in {encoding}. A restore needs one in UTF8: name another.")
    _refuse_a_full_database()
    targets = _targets(manifest)
    # First: what is named by its content harms nobody, and a second try goes on where the first one ended.
    say(f"Bringing back {manifest.pictures.files:,} files ...")
    deque(bring_back(folder, pool_of(folder.parent)), maxlen=0)
    say("Making the tables as they were ...")
    MigrationExecutor(connection).migrate(targets)
    say(f"Loading {sum(table.rows for table in manifest.tables):,} rows ...")
    with transaction.atomic(durable=True):
        load(folder, manifest, MigrationLoader(connection).project_state(targets).apps)
        if not moved:
            _mark_as_restored(manifest)
    call_command("migrate", verbosity=0, interactive=False)
    _count_rows_for_plans()
    if not moved and (count := give_up()):
        say(f"{count} calls were under way. They may have been paid for, and nobody sends them again.")
    return manifest


def warnings(manifest: Manifest) -> Iterator[str]:
    """What somebody has to know of a studio that was just restored."""
    if manifest.key_print not in key_prints(manifest.instance_id):
        yield (
            "SECRET_KEY is not the one that the backup was made with. Second factors and keys entered in the browser "
            "cannot be opened. Set it, or add the old one to SECRET_KEY_FALLBACKS."
        )
    for key in manifest.pictures.missing:
        yield f"{key} was not there when the backup was made."
    for key in manifest.pictures.damaged:
        yield f"{key} was damaged when the backup was made."


def _refuse_a_full_database() -> None:
    there = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for table in there.intersection(_SAYS_THAT_SOMEBODY_IS_THERE):
            cursor.execute(f"SELECT 1 FROM {connection.ops.quote_name(table)} LIMIT 1")  # noqa: S608
            if cursor.fetchone():
                raise NotEmpty("There is a studio in this database. A restore needs an empty one: name another.")
    if "studio_worker" in there and _somebody_lives():
        raise NotEmpty("A studio is running on this database. Stop it first.")


def _somebody_lives() -> bool:
    from ..jobs import clock
    from ..models import Worker

    return Worker.objects.filter(heartbeat_at__gte=clock.now() - _LIVING, stopped_at=None).exists()


def _targets(manifest: Manifest) -> list[tuple[str, str]]:
    """The migrations after which the tables are those of the backup. Raises `NotABackup`, `NotEmpty`."""
    loader = MigrationLoader(connection)
    told = {tuple(each.split(".", 1)) for each in manifest.migrations}
    wanted = {(app, name) for app, name in told if any(config.label == app for config in apps.get_app_configs())}
    if unknown := sorted(name for name in wanted if name not in loader.graph.nodes and name not in loader.replacements):
        raise NotABackup(f"The backup was made by a newer version: {'.'.join(unknown[0])} is not known here.")
    ours = {app for app, _ in wanted}
    ahead = {key for key in MigrationRecorder(connection).applied_migrations() if key[0] in ours} - wanted
    if ahead:
        raise NotEmpty("The tables of this database are newer than the backup. Name an empty database.")
    parents = ((key, parent.key) for key in wanted for parent in loader.graph.node_map[key].parents)
    return sorted(wanted - {parent for key, parent in parents if parent[0] == key[0]})


def _mark_as_restored(manifest: Manifest) -> None:
    """In the same transaction as the rows: there is no moment at which this is a studio that would send."""
    epoch = max(manifest.restore_epoch, epoch_seen_here()) + 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE studio_instance SET restore_epoch = %s", [epoch])
        # Whoever was alive at that moment is not alive here.
        cursor.execute("UPDATE studio_worker SET stopped_at = heartbeat_at WHERE stopped_at IS NULL")


def _count_rows_for_plans() -> None:
    """A database that was filled just now takes its tables for empty, and finds everything by the slowest way."""
    with suppress(Exception), connection.cursor() as cursor:
        cursor.execute("ANALYZE")
