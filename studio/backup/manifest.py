"""What a backup says of itself. It is written last, so a backup without it never came to its end."""

from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from django.conf import settings
from django.utils.crypto import salted_hmac

NAME: Final = "manifest.json"
FORMAT: Final = 1


class NotABackup(ValueError):
    """The folder holds no backup that can be used, and the words say why."""


class Rows(msgspec.Struct, frozen=True):
    """One table: `label` is the model's, `sha256` that of its lines before they were packed."""

    label: str
    rows: int
    sha256: str


class Pictures(msgspec.Struct, frozen=True):
    """The list of files. Those that a row named and that were not there, or were damaged, are named here."""

    files: int
    size_bytes: int
    sha256: str
    missing: list[str]
    damaged: list[str]


class Manifest(msgspec.Struct, frozen=True):
    """`migrations` are `app.name`: how the tables were when the rows were read. `heads` ends every chain of the ledger,
    by account. `key_print` tells whether another SECRET_KEY is the same one; nothing else can be learned from it.
    """

    format: int
    made_at: datetime
    vendor: str
    instance_id: str
    restore_epoch: int
    key_print: str
    migrations: list[str]
    tables: list[Rows]
    heads: dict[str, str]
    pictures: Pictures

    def write(self, folder: Path) -> None:
        draft = folder / f"{NAME}.new"
        draft.write_bytes(msgspec.json.format(msgspec.json.encode(self), indent=1))
        draft.replace(folder / NAME)

    @classmethod
    def read(cls, folder: Path) -> "Manifest":
        """Raises `NotABackup`."""
        try:
            manifest = msgspec.json.decode((folder / NAME).read_bytes(), type=cls)
        except FileNotFoundError:
            raise NotABackup(f"{folder} holds no complete backup: {NAME} is not there.") from None
        except msgspec.DecodeError as error:
            raise NotABackup(f"{folder / NAME} cannot be read: {error}.") from None
        if manifest.format != FORMAT:
            raise NotABackup(f"{folder} has the form {manifest.format}; this version reads the form {FORMAT}.")
        return manifest


def key_prints(instance_id: str) -> list[str]:
    """What each key by which this process opens what was sealed makes of the studio's id; the newest first."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return [salted_hmac("studio.backup", instance_id, key, algorithm="sha256").hexdigest()[:32] for key in keys]


def sets_in(place: Path) -> list[Path]:
    """Every complete backup in the folder, the oldest first: their names are moments."""
    return sorted(each.parent for each in place.glob(f"*/{NAME}"))
