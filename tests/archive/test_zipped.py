"""A ZIP file is made while it is read: nothing is kept, nothing is left open, and its length is known before."""

import io
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from pytest_django import Settings

from studio.archive.zipped import Stored, Written, Zipped
from studio.storage import objects
from tests.opened import linux, open_below

BIG = 6_000_000


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def stored(count: int, size: int = BIG) -> list[Stored]:
    objects.put_bytes("pictures/aa/same.png", bytes(size))
    return [Stored(f"{number}.png", "pictures/aa/same.png", size) for number in range(count)]


def peak_of(zipped: Zipped) -> int:
    """Bytes allocated at once, at most, while all of it is read and thrown away."""
    tracemalloc.start()
    try:
        for _ in zipped:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_its_length_is_the_one_that_was_promised() -> None:
    zipped = Zipped([Written("parameters.csv", "Größe\n".encode()), *stored(3, 1_000)])
    promised = len(zipped)
    data = b"".join(zipped)
    assert len(data) == promised
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        assert read.testzip() is None
        assert [each.compress_type for each in read.infolist()] == [zipfile.ZIP_STORED] * 4


def test_memory_does_not_grow_with_what_is_in_it() -> None:
    few, many = peak_of(Zipped(stored(2))), peak_of(Zipped(stored(40)))
    assert many < few + 200_000
    assert many < 2_000_000, "far less than one picture"


def test_past_four_gigabytes_it_speaks_of_larger_numbers() -> None:
    """ZIP64, by its length alone: 500 pictures of 12 MB."""
    zipped = Zipped(stored(500, 12_000_000))
    assert len(zipped) > 500 * 12_000_000 + 56 + 20


@linux
def test_whoever_stops_reading_leaves_no_file_open(media: Path) -> None:
    pieces = iter(Zipped(stored(3)))
    for _ in range(4):
        next(pieces)
    assert open_below(media)
    pieces.close()  # type: ignore[attr-defined]
    assert open_below(media) == []


def test_a_picture_that_is_gone_when_its_turn_comes_breaks_off() -> None:
    members = [*stored(1, 1_000), Stored("gone.png", "pictures/aa/gone.png", 5)]
    with pytest.raises(FileNotFoundError):
        list(Zipped(members))


def test_a_picture_that_became_another_breaks_off() -> None:
    zipped = Zipped(stored(1, 1_000))
    Path(objects.default_storage.path("pictures/aa/same.png")).write_bytes(b"short")
    with pytest.raises(OSError, match="has 5 of 1000 bytes"):
        list(zipped)


@pytest.mark.s3
def test_from_a_bucket_it_is_the_same_and_as_small(bucket: str) -> None:
    zipped = Zipped(stored(4))
    promised, read = len(zipped), 0
    tracemalloc.start()
    try:
        for piece in zipped:
            read += len(piece)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert read == promised
    assert peak < BIG, "not one whole picture at once"


@pytest.mark.s3
def test_what_a_bucket_does_not_have_is_a_missing_file(bucket: str) -> None:
    with pytest.raises(FileNotFoundError):
        list(objects.pieces_of("pictures/aa/gone.png"))
