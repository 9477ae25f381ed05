"""Every stored file belongs to some row. Both are read in one order, side by side, so memory stays what it is."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import Any, Final

from django.db import connection, models
from django.db.models import F
from django.db.models.functions import Collate
from django.utils import timezone
from django.utils.translation import gettext_noop

from ..ledger.audit import Finding, Scope
from ..models import Link, Output, Upload
from ..storage import keys, objects

YOUNG: Final = timedelta(days=1)
"""Bytes are stored before the row that names them, and a row may come late: after a retry, or a restart."""
_OWNERS: Final[tuple[tuple[type[models.Model], str], ...]] = (
    (Output, "key"),
    (Output, "thumbnail_key"),
    (Upload, "key"),
    (Upload, "copy_key"),
    (Upload, "thumbnail_key"),
    (Link, "thumbnail_key"),
)
_BINARY: Final = {"postgresql": "C", "sqlite": "BINARY"}


def find(scope: Scope) -> Iterator[Finding]:
    if scope.person:
        return  # a file without a row is nobody's
    for folder in keys.FOLDERS:
        for key in _unowned(objects.keys_below(folder), owned_keys(folder)):
            scope.go_on()
            # Asked again: it may have been stored anew, under the same name, since the reading began.
            if timezone.now() - objects.stored_at(key) > YOUNG and not _has_owner(key):
                yield Finding("stray-file", key, gettext_noop("Nothing in the database names this file."))


def _unowned(stored: Iterator[str], owned: Iterator[str]) -> Iterator[str]:
    """What is in the first and not in the second; both are sorted."""
    owner = next(owned, None)
    for key in stored:
        while owner is not None and owner < key:
            owner = next(owned, None)
        if key != owner:
            yield key


def owned_keys(folder: str) -> Iterator[str]:
    """Every key that a row names below the folder, sorted as Python sorts: by character, in no language."""
    return named_keys(folder) if folder == "pictures" else _small(folder)


def _small(folder: str) -> Iterator[str]:
    """Rows name the largest of a picture's small ones; whoever has it has the others, in the same order."""
    return chain.from_iterable(keys.small_keys(key, folder) for key in named_keys("thumbnails"))


def named_keys(folder: str) -> Iterator[str]:
    """Every key that a row names below the folder, sorted as Python sorts: by character, in no language."""
    first, *others = (_keys(model, field, folder) for model, field in _OWNERS)
    return iter(first.union(*others, all=True).order_by("owned_key").iterator(chunk_size=2000))


def _keys(model: type[models.Model], field: str, folder: str) -> Any:
    """A query that answers with strings; no type says so of one over several models."""
    rows: models.QuerySet[Any] = _naming(model).filter(**{f"{field}__startswith": f"{folder}/"}).order_by()
    owned_key = Collate(F(field), _BINARY[connection.vendor])
    return rows.annotate(owned_key=owned_key).values_list("owned_key", flat=True)


def _has_owner(key: str) -> bool:
    key = keys.thumbnail_key_of(key)
    return any(_naming(model).filter(**{field: key}).exists() for model, field in _OWNERS)


def _naming(model: type[models.Model]) -> models.QuerySet[Any]:
    """Its rows that claim a file: an output whose files were removed out of the trash claims none."""
    rows = model._base_manager.all()
    return rows.filter(generation__erased_at=None) if model is Output else rows
