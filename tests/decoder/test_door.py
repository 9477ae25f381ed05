"""The decoder as the studio asks it: real processes, that are killed, taken over, and asked by many at once."""

import io
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from studio.decoder import DecoderAway, NotAPicture, deaths, examine, facts_of, keeper, thumbnail
from tests.decoder import evil
from tests.storage import samples


@pytest.fixture(autouse=True)
def own_decoder() -> Iterator[None]:
    """One that no other test has been at."""
    keeper.dismiss()
    yield
    keeper.dismiss()


@pytest.fixture
def taken_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeper, "MODULE", evil.__name__)


def told_by(act: str) -> str:
    return facts_of(io.BytesIO(act.encode())).mime_type


@pytest.mark.parametrize("kind", ["path", "memory", "file", "spooled"])
def test_a_picture_may_lie_anywhere(kind: str, tmp_path: Path) -> None:
    data = samples.picture("JPEG", size=(300, 200))
    (tmp_path / "picture").write_bytes(data)
    with tempfile.SpooledTemporaryFile() as spooled, (tmp_path / "picture").open("rb") as opened:
        spooled.write(data)
        where = {"path": tmp_path / "picture", "memory": io.BytesIO(data), "file": opened, "spooled": spooled}[kind]
        examined = examine(where, edges=(30, 15))  # type: ignore[arg-type]
    assert (examined.facts.mime_type, examined.facts.width, examined.facts.height) == ("image/jpeg", 300, 200)
    assert [Image.open(io.BytesIO(small)).size for small in examined.thumbnails] == [(30, 20), (15, 10)]


def test_whoever_reads_a_file_goes_on_where_he_was(tmp_path: Path) -> None:
    path = tmp_path / "picture"
    path.write_bytes(samples.picture(size=(300, 200)))
    with path.open("rb") as file:
        first = file.read(10)
        thumbnail(file)
        assert first + file.read() == path.read_bytes()


def test_a_refusal_comes_through(tmp_path: Path) -> None:
    for data, code in ((b"<svg/>", "wrong_type"), (samples.png_that_claims(13_000, 13_000), "too_many_pixels")):
        with pytest.raises(NotAPicture) as refusal:
            examine(io.BytesIO(data))
        assert refusal.value.code == code


def test_many_threads_may_look_at_pictures_at_once() -> None:
    seen: list[str] = []

    def look(number: int) -> None:
        try:
            data = samples.picture() if number % 2 else samples.png_that_claims(13_000, 13_000)
            seen.append(facts_of(io.BytesIO(data)).mime_type)
        except NotAPicture as refusal:
            seen.append(refusal.code)

    threads = [threading.Thread(target=look, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == ["image/png"] * 10 + ["too_many_pixels"] * 10


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("open_a_file", "OSError"),
        ("open_in_the_place_of_another", "OSError"),
        ("connect", "OSError"),
        ("run_a_program", "OSError"),
        ("look_for_handles", "0,1,2"),
        ("take_memory", "MemoryError"),
    ],
)
def test_C28_a_decoder_that_was_taken_over_gets_nowhere(taken_over: None, act: str, told: str) -> None:
    assert told_by(act) == told


def test_a_decoder_knows_no_secret(taken_over: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NB_API_KEY", "sk-secret")
    assert set(told_by("look_for_secrets").split(",")) <= {"nothing", "LC_CTYPE"}


@pytest.mark.parametrize("act", ["die", "spin", "hang", "write_without_end"])
def test_a_picture_that_its_decoder_dies_of_is_unreadable_and_the_next_one_is_not(
    taken_over: None, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[str] = []
    monkeypatch.setattr(deaths, "_heard", [heard.append])
    with pytest.raises(NotAPicture) as refusal:
        told_by(act)
    assert refusal.value.code == "unreadable"
    assert heard == ["died", "died"]
    assert told_by("look_for_handles") == "0,1,2"


def test_a_decoder_that_was_killed_is_started_anew() -> None:
    facts_of(io.BytesIO(samples.picture()))
    process = keeper.process_id()
    assert process
    os.kill(process, signal.SIGKILL)
    assert facts_of(io.BytesIO(samples.picture())).mime_type == "image/png"
    assert keeper.process_id() != process


def test_a_decoder_whose_studio_was_killed_before_it_was_asked_goes_without_a_word() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        process = subprocess.Popen(
            [sys.executable, "-m", keeper.MODULE, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stderr=subprocess.PIPE,
        )
    select.select([ours], [], [], 30)
    ours.close()  # what it said was never read
    assert process.communicate(timeout=30)[1] == b""
    assert process.returncode == 0


def test_a_fork_has_a_decoder_of_its_own() -> None:
    facts_of(io.BytesIO(samples.picture()))
    if not (child := os.fork()):
        code = 1
        try:
            assert keeper.process_id() is None
            assert facts_of(io.BytesIO(samples.picture())).mime_type == "image/png"
            keeper.dismiss()
            code = 0
        finally:
            os._exit(code)
    assert os.waitpid(child, 0)[1] == 0


def test_without_a_decoder_nothing_is_said_about_a_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """A studio that is badly installed must not call paid pictures damaged."""
    monkeypatch.setattr(keeper, "MODULE", "studio.decoder.nowhere")
    with pytest.raises(DecoderAway):
        facts_of(io.BytesIO(samples.picture()))
