"""Logs as the gateway's console exports them, made here: csv and xlsx with the same cells."""

import csv
import io
import zipfile
from collections.abc import Sequence
from typing import Any

import openpyxl

from tests.reconcile.rows import SECRET

HEADINGS = (
    "request_id",
    "created_at",
    "model_name",
    "token_name",
    "token_key",
    "token_group",
    "quota",
    "prompt_tokens",
    "completion_tokens",
    "duration_for_view",
    "error_code",
    "other",
)
OTHER = '{"billing_type": "by_count", "group_ratio": 1.4}'


def line(
    request_id: str = "req-1", created_at: Any = "2026-11-10 12:00:00", quota: Any = 63_000, **cells: Any
) -> list[Any]:
    known = {
        "request_id": request_id,
        "created_at": created_at,
        "model_name": "gemini-3-pro-image-preview",
        "token_name": "studio-main",
        "token_key": SECRET,
        "token_group": "NanoBananaEnterprise",
        "quota": quota,
        "prompt_tokens": 120,
        "completion_tokens": 1_290,
        "duration_for_view": 22,
        "error_code": "",
        "other": OTHER,
    } | cells
    return [known[name] for name in HEADINGS]


def as_csv(
    *lines: Sequence[Any], headings: Sequence[str] = HEADINGS, delimiter: str = ",", mark: str = ""
) -> io.BytesIO:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([headings, *lines])
    return io.BytesIO((mark + text.getvalue()).encode())


def as_xlsx(*lines: Sequence[Any], headings: Sequence[str] = HEADINGS) -> io.BytesIO:
    book = openpyxl.Workbook()
    for cells in (headings, *lines):
        book.worksheets[0].append(list(cells))
    file = io.BytesIO()
    book.save(file)
    return file


def bomb(size_bytes: int) -> io.BytesIO:
    """A small file that unpacks to so much."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/workbook.xml", "w") as member:
        for _ in range(size_bytes // 1_000_000):
            member.write(bytes(1_000_000))
    return file


def far_cell() -> io.BytesIO:
    """Two cells, as far from each other as they can be."""
    book = openpyxl.Workbook()
    book.worksheets[0]["A1"] = "request_id"
    book.worksheets[0]["XFD1048576"] = 1
    file = io.BytesIO()
    book.save(file)
    return file
