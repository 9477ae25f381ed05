"""Pictures in an S3 bucket, as the environment alone sets it up, on a real S3 server."""

import io
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from studio.storage import objects
from studio.storage.smaller import make_smaller
from studio.storage.uploads import keep_picture
from tests import people
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


@pytest.mark.django_db
def test_what_is_brought_in_and_its_copies_lie_in_the_bucket(s3: S3, bucket: str) -> None:
    kept = io.BytesIO()
    Image.effect_noise((2_400, 1_600), 15).convert("RGB").save(kept, "JPEG", quality=96, comment=b"a secret")
    cast = people.cast()
    upload = keep_picture(kept, name="boat.jpg", project=cast.project, person=cast.bob)
    smaller = make_smaller(upload, project=cast.project, person=cast.bob)
    stored = {
        row.sent.key: s3.client().get_object(Bucket=bucket, Key=row.sent.key)["Body"].read()
        for row in (upload, smaller)
    }
    assert [len(data) for data in stored.values()] == [upload.sent.size_bytes, smaller.sent.size_bytes]
    assert not any(b"a secret" in data for data in stored.values())
    assert smaller.width == 2_048
