"""An exported log: the same rows as the API gives, or a refusal that says what is wrong with the file."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO

import pytest

from studio.reconcile import exported
from studio.reconcile.exported import FileRefused, rows_of_file
from studio.reconcile.log_row import LogRow
from tests.reconcile.files import HEADINGS, as_csv, as_xlsx, bomb, far_cell, line
from tests.reconcile.rows import NOON, SECRET

type Make = Callable[..., BinaryIO]
ROW = LogRow(
    request_id="req-1",
    logged_at=NOON,
    model_name="gemini-3-pro-image-preview",
    quota=63_000,
    token_name="studio-main",
    token_group="NanoBananaEnterprise",
    prompt_tokens=120,
    completion_tokens=1_290,
    seconds=22,
    billing_type="by_count",
    group_ratio_thousandths=1_400,
)
both = pytest.mark.parametrize("make", [as_csv, as_xlsx])


def refusal(file: BinaryIO) -> FileRefused:
    with pytest.raises(FileRefused) as refused:
        list(rows_of_file(file))
    assert SECRET not in f"{refused.value} {refused.value!r} {refused.value.__cause__!r}"
    return refused.value


@both
def test_a_file_gives_the_rows_that_the_api_gives(make: Make) -> None:
    failed = replace(ROW, request_id="req-2", quota=0, error_code="429")
    assert list(rows_of_file(make(line(), line("req-2", quota=0, error_code="429")))) == [ROW, failed]


@both
@pytest.mark.parametrize(
    "written",
    [
        "2026-11-10 12:00:00",
        "2026-11-10T12:00:00Z",
        "2026-11-10T20:00:00+08:00",
        1_794_312_000,
        "1794312000",
        datetime(2026, 11, 10, 12),  # noqa: DTZ001  (as a spreadsheet has it)
    ],
)
def test_times_are_utc_however_they_are_written(make: Make, written: Any) -> None:
    [row] = rows_of_file(make(line(created_at=written)))
    assert row.logged_at == NOON
    assert row.logged_at.utcoffset() == timedelta(0)


@both
def test_headings_may_have_spaces_and_capitals_and_any_order(make: Make) -> None:
    shown = [name.replace("_", " ").title() for name in reversed(HEADINGS)]
    assert list(rows_of_file(make(line()[::-1], headings=shown))) == [ROW]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_csv_may_be_separated_as_spreadsheets_do(delimiter: str, mark: str) -> None:
    assert list(rows_of_file(as_csv(line(), delimiter=delimiter, mark=mark))) == [ROW]


@both
def test_columns_that_may_be_missing_may_be_missing(make: Make) -> None:
    [row] = rows_of_file(make(["req-1", "2026-11-10 12:00:00", "m", 7], headings=exported.NEEDED))
    assert row == LogRow(request_id="req-1", logged_at=NOON, model_name="m", quota=7)


@both
def test_empty_lines_and_rows_of_another_type_are_passed_over(make: Make) -> None:
    lines = [[*line(), 2], [""] * 13, [*line("top-up"), 1]]
    assert list(rows_of_file(make(*lines, headings=(*HEADINGS, "type")))) == [ROW]


@both
def test_a_file_with_headings_alone_has_no_rows(make: Make) -> None:
    assert list(rows_of_file(make())) == []


@both
def test_the_columns_that_are_missing_are_named(make: Make) -> None:
    refused = refusal(make([SECRET, 1], headings=("request_id", "Quota")))
    assert (refused.code, refused.facts) == ("wrong_columns", {"missing": "created_at, model_name"})


@both
@pytest.mark.parametrize(
    ("cells", "field"),
    [
        ({"quota": SECRET}, "quota"),
        ({"quota": "4.5"}, "quota"),
        ({"created_at": SECRET}, "created_at"),
        ({"created_at": "10.11.2026"}, "created_at"),
        ({"duration_for_view": SECRET}, "duration_for_view"),
        ({"completion_tokens": "many"}, "completion_tokens"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(make: Make, cells: dict[str, Any], field: str) -> None:
    refused = refusal(make(line(), line(**cells)))
    assert (refused.code, refused.facts) == ("bad_row", {"line": 3, "field": field})


def broken_xlsx() -> BinaryIO:
    data = as_xlsx(line()).getvalue()
    return io.BytesIO(data[: len(data) // 2])


BAD_FILES: dict[str, tuple[Callable[[], BinaryIO], str]] = {
    "nothing": (lambda: io.BytesIO(b""), "empty"),
    "a picture": (lambda: io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "wrong_type"),
    "latin-1": (lambda: io.BytesIO("request_id,größe\n".encode("latin-1")), "wrong_type"),
    "a page": (lambda: io.BytesIO(b"<html><body>Please sign in</body></html>"), "wrong_columns"),
    "half an xlsx": (broken_xlsx, "unreadable"),
    "another zip": (lambda: bomb(1_000_000), "unreadable"),
    "a far cell": (far_cell, "wrong_columns"),
    "no line end": (lambda: io.BytesIO(b"x" * 500_000), "wrong_type"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_for_its_reason(name: str) -> None:
    make, code = BAD_FILES[name]
    assert refusal(make()).code == code


def test_a_file_that_unpacks_to_far_too_much_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported, "UNPACKED_BYTES_MAX", 2_000_000)
    file = bomb(3_000_000)
    assert file.getbuffer().nbytes < 10_000
    assert refusal(file).code == "bomb"


def test_a_file_over_the_limit_is_not_looked_at() -> None:
    class Large(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError("it was read")

    file = Large()
    file.seek(exported.FILE_BYTES_MAX)
    file.write(b"x")
    assert refusal(file).code == "too_large"


@both
def test_more_rows_than_a_log_can_have_are_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exported, "ROWS_MAX", 2)
    assert refusal(make(line(), line(), line())).code == "too_many_rows"
    assert len(list(rows_of_file(make(line(), line())))) == 2


def test_the_file_stays_open() -> None:
    file = as_csv(line())
    list(rows_of_file(file))
    assert not file.closed
