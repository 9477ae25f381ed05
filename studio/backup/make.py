"""Make one backup: pictures, then rows, then the pictures that came meanwhile; and read all of it back."""

import fcntl
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from ..models import Account, Instance
from .manifest import FORMAT, Manifest, NotABackup, key_prints, sets_in
from .pictures import LIST, copy_new, forget_unnamed, pool_of, wanted, write_list
from .snapshot import snapshot
from .tables import all_models, check, path_of, read_lines, write_table, writing

_WANTED = "wanted.jsonl.gz"


class Busy(OSError):
    """Another backup is being written into the same folder."""


@dataclass(frozen=True, slots=True)
class Made:
    """`removed` are older sets that were taken out, `forgotten` files of theirs that no set names any more."""

    folder: Path
    manifest: Manifest
    removed: Sequence[Path]
    forgotten: int


def make_backup(place: Path, *, keep: int, quick: bool) -> Made:
    """A new set in the folder, complete or not there. Raises `Busy`, `NotABackup` when what was written is read back
    otherwise, and what the disk and the storage raise.
    """
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(place):
        _refuse_other_tables()
        Instance.current()  # a studio that nobody has opened yet has none
        before, now = sets_in(place), datetime.now(UTC)
        _clear(place)
        _refuse_foreign(before)
        pool = pool_of(place)
        copy_new(pool)
        folder = place / now.strftime("%Y-%m-%dT%H-%M-%SZ")
        folder.mkdir(mode=0o700)
        try:
            manifest = _write(folder, now, before[-1] if before else None, quick=quick)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        Instance.objects.filter(pk=1).update(backed_up_at=now)
        removed = [*before, folder][:-keep] if keep else []
        for each in removed:
            shutil.rmtree(each)
        return Made(folder, manifest, removed, forget_unnamed(place, pool) if removed else 0)


def _write(folder: Path, now: datetime, before: Path | None, *, quick: bool) -> Manifest:
    with snapshot():
        instance = Instance.objects.get(pk=1)
        migrations = sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
        tables = [write_table(model, folder) for model in all_models()]
        heads = {str(pk): head for pk, head in Account.objects.order_by("pk").values_list("pk", "head_hash")}
        with writing(folder / _WANTED) as out:
            for key in wanted():
                out.write(f"{key}\n".encode())
    asked = (line.decode().rstrip("\n") for line in read_lines(folder / _WANTED))
    pictures = write_list(folder, pool_of(folder.parent), asked, before=before, quick=quick)
    (folder / _WANTED).unlink()
    for table in tables:
        check(path_of(folder, table.label), table.rows + 1, table.sha256)
    check(folder / LIST, pictures.files, pictures.sha256)
    manifest = Manifest(
        format=FORMAT,
        made_at=now,
        vendor=connection.vendor,
        instance_id=str(instance.instance_id),
        restore_epoch=instance.restore_epoch,
        key_print=key_prints(str(instance.instance_id))[0],
        migrations=migrations,
        tables=tables,
        heads=heads,
        pictures=pictures,
    )
    manifest.write(folder)
    return manifest


def _clear(place: Path) -> None:
    """Away with what an earlier backup had begun: nobody else is writing here."""
    for each in place.glob("????-??-??T??-??-??Z"):
        if each not in sets_in(place):
            shutil.rmtree(each)


def _refuse_other_tables() -> None:
    """Before an upgrade the old version makes the backup; the new one asks for columns that are not there."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotABackup(
            "The tables of this database are those of an older version. Let that version make the backup, or run "
            "`manage.py migrate` first."
        )


def _refuse_foreign(before: Sequence[Path]) -> None:
    """Two studios in one folder would take each other's sets for their own, and remove them."""
    if before and (of := Manifest.read(before[-1]).instance_id) != str(Instance.current().instance_id):
        raise NotABackup(f"The backups in this folder are of another studio ({of}). Name a folder of its own.")


@contextmanager
def _alone(place: Path) -> Iterator[None]:
    with (place / ".lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy("Another backup is being written into this folder.") from None
        yield
