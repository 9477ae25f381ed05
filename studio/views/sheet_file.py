"""A reimbursement sheet as the file that is sent to the gateway: rows of its own log, under its own names.

It says what the gateway needs to find its rows and to see why they are claimed, and nothing of the studio: no person,
project or prompt. Nothing in it runs as a formula.
"""

import io
from collections.abc import Iterator
from datetime import UTC
from typing import Final

from django.db.models import QuerySet
from openpyxl import Workbook

from ..csv_file import csv_file, plain_dollars, safe_text
from ..models import GatewayLogRow
from ..reconcile.log_row import plain

XLSX_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADER: Final = (
    "request_id",
    "created_at",
    "model_name",
    "token_name",
    "token_group",
    "quota",
    "cost_usd",
    "prompt_tokens",
    "completion_tokens",
    "billing_type",
    "http_status",
    "finish_reason",
    "block_reason",
    "response_id",
)


def csv_lines(rows: QuerySet[GatewayLogRow]) -> Iterator[str]:
    """The lines of the file, one call each, read from the database as they are sent. Times are UTC."""
    return csv_file(HEADER, map(_cells, rows.iterator(chunk_size=500)))


def xlsx_of(rows: QuerySet[GatewayLogRow]) -> bytes:
    """The same rows as a workbook."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("reimbursement")
    sheet.append(HEADER)
    for row in rows:
        sheet.append(_cells(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cells(row: GatewayLogRow) -> tuple[str | int, ...]:
    attempt = row.attempt
    assert attempt, "a line of a sheet is of a row that was matched"
    return (
        _text(row.request_id),
        f"{row.logged_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        _text(row.model_name),
        _text(row.token_name),
        _text(row.token_group),
        row.quota,
        plain_dollars(row.charged_micros),
        row.prompt_tokens,
        row.completion_tokens,
        _text(row.billing_type),
        attempt.http_status or "",
        _text(attempt.finish_reason),
        _text(attempt.block_reason),
        _text(attempt.response_id),
    )


def _text(text: str) -> str:
    """What others wrote, as a cell: one line, no character that a workbook refuses, no formula."""
    return safe_text(plain(text))
