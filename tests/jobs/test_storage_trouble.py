"""Storage that refuses the studio, as after a key was changed: nothing new is paid for until it takes a picture."""

import errno
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, NoCredentialsError
from django.core.files.storage import storages
from django.utils import timezone
from pytest_django import Settings

from studio.jobs.identity import worker_id
from studio.jobs.look_at_storage import look_at_storage, note_trouble
from studio.jobs.recover import recover
from studio.jobs.run import run_once
from studio.jobs.take import take
from studio.models import Generation, Instance, StorageTrouble
from tests.jobs.asking import ask
from tests.jobs.test_outcomes import PAID, facts
from tests.people import Cast
from tests.sandbox.process import RunningSandbox

pytestmark = pytest.mark.django_db


def trouble() -> str:
    return Instance.current().storage_trouble


def status_of(generation: Generation) -> str:
    return Generation.objects.get(pk=generation.pk).status


@pytest.mark.s3
def test_F29_while_the_bucket_refuses_the_key_nothing_new_is_paid_for(
    cast: Cast, sandbox: RunningSandbox, bucket: str, settings: Settings
) -> None:
    good = settings.STORAGES
    first, second = (ask(cast, prompt).generations.get() for prompt in ("A boat", "A bridge"))
    with pytest.MonkeyPatch.context() as since_then:
        since_then.setenv("AWS_SECRET_ACCESS_KEY", "another since this morning")
        settings.STORAGES = {**good}
        run_once(first.pk)
        assert trouble() == StorageTrouble.REFUSED
        run_once(second.pk)
        assert take(2, worker_id=worker_id(), now=timezone.now()) == []
        assert not look_at_storage()
    assert [status_of(each) for each in (first, second)] == ["saving", "queued"]
    assert len(sandbox.requests()) == 1

    settings.STORAGES = good
    assert look_at_storage()
    run_once(second.pk)
    assert recover(lock_name="", now=timezone.now() + timedelta(seconds=16)) == 1
    for each in (first, second):
        each.refresh_from_db()
        assert facts(each) == ("succeeded", "delivered", "charged", ["primary"], PAID)


def answered(status: int, code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "PutObject")  # type: ignore[typeddict-item]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (answered(403, "SignatureDoesNotMatch"), StorageTrouble.REFUSED),
        (answered(401, "Unauthorized"), StorageTrouble.REFUSED),
        (NoCredentialsError(), StorageTrouble.REFUSED),
        (PermissionError(errno.EACCES, "Permission denied"), StorageTrouble.REFUSED),
        (OSError(errno.EROFS, "Read-only file system"), StorageTrouble.REFUSED),
        (answered(404, "NoSuchBucket"), StorageTrouble.MISSING),
        (answered(503, "SlowDown"), None),
        (answered(404, "404"), None),
        (ConnectionRefusedError(errno.ECONNREFUSED, "Connection refused"), None),
        (OSError(errno.ENOSPC, "No space left on device"), None),
        (ValueError("Something else"), None),
    ],
)
def test_what_waits_for_an_admin_is_told_from_what_passes(error: Exception, expected: StorageTrouble | None) -> None:
    assert note_trouble(error) == expected
    assert trouble() == (expected or "")


def test_trying_the_storage_leaves_nothing_in_it(settings: Settings) -> None:
    assert look_at_storage()
    assert storages["default"].listdir("probe") == ([], [])
