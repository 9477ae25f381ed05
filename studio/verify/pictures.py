"""Every picture a row names is there, and is byte for byte the one that was stored."""

from collections.abc import Iterator
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext_noop

from ..ledger.audit import Finding, Scope
from ..models import Link, Output, Upload
from ..models.stored import Stored
from ..storage import objects

_CHUNK: Final = 500


def find(scope: Scope) -> Iterator[Finding]:
    """Outputs, and what people brought in. With `scope.fast` no picture is read: only whether it is there."""
    for row in _rows(scope):
        scope.go_on()
        trouble = [*_of_picture(row, scope), *_of_thumbnail(row)]
        if trouble and type(row).objects.filter(pk=row.pk).exists():  # not removed meanwhile, with its files
            yield from trouble


def _rows(scope: Scope) -> Iterator[Output | Upload | Link]:
    # What was purged out of the trash has no files any more, or soon has none.
    yield from scope.outputs().filter(generation__purged_at=None).order_by("pk").iterator(chunk_size=_CHUNK)
    yield from _within(Upload.objects.order_by("pk"), scope).iterator(chunk_size=_CHUNK)
    yield from _within(Link.objects.exclude(thumbnail_key="").order_by("pk"), scope).iterator(chunk_size=_CHUNK)


def _within[Row: (Upload, Link)](rows: QuerySet[Row], scope: Scope) -> QuerySet[Row]:
    if scope.person:
        rows = rows.filter(person=scope.person)
    return rows.filter(created_at__gte=scope.since) if scope.since else rows


def _of_picture(row: Output | Upload | Link, scope: Scope) -> Iterator[Finding]:
    if isinstance(row, Link):
        return  # the studio keeps no more than its thumbnail
    original = Stored(row.key, row.mime_type, row.size_bytes, row.sha256)
    for each in dict.fromkeys((original, row.sent)):
        yield from _of_file(each, _name(row), scope)


def _of_file(file: Stored, name: str, scope: Scope) -> Iterator[Finding]:
    try:
        is_whole = objects.size_of(file.key) == file.size_bytes
        if is_whole and not scope.fast:
            is_whole = objects.sha256_of_object(file.key) == file.sha256
    except FileNotFoundError:
        yield Finding("picture-missing", name, gettext_noop("%(key)s is not there."), {"key": file.key})
        return
    if not is_whole:
        words = gettext_noop("%(key)s is not the picture that was stored.")
        yield Finding("picture-changed", name, words, {"key": file.key})


def _of_thumbnail(row: Output | Upload | Link) -> Iterator[Finding]:
    if not objects.object_exists(row.thumbnail_key):
        words = gettext_noop("Its small picture %(key)s is not there.")
        yield Finding("picture-missing", _name(row), words, {"key": row.thumbnail_key})


def _name(row: Output | Upload | Link) -> str:
    """`402B primary`, or `upload 17`: people give uploads any name, and the same one twice."""
    return str(row) if isinstance(row, Output) else f"{row._meta.model_name} {row.pk}"
