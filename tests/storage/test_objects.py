"""Objects: named by content, whole or not there, and harmless to store twice."""

import hashlib
import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from pytest_django import Settings

from studio.decoder import EDGES
from studio.storage import keys, objects
from studio.storage.disk import DiskStorage
from tests.together import together

KEY = "pictures/ab/abcd.png"


@pytest.fixture(autouse=True)
def media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return tmp_path / "media"


def test_a_key_is_made_of_the_content_alone() -> None:
    sha256 = hashlib.sha256(b"a boat").hexdigest()
    assert keys.picture_key(sha256, "image/jpeg") == f"pictures/{sha256[:2]}/{sha256}.jpg"
    assert keys.thumbnail_key(sha256) == f"thumbnails/{sha256[:2]}/{sha256}-960.webp"
    assert keys.small_key(keys.thumbnail_key(sha256), 320) == f"thumbnails/{sha256[:2]}/{sha256}-320.webp"
    assert keys.small_key(keys.thumbnail_key(sha256), 240) == f"icons/{sha256[:2]}/{sha256}-240.webp"


@pytest.mark.parametrize("edge", EDGES)
def test_every_small_key_leads_back_to_the_one_that_a_row_names(edge: int) -> None:
    key = keys.thumbnail_key("ab" * 32)
    assert keys.thumbnail_key_of(keys.small_key(key, edge)) == key


def test_the_small_keys_of_a_folder_come_in_the_order_of_a_listing() -> None:
    found = keys.small_keys(keys.thumbnail_key("ab" * 32), "thumbnails")
    assert found == sorted(found)
    assert [key[-9:] for key in found] == ["-320.webp", "-640.webp", "-960.webp"]


def test_there_is_no_key_for_a_type_we_do_not_keep() -> None:
    with pytest.raises(KeyError):
        keys.picture_key("0" * 64, "image/svg+xml")


def test_what_was_put_can_be_opened(media: Path) -> None:
    objects.put_bytes(KEY, b"a boat")
    assert objects.object_exists(KEY)
    with objects.open_object(KEY) as reader:
        assert reader.read() == b"a boat"
    assert objects.sha256_of(media / KEY) == hashlib.sha256(b"a boat").hexdigest()


def test_F31_to_put_it_again_is_harmless(media: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"a boat")
    for _ in range(2):
        objects.put_file(KEY, source)
        objects.put_bytes(KEY, b"a boat")
    assert [path.name for path in (media / KEY).parent.iterdir()] == ["abcd.png"]


def test_F30_half_an_object_is_replaced_by_the_whole(media: Path) -> None:
    (media / KEY).parent.mkdir(parents=True)
    (media / KEY).write_bytes(b"a b")
    objects.put_bytes(KEY, b"a boat")
    assert (media / KEY).read_bytes() == b"a boat"


def test_F32_what_has_gone_bad_is_replaced_when_the_same_picture_comes_again(media: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"a boat")
    objects.put_file(KEY, source)
    (media / KEY).write_bytes(b"a goat")
    objects.put_file(KEY, source)
    assert (media / KEY).read_bytes() == b"a boat"


def test_F30_what_is_stored_is_read_back_and_has_to_be_what_was_sent(
    media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"a boat")
    keep = DiskStorage._save

    def keep_badly(self: DiskStorage, name: str, content: "File[bytes]") -> str:
        """A disk that takes six bytes and has six others."""
        return keep(self, name, ContentFile(content.read().replace(b"b", b"g")))

    monkeypatch.setattr(DiskStorage, "_save", keep_badly)
    with pytest.raises(objects.NotStored, match="not what was sent"):
        objects.put_file(KEY, source)


def test_an_object_that_is_gone_is_not_found() -> None:
    assert not objects.object_exists(KEY)
    with pytest.raises(FileNotFoundError):
        objects.open_object(KEY)


def test_many_who_store_the_same_store_it_once(media: Path) -> None:
    data = os.urandom(300_000)
    assert together(12, lambda _: objects.put_bytes(KEY, data)) == [None] * 12
    assert [path.name for path in (media / KEY).parent.iterdir()] == ["abcd.png"]
    assert (media / KEY).read_bytes() == data


def test_what_is_there_stays_until_what_replaces_it_is_whole(media: Path) -> None:
    """Or somebody who stores the same meanwhile would find it gone, and whoever looks at it as well."""

    class Watching(io.BytesIO):
        def read(self, *arguments: Any) -> bytes:
            assert (media / KEY).read_bytes() == b"half"
            return super().read(*arguments)

    objects.put_bytes(KEY, b"half")
    objects.put_stream(KEY, Watching(b"all of it"), 9)
    assert (media / KEY).read_bytes() == b"all of it"


def test_F26_a_write_that_fails_leaves_nothing_behind(media: Path) -> None:
    class Broken(File):  # type: ignore[type-arg]
        """A file whose source breaks in the middle. (Django's class is no generic at run time.)"""

        def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
            yield b"half"
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        default_storage.save(KEY, Broken(None))
    assert list((media / KEY).parent.iterdir()) == []


@pytest.mark.parametrize("key", ["../outside.png", "/etc/passwd", "pictures/../../outside.png"])
def test_no_key_leads_out_of_the_folder(key: str) -> None:
    with pytest.raises(Exception, match=r"traversal|outside|located|Detected|Suspicious"):
        objects.put_bytes(key, b"x")
