"""A bucket that is slow, cut off or killed in the middle: nothing is lost, and nothing is ever half there."""

import contextlib
import dataclasses
import os
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files.base import File
from django.core.files.storage import default_storage, storages
from pytest_django import Settings

from studio.storage import objects
from studio.storage.trouble import is_of_the_storage, trouble_in
from tests import s3 as s3_server
from tests.conftest import use_bucket
from tests.relay import Relay, relay_to
from tests.s3 import S3

pytestmark = pytest.mark.s3
KEY = "pictures/ab/abcd.png"
SIZE_BYTES = 8_000_000
HALF = SIZE_BYTES // 2


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "picture.png"
    path.write_bytes(os.urandom(SIZE_BYTES))
    return path


@pytest.fixture
def relay(s3: S3, bucket: str, settings: Settings, tmp_path: Path) -> Iterator[Relay]:
    """The wire to the bucket."""
    with relay_to(s3.endpoint) as relay:
        use_bucket(settings, dataclasses.replace(s3, endpoint=relay.endpoint), bucket, tmp_path)
        yield relay


def stored(s3: S3, bucket: str) -> dict[str, int]:
    """What a stranger with the right key finds in the bucket."""
    found = s3.client().list_objects_v2(Bucket=bucket).get("Contents", [])
    return {each["Key"]: each["Size"] for each in found}


def open_parts(s3: S3, bucket: str) -> list[Any]:
    found: list[Any] = s3.client().list_multipart_uploads(Bucket=bucket).get("Uploads", [])
    return found


def is_stored_whole(picture: Path) -> bool:
    return objects.sha256_of_object(KEY) == objects.sha256_of(picture)


def test_F30_a_line_that_is_cut_in_the_middle_is_taken_up_and_the_whole_is_stored(
    s3: S3, bucket: str, relay: Relay, picture: Path
) -> None:
    relay.after(HALF, mute=True)
    objects.put_file(KEY, picture)
    assert stored(s3, bucket) == {KEY: SIZE_BYTES}
    assert is_stored_whole(picture)


def test_F31_an_answer_that_is_lost_stores_the_same_twice(s3: S3, bucket: str, relay: Relay, picture: Path) -> None:
    relay.after(SIZE_BYTES, mute=True)
    objects.put_file(KEY, picture)
    assert stored(s3, bucket) == {KEY: SIZE_BYTES}
    assert is_stored_whole(picture)


def test_F28_a_slow_bucket_has_until_the_deadline_and_holds_no_half(
    s3: S3, bucket: str, relay: Relay, picture: Path, settings: Settings
) -> None:
    relay.bytes_per_second = 400_000  # twenty seconds for the whole
    settings.NB_TIMEOUT_SCALE = 1 / objects.PUT_SECONDS
    with pytest.raises(objects.NotStored, match="took too long"):
        objects.put_file(KEY, picture)
    assert (stored(s3, bucket), open_parts(s3, bucket)) == ({}, [])
    relay.bytes_per_second = None
    objects.put_file(KEY, picture)
    assert is_stored_whole(picture)


def test_F27_nobody_there_is_said_soon_and_passes_by_itself(relay: Relay, picture: Path) -> None:
    relay.close()
    with pytest.raises(BotoCoreError) as error:
        objects.put_file(KEY, picture)
    assert is_of_the_storage(error.value)
    assert trouble_in(error.value) is None


def test_F29_a_wrong_key_is_told_from_a_bucket_that_is_away(
    bucket: str, relay: Relay, picture: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "another since this morning")
    settings.STORAGES = {**settings.STORAGES}
    for ask in (
        lambda: objects.put_file(KEY, picture),
        lambda: objects.open_stream(KEY),
        lambda: objects.size_of(KEY),
    ):
        with pytest.raises(ClientError) as error:
            ask()
        assert trouble_in(error.value) == "refused"


def test_F30_a_server_that_is_killed_in_the_middle_has_no_half_when_it_is_back(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, picture: Path
) -> None:
    if reason := s3_server.missing():
        pytest.skip(reason)
    with s3_server.running() as server, relay_to(server.s3.endpoint) as relay:
        for variable, value in server.s3.environment().items():
            monkeypatch.setenv(variable, value)
        bucket = server.s3.bucket()
        use_bucket(settings, dataclasses.replace(server.s3, endpoint=relay.endpoint), bucket, tmp_path)
        objects.put_bytes("pictures/aa/before.png", b"before")
        relay.after(HALF, server.kill)
        with pytest.raises((BotoCoreError, ClientError)):
            objects.put_file(KEY, picture)
        server.start()
        assert stored(server.s3, bucket) == {"pictures/aa/before.png": 6}
        objects.put_file(KEY, picture)
        assert is_stored_whole(picture)
        relay.after(0, server.kill)
        with pytest.raises((BotoCoreError, ClientError)):
            objects.open_stream(KEY)


# ── In parts, as objects over 100 MB are sent ──────────────────────────────────────────────────────


@pytest.fixture
def parts(settings: Settings, bucket: str) -> None:
    """So that a test need not send that much."""
    how = TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20, use_threads=False)
    options = {**settings.STORAGES["default"]["OPTIONS"], "transfer_config": how}
    storage = {**settings.STORAGES["default"], "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


class Breaks(File):  # type: ignore[type-arg]
    """A file that cannot be read past its first part. (Django's class is no generic at run time.)"""

    def read(self, *size: int) -> bytes:
        if self.file.tell() > 5_000_000:
            raise OSError("the disk is gone")
        return bytes(self.file.read(*size))


def test_parts_become_one_object(s3: S3, bucket: str, parts: None, picture: Path) -> None:
    objects.put_file(KEY, picture)
    assert stored(s3, bucket) == {KEY: SIZE_BYTES}
    assert s3.client().head_object(Bucket=bucket, Key=KEY)["ETag"].strip('"').endswith("-2"), "in two parts"
    assert is_stored_whole(picture)


def test_F30_parts_that_are_not_all_sent_are_taken_back(s3: S3, bucket: str, parts: None, picture: Path) -> None:
    with picture.open("rb") as file, pytest.raises(OSError, match="the disk is gone"):
        default_storage.save(KEY, Breaks(file))
    assert (stored(s3, bucket), open_parts(s3, bucket)) == ({}, [])


# ── Reading ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("part", [range(1), range(100, 200), range(SIZE_BYTES - 1, SIZE_BYTES), range(SIZE_BYTES)])
def test_a_part_is_read_and_nothing_else(bucket: str, picture: Path, part: range) -> None:
    objects.put_file(KEY, picture)
    stream = objects.open_stream(KEY, part)
    with contextlib.closing(stream.file) as file:
        assert stream.size_bytes == len(part)
        assert file.read(SIZE_BYTES) == picture.read_bytes()[part.start : part.stop]


def test_what_is_gone_is_a_missing_file_also_as_a_stream(bucket: str) -> None:
    for ask in (objects.open_stream, objects.size_of):
        with pytest.raises(FileNotFoundError):
            ask(KEY)


def test_a_stream_that_breaks_off_is_no_shorter_picture(s3: S3, bucket: str, relay: Relay, picture: Path) -> None:
    objects.put_file(KEY, picture)
    assert storages["default"].exists(KEY)
    stream = objects.open_stream(KEY)
    with contextlib.closing(stream.file) as file:
        file.read(1000)
        relay.hang_up()
        with pytest.raises((BotoCoreError, OSError)):
            deque(iter(lambda: file.read(1 << 20), b""), maxlen=0)
