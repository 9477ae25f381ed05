"""Pictures in an S3 bucket, as the environment alone sets it up, on a real S3 server."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from studio.storage import objects
from tests.s3 import S3

pytestmark = pytest.mark.s3
KEY = "pictures/ab/abcd.png"


def test_a_picture_is_put_into_the_bucket_and_read_back(s3: S3, bucket: str, tmp_path: Path) -> None:
    picture = tmp_path / "picture.png"
    picture.write_bytes(bytes(range(256)) * 4_000)
    objects.put_file(KEY, picture)
    assert s3.client().get_object(Bucket=bucket, Key=KEY)["Body"].read() == picture.read_bytes()
    with objects.open_object(KEY) as file:
        assert file.read() == picture.read_bytes()


def test_F30_half_an_object_from_an_earlier_try_is_replaced(s3: S3, bucket: str) -> None:
    s3.client().put_object(Bucket=bucket, Key=KEY, Body=b"hal")
    objects.put_bytes(KEY, b"half no more")
    objects.put_bytes(KEY, b"half no more")
    assert default_storage.size(KEY) == len(b"half no more")


def test_an_object_that_is_gone_is_a_missing_file(bucket: str) -> None:
    assert not objects.object_exists(KEY)
    with pytest.raises(FileNotFoundError):
        objects.open_object(KEY)
