"""What the storage's own errors mean: trouble that waits for an admin, or the kind that passes by itself."""

import errno
from collections.abc import Iterator
from typing import Any, Final

from ..models import StorageTrouble

_REFUSED_STATUS: Final = {401, 403}
_NO_BUCKET: Final = {"NoSuchBucket", "PermanentRedirect"}
_NO_KEYS: Final = {"NoCredentialsError", "PartialCredentialsError"}
_NO_RIGHT: Final = {errno.EACCES, errno.EPERM, errno.EROFS}


def trouble_in(error: BaseException) -> StorageTrouble | None:
    """Of what storing a picture ended with, or of what that was raised from. None: trying again may help."""
    return next(filter(None, map(_trouble_of, _with_its_causes(error))), None)


def is_of_the_storage(error: BaseException) -> bool:
    """Whether it is the disk's or the bucket's own, and not a mistake of ours."""
    return isinstance(error, OSError) or _is_boto(error)


def _with_its_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _trouble_of(error: BaseException) -> StorageTrouble | None:
    # By what they carry, not by their class: the S3 client's library is loaded where a bucket is used, and only there.
    answer: dict[str, Any] = getattr(error, "response", None) or {}
    if _is_boto(error) and answer:
        if answer.get("Error", {}).get("Code") in _NO_BUCKET:
            return StorageTrouble.MISSING
        is_refused = answer.get("ResponseMetadata", {}).get("HTTPStatusCode") in _REFUSED_STATUS
        return StorageTrouble.REFUSED if is_refused else None
    if _is_boto(error) and type(error).__name__ in _NO_KEYS:
        return StorageTrouble.REFUSED
    return StorageTrouble.REFUSED if isinstance(error, OSError) and error.errno in _NO_RIGHT else None


def _is_boto(error: BaseException) -> bool:
    return type(error).__module__.split(".")[0] in {"botocore", "boto3"}
