"""Where an answer is kept until its pictures are stored."""

import errno
import io
import os
from pathlib import Path

import pytest

from studio.provider import spool_file
from studio.provider.evidence import Evidence, Stage
from studio.provider.spool import PartialAnswer, Spool, SpoolFull
from studio.provider.spool_file import Ballast, check_room, open_new

ATTEMPT = "0f4cfa5c-2d3f-4f7e-9a0c-3c1f6f3f2a11"


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", reserve_bytes=1_000_000)


def test_a_whole_answer_is_found_by_its_attempt(spool: Spool) -> None:
    evidence = Evidence(stage=Stage.COMPLETE, http_status=200, images_seen=1)
    with spool.open(ATTEMPT) as writer:
        writer.head(200, {"x-request-id": "r-1"})
        writer.document(b'{"a":1}')
        part = writer.open_part()
        part.feed(b"QUJD")
        part.finish()
        assert writer.images_seen == 1
        writer.complete(evidence)
    answer = spool.answer(ATTEMPT)
    assert answer is not None
    assert answer.head.status == 200
    assert answer.head.headers == {"x-request-id": "r-1"}
    assert answer.document_path.read_bytes() == b'{"a":1}'
    assert (picture := answer.part(0)) is not None
    assert picture.read_bytes() == b"ABC"
    assert answer.part(1) is None
    assert answer.raw_part(0) is None
    assert answer.evidence == evidence
    assert spool.partial(ATTEMPT) is None
    assert sorted(path.name for path in answer.directory.iterdir()) == [
        "document.json",
        "evidence.json",
        "head.json",
        "part-0.bin",
    ]


def test_a_long_signature_is_read_back_as_it_came(spool: Spool) -> None:
    signature = "QU/JD\r\n=="
    with spool.open(ATTEMPT) as writer:
        writer.head(200, {})
        part = writer.open_text()
        part.feed(signature.encode())
        part.finish()
        assert writer.images_seen == 0
        mark = f"{writer.token}-0"
        writer.complete(Evidence())
    answer = spool.answer(ATTEMPT)
    assert answer is not None
    assert answer.text(mark) == signature
    assert [answer.text(text) for text in ("", "QUJD", f"{mark}1", f"{mark} ", "part-0")] == [
        "",
        "QUJD",
        f"{mark}1",
        f"{mark} ",
        "part-0",
    ]


def test_an_answer_that_was_not_completed_stays_partial(spool: Spool) -> None:
    with spool.open(ATTEMPT) as writer:
        writer.head(200, {})
        whole, cut = writer.open_part(), writer.open_part()
        whole.feed(b"QUJD")
        whole.finish()
        cut.feed(b"QUJDQUJD")
    partial = spool.partial(ATTEMPT)
    assert partial is not None
    assert (partial.status, partial.images_seen) == (200, 1)
    assert partial.size_bytes > 3
    assert spool.answer(ATTEMPT) is None


def test_a_call_that_brought_nothing_leaves_no_status(spool: Spool) -> None:
    with spool.open(ATTEMPT):
        pass
    assert spool.partial(ATTEMPT) == PartialAnswer(None, {}, 0, 0)


def test_the_status_is_on_the_disk_before_anything_else_of_the_answer(spool: Spool) -> None:
    with spool.open(ATTEMPT) as writer:
        writer.head(503, {"retry-after": "7"})
        partial = spool.partial(ATTEMPT)
        assert partial is not None
        assert (partial.status, partial.headers) == (503, {"retry-after": "7"})


def test_F11_an_answer_counts_those_who_began_to_read_it_and_never_came_back(spool: Spool) -> None:
    with spool.open(ATTEMPT) as writer:
        writer.head(200, {})
        writer.complete(Evidence())
    answer = spool.answer(ATTEMPT)
    assert answer is not None
    with answer.being_read() as lost:
        assert lost == 0
    with pytest.raises(RuntimeError), answer.being_read():
        raise RuntimeError("a mistake of ours is no death")
    killed = [answer.being_read() for _ in range(3)]
    assert [reader.__enter__() for reader in killed] == [0, 1, 2]  # and no __exit__
    answer.forget_lost_readers()
    with answer.being_read() as lost:
        assert lost == 0


def test_nothing_is_known_of_an_attempt_that_never_was(spool: Spool) -> None:
    assert spool.answer(ATTEMPT) is None
    assert spool.partial(ATTEMPT) is None
    assert spool.attempt_ids() == ()
    spool.forget(ATTEMPT)


def test_what_was_forgotten_and_what_was_discarded_is_gone(spool: Spool) -> None:
    with spool.open(ATTEMPT) as writer:
        writer.head(200, {})
        writer.complete(Evidence())
    with spool.open("other") as writer:
        writer.discard()
    assert spool.attempt_ids() == (ATTEMPT,)
    spool.forget(ATTEMPT)
    assert spool.attempt_ids() == ()


def test_every_attempt_that_left_anything_is_listed(spool: Spool, tmp_path: Path) -> None:
    for attempt_id in ("b", "a"):
        with spool.open(attempt_id) as writer:
            writer.head(200, {})
    with spool.open("c") as writer:
        writer.head(200, {})
        writer.complete(Evidence())
    (tmp_path / "spool" / "lost+found").mkdir()
    assert spool.attempt_ids() == ("a", "b", "c")


def test_an_attempt_is_begun_once(spool: Spool) -> None:
    with spool.open(ATTEMPT) as writer:
        writer.head(200, {})
        with pytest.raises(FileExistsError):
            spool.open(ATTEMPT)
        writer.complete(Evidence())
    with pytest.raises(FileExistsError):
        spool.open(ATTEMPT)


@pytest.mark.parametrize("attempt_id", ["", "..", "../x", "a/b", "a.b", "x" * 65, "a\0"])
def test_an_id_that_would_leave_the_spool_is_refused(spool: Spool, attempt_id: str) -> None:
    with pytest.raises(ValueError, match="no id of an attempt"):
        spool.open(attempt_id)


def test_F24_a_full_disk_is_noticed_before_anything_is_asked_for(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", reserve_bytes=1 << 60)
    with pytest.raises(SpoolFull):
        spool.open(ATTEMPT)
    with pytest.raises(SpoolFull):
        spool.reserve(1 << 60)
    assert spool.attempt_ids() == ()
    spool.reserve(1)


def test_F25_an_answer_holds_its_share_of_the_disk_until_it_is_whole(spool: Spool, tmp_path: Path) -> None:
    with spool.open(ATTEMPT) as writer:
        ballast = tmp_path / "spool" / f"{ATTEMPT}.partial" / "ballast"
        assert ballast.stat().st_size == 1_000_000
        assert spool.partial(ATTEMPT) == PartialAnswer(None, {}, 0, 0)
        writer.head(200, {})
        writer.complete(Evidence())
    assert not list((tmp_path / "spool").rglob("ballast"))


def turn_into(file: io.FileIO | io.BufferedWriter, path: Path, flags: int) -> None:
    """Make an open file lead somewhere else, as if its disk had changed under it."""
    handle = os.open(path, flags)
    os.dup2(handle, file.fileno())
    os.close(handle)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_F25_a_full_disk_costs_the_ballast_first_and_only_then_the_answer(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast", 100)
    full = spool_file._Unsinkable(tmp_path / "file", ballast)
    turn_into(full, Path("/dev/full"), os.O_WRONLY)
    with pytest.raises(OSError, match="No space left") as first:
        full.write(b"x")
    assert first.value.errno == errno.ENOSPC
    assert not (tmp_path / "ballast").exists()
    with pytest.raises(SpoolFull):
        full.write(b"x")
    full.close()


def test_another_trouble_with_the_disk_is_not_taken_for_a_full_one(tmp_path: Path) -> None:
    ballast = Ballast(tmp_path / "ballast", 100)
    file = spool_file._Unsinkable(tmp_path / "file", ballast)
    turn_into(file, tmp_path, os.O_RDONLY)
    with pytest.raises(OSError, match="Bad file descriptor"):
        file.write(b"x")
    assert ballast.release()
    assert not ballast.release()
    file.close()


def test_a_file_that_is_given_up_may_lose_its_buffer(tmp_path: Path) -> None:
    file = open_new(tmp_path / "file", Ballast(tmp_path / "ballast", 0))
    file.write(b"x")
    turn_into(file, tmp_path, os.O_RDONLY)
    spool_file.close_quietly(file)


def test_room_is_checked_against_the_disk(tmp_path: Path) -> None:
    check_room(tmp_path, 1)
    with pytest.raises(SpoolFull, match="bytes free"):
        check_room(tmp_path, 1 << 60)
