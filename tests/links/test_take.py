"""A picture from an address: judged by its bytes, then copied in or kept as the address."""

import functools
import io
import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from PIL import Image
from pytest_django import Settings

from studio.fetch import download_public
from studio.links.allowance import CHECKS_MAX, WINDOW
from studio.links.refusal import AddressRefused
from studio.links.take import Wanted, take
from studio.models import AddressCheck, Link, Upload
from studio.provider.catalogue import BY_KEY
from studio.provider.way import Mode, Way, through
from studio.storage.objects import object_exists
from tests import people
from tests.fetch.internet import Internet
from tests.people import Cast
from tests.provider.peer import Manners, answers

PRO = BY_KEY["pro"]
WITH_BUCKETS = through(PRO, Way(bucket_addresses=True)) or PRO
BY_CHAT = through(PRO, Way(mode=Mode.CHAT)) or PRO


@pytest.fixture(autouse=True)
def own_storage(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def cast(db: None) -> Cast:
    return people.cast()


def picture(kind: str = "PNG", width: int = 60, height: int = 40) -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(kept, kind)
    return kept.getvalue()


def served(body: bytes, content_type: str = "image/png") -> Manners:
    return answers(body, headers=f"Content-Type: {content_type}\r\n" if content_type else "")


def taken(cast: Cast, internet: Internet, url: str, *, is_sent: bool = False, **facts: object) -> Upload | Link:
    wanted = Wanted(url, is_sent=is_sent, **{"model": PRO} | facts)  # type: ignore[arg-type]
    fetch = functools.partial(download_public, resolve=internet.resolve, dial=internet.dial)
    return take(wanted, project=cast.project, person=cast.bob, now=timezone.now(), fetch=fetch)


def refused(cast: Cast, internet: Internet, url: str, **facts: object) -> str:
    with pytest.raises(AddressRefused) as refusal:
        taken(cast, internet, url, **facts)  # type: ignore[arg-type]
    assert not Upload.objects.exists()
    assert not Link.objects.exists()
    return refusal.value.code


def test_a_copy_is_an_upload_like_any_other(cast: Cast, tmp_path: Path) -> None:
    with Internet(tmp_path, pictures_example=served(picture())) as internet:
        upload = taken(cast, internet, "https://pictures.example/a/red%20boat.png?token=abc")
        again = taken(cast, internet, "https://pictures.example/another-name.png")
    assert isinstance(upload, Upload)
    assert (upload.name, upload.mime_type, upload.width, upload.height) == ("red boat.png", "image/png", 60, 40)
    assert (upload.size_bytes, upload.person) == (len(picture()), cast.bob)
    assert object_exists(upload.key)
    assert object_exists(upload.thumbnail_key)
    assert again == upload


def test_an_address_is_kept_with_what_was_seen_there(cast: Cast, tmp_path: Path) -> None:
    with Internet(tmp_path, pictures_example=served(picture("JPEG"), "image/jpg")) as internet:
        link = taken(cast, internet, "HTTPS://Pictures.example:443/a.jpg?token=abc#top", is_sent=True)
        again = taken(cast, internet, "https://pictures.example/a.jpg?token=abc", is_sent=True)
    assert isinstance(link, Link)
    assert link.url == "https://pictures.example/a.jpg?token=abc"
    assert (link.mime_type, link.width, link.height) == ("image/jpeg", 60, 40)
    assert link.size_bytes == len(picture("JPEG"))
    assert link.checked_at is not None
    assert object_exists(link.thumbnail_key)
    assert again == link
    assert Link.objects.count() == 1


def test_an_address_is_each_persons_own(cast: Cast, tmp_path: Path) -> None:
    with Internet(tmp_path, pictures_example=served(picture())) as internet:
        bobs = taken(cast, internet, "https://pictures.example/a.png", is_sent=True)
        fetch = functools.partial(download_public, resolve=internet.resolve, dial=internet.dial)
        wanted = Wanted("https://pictures.example/a.png", is_sent=True, model=PRO)
        alices = take(wanted, project=cast.project, person=cast.alice, now=timezone.now(), fetch=fetch)
    assert bobs != alices


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<html>sign in</html>", "wrong_type"),
        (b"", "wrong_type"),
        (picture("GIF"), "wrong_type"),
        (picture()[:60], "unreadable"),
        (b"x" * 30_000_001, "too_large"),
        (picture("PNG", 16_400, 8), "too_many_pixels"),
    ],
)
@pytest.mark.parametrize("is_sent", [False, True])
def test_the_bytes_decide_what_it_is(cast: Cast, tmp_path: Path, body: bytes, code: str, *, is_sent: bool) -> None:
    with Internet(tmp_path, pictures_example=served(body)) as internet:
        assert refused(cast, internet, "https://pictures.example/a.png", is_sent=is_sent) == code


@pytest.mark.parametrize("said", ["image/jpeg", "application/octet-stream", "text/html; charset=utf-8", ""])
def test_a_picture_under_a_false_type_may_only_be_copied_in(cast: Cast, tmp_path: Path, said: str) -> None:
    """The gateway answers such an address with a 429 that is none (docs/provider.md)."""
    with Internet(tmp_path, pictures_example=served(picture(), said)) as internet:
        assert refused(cast, internet, "https://pictures.example/a.png", is_sent=True) == "mismatch"
        assert isinstance(taken(cast, internet, "https://pictures.example/a.png"), Upload)


def test_a_picture_made_on_the_fly_may_only_be_copied_in(cast: Cast, tmp_path: Path) -> None:
    url = "https://pictures.example/a.png?x-oss-process=image/resize,w_100"
    with Internet(tmp_path, pictures_example=served(picture())) as internet:
        assert refused(cast, internet, url, is_sent=True) == "processed"
        assert internet.dialled == []
        assert isinstance(taken(cast, internet, url), Upload)


@pytest.mark.parametrize(("status", "code"), [("403 Forbidden", "status"), ("500 Oops", "status")])
def test_what_the_server_says_instead_of_a_picture_is_said(cast: Cast, tmp_path: Path, status: str, code: str) -> None:
    with Internet(tmp_path, pictures_example=answers(b"", status=status)) as internet:
        assert refused(cast, internet, "https://pictures.example/a.png") == code


def test_nobody_there_and_a_closed_network_are_the_same_answer(cast: Cast, tmp_path: Path) -> None:
    """Else one could look around behind the studio's walls with it."""
    to_the_inside = answers(b"", status="302 Found", headers="Location: https://inside.example/\r\n")
    with Internet(tmp_path, away_example=to_the_inside, broken_example=answers(b"", status="302 Found")) as internet:
        internet.addresses = {
            "inside.example": ["10.0.0.1"],
            "mixed.example": ["8.8.8.8", "127.0.0.1"],
            "none.example": [],
        }
        hosts = [*internet.addresses, "away.example", "broken.example", "127.0.0.1", "localhost", "10.0.0.1", "[::1]"]
        codes = {refused(cast, internet, f"https://{host}/") for host in hosts}
    assert codes == {"unreachable"}


def test_no_log_and_no_refusal_holds_what_may_be_a_secret(
    cast: Cast, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with Internet(tmp_path, pictures_example=answers(b"", status="403 Forbidden")) as internet:
        internet.addresses["inside.example"] = ["10.0.0.1"]
        for host in ("pictures.example", "inside.example"):
            with pytest.raises(AddressRefused) as refusal:
                taken(cast, internet, f"https://{host}/hidden-path?token=hidden-token")
            assert "hidden" not in f"{refusal.value} {refusal.value.facts}"
    assert caplog.records
    assert "hidden" not in caplog.text


def test_what_the_key_does_not_take_is_refused_before_anybody_is_asked(cast: Cast, tmp_path: Path) -> None:
    with Internet(tmp_path, pictures_example=served(picture())) as internet:
        url = "https://pictures.example/a.png"
        assert refused(cast, internet, url, is_sent=True, model=BY_CHAT) == "no_links"
        assert refused(cast, internet, f"{url}?{'x' * 2_000}", is_sent=True) == "too_long"
        assert internet.dialled == []
        assert isinstance(taken(cast, internet, url, model=BY_CHAT), Upload)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"is_sent": False, "model": WITH_BUCKETS, "mime_type": "image/png"}, "bucket_copy"),
        ({"is_sent": True, "model": PRO, "mime_type": "image/png"}, "no_buckets"),
        ({"is_sent": True, "model": WITH_BUCKETS}, "bucket_type"),
    ],
)
def test_a_bucket_address_has_its_own_conditions(
    cast: Cast, tmp_path: Path, facts: dict[str, object], code: str
) -> None:
    with Internet(tmp_path) as internet:
        assert refused(cast, internet, "gs://bucket/a", **facts) == code


def test_a_bucket_address_is_kept_unseen(cast: Cast, tmp_path: Path) -> None:
    with Internet(tmp_path) as internet:
        link = taken(cast, internet, "gs://bucket/a", is_sent=True, model=WITH_BUCKETS, mime_type="image/png")
    assert isinstance(link, Link)
    assert (link.width, link.thumbnail_key, link.checked_at, link.host) == (0, "", None, "bucket")
    assert not AddressCheck.objects.exists()


def test_nobody_checks_more_than_so_many_addresses_in_a_while(cast: Cast, tmp_path: Path) -> None:
    now = timezone.now()
    AddressCheck.objects.bulk_create(AddressCheck(person=cast.bob, checked_at=now) for _ in range(CHECKS_MAX - 1))
    AddressCheck.objects.create(person=cast.alice, checked_at=now)
    with Internet(tmp_path, pictures_example=answers(b"", status="404 Not Found")) as internet:
        assert refused(cast, internet, "https://pictures.example/") == "status"
        assert [refused(cast, internet, "https://pictures.example/") for _ in range(2)] == ["too_many_checks"] * 2
        assert len(internet.dialled) == 1
        AddressCheck.objects.filter(person=cast.bob).update(checked_at=now - WINDOW - timedelta(seconds=1))
        assert refused(cast, internet, "https://pictures.example/") == "status"
    assert AddressCheck.objects.filter(person=cast.bob).count() == 1


def test_the_sandboxs_pictures_have_addresses_in_practice_alone(cast: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.NB_OSS_HOSTS = ("http://127.0.0.1:8490",)
    settings.NB_PRACTICE = False

    def resolve(host: str, port: int) -> Sequence[str]:
        raise AssertionError("nobody is to be asked")

    wanted = Wanted("http://127.0.0.1:8490/oss/a.png", is_sent=False, model=PRO)
    fetch = functools.partial(download_public, resolve=resolve)
    with pytest.raises(AddressRefused) as refusal:
        take(wanted, project=cast.project, person=cast.bob, now=timezone.now(), fetch=fetch)
    assert refusal.value.code == "not_https"
