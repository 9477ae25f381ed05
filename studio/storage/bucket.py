"""Pictures in an S3 bucket, as django-storages keeps them, and what the media door needs besides.

Loaded only where a bucket is used: the client's library takes longer to load than Django.
"""

from http import HTTPStatus
from typing import Any, Final

from botocore.exceptions import ClientError
from storages.backends.s3 import S3Storage
from storages.utils import clean_name

from .streams import Stream

LINK_SECONDS_MAX: Final = 60
"""How long a link to a picture opens it. It cannot be taken back, so it is used at once or not at all."""


class BucketStorage(S3Storage):  # type: ignore[misc]
    """django-storages' own, and reading that holds no more than a piece in memory."""

    def stream(self, name: str, part: range | None = None) -> Stream:
        """The object, or a part of it, as it comes over the wire. Raises FileNotFoundError."""
        how = {} if part is None else {"Range": f"bytes={part.start}-{part.stop - 1}"}
        try:
            answer = self.bucket.Object(self._normalize_name(clean_name(name))).get(**how)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] == HTTPStatus.NOT_FOUND:
                raise FileNotFoundError(name) from error
            raise
        return Stream(answer["Body"], answer["ContentLength"])

    def link(self, name: str, headers: dict[str, str]) -> str:
        """An address that opens the object for a minute and is answered with these headers, whatever was stored."""
        pinned: dict[str, Any] = {f"Response{header.replace('-', '')}": value for header, value in headers.items()}
        return str(self.url(name, parameters=pinned, expire=LINK_SECONDS_MAX))
