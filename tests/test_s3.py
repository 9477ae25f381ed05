"""The S3 server of the tests refuses what a real one refuses: otherwise a test about access would prove nothing."""

import pytest
from botocore.exceptions import ClientError

from tests.s3 import S3

pytestmark = pytest.mark.s3


def refusal(refused: pytest.ExceptionInfo[ClientError]) -> int:
    return int(refused.value.response["ResponseMetadata"]["HTTPStatusCode"])


def test_what_is_put_can_be_got(s3: S3) -> None:
    bucket = s3.bucket()
    s3.client().put_object(Bucket=bucket, Key="a/b.png", Body=b"bytes")
    assert s3.client().get_object(Bucket=bucket, Key="a/b.png")["Body"].read() == b"bytes"


@pytest.mark.parametrize("change", [{"aws_secret_access_key": "wrong"}, {"aws_access_key_id": "AKnobody"}])
def test_a_wrong_key_is_refused(s3: S3, change: dict[str, str]) -> None:
    bucket = s3.bucket()
    with pytest.raises(ClientError) as refused:
        s3.client(**change).list_objects_v2(Bucket=bucket)
    assert refusal(refused) == 403


def test_a_bucket_starts_empty(s3: S3) -> None:
    assert "Contents" not in s3.client().list_objects_v2(Bucket=s3.bucket())
