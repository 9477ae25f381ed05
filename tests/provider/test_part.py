"""One long string on its way to the disk."""

import base64
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.provider import part as part_module
from studio.provider.part import Part
from studio.provider.spill import AnswerTooLarge
from studio.provider.spool_file import Ballast

DATA = bytes(range(256)) * 3
TEXT = base64.b64encode(DATA)


@pytest.fixture
def ballast(tmp_path: Path) -> Ballast:
    return Ballast(tmp_path / "ballast", 0)


def taken(directory: Path, ballast: Ballast, *pieces: bytes) -> Part:
    part = Part(directory, 0, ballast)
    for piece in pieces:
        part.feed(piece)
    part.finish()
    return part


@pytest.mark.parametrize(
    "pieces",
    [
        (TEXT,),
        tuple(TEXT[at : at + 1] for at in range(len(TEXT))),
        (TEXT[:5], b"", TEXT[5:]),
        (b"data:image/png;base64," + TEXT,),
        (b"da", b"ta:image/png;charset=x;bas", b"e64,", TEXT),
        (TEXT.rstrip(b"="),),
        (TEXT[:76] + b"\r\n" + TEXT[76:],),
        (TEXT + b"\n",),
        (TEXT.translate(bytes.maketrans(b"+/", b"-_")),),
    ],
    ids=["whole", "byte by byte", "in two", "prefix", "cut prefix", "no padding", "lines", "line end", "url alphabet"],
)
def test_what_was_encoded_is_on_the_disk(tmp_path: Path, ballast: Ballast, pieces: tuple[bytes, ...]) -> None:
    part = taken(tmp_path, ballast, *pieces)
    assert part.is_picture
    assert (tmp_path / "part-0.bin").read_bytes() == DATA


@pytest.mark.parametrize(
    "pieces",
    [
        (b"not base64!",),
        (TEXT[:100], b"\xc3\xa7", TEXT[100:]),
        (TEXT, b"!"),
        (b"QQ==", b"QQ=="),
        (b"Q",),
        (b"QUJDQ",),
        (b"data:image/png;base64,", b"!", b"!"),
        (b"data:no comma anywhere" + b"x" * 300,),
        (b"data:",),
    ],
)
def test_what_is_no_base64_is_kept_as_it_came(tmp_path: Path, ballast: Ballast, pieces: tuple[bytes, ...]) -> None:
    part = taken(tmp_path, ballast, *pieces)
    assert not part.is_picture
    assert not (tmp_path / "part-0.bin").exists()
    assert (tmp_path / "part-0.raw").read_bytes() == b"".join(pieces)


def test_an_empty_string_is_no_picture(tmp_path: Path, ballast: Ballast) -> None:
    assert not taken(tmp_path, ballast).is_picture


def test_a_text_is_kept_byte_for_byte_although_it_looks_like_base64(tmp_path: Path, ballast: Ballast) -> None:
    part = Part(tmp_path, 0, ballast, is_text=True)
    for piece in (b"data:image/png;base64,", TEXT, b"\r\n", b"QQ=="):
        part.feed(piece)
    part.finish()
    assert not part.is_picture
    assert (tmp_path / "part-0.raw").read_bytes() == b"data:image/png;base64," + TEXT + b"\r\nQQ=="


def test_a_part_that_was_cut_never_looks_whole(tmp_path: Path, ballast: Ballast) -> None:
    part = Part(tmp_path, 0, ballast)
    part.feed(TEXT)
    part.close()
    assert [path.name for path in tmp_path.glob("part*")] == ["part-0.cut"]


def test_a_picture_has_a_limit(tmp_path: Path, ballast: Ballast) -> None:
    part = Part(tmp_path, 0, ballast)
    part.size_bytes = part_module.PART_BYTES_MAX - 10
    with pytest.raises(AnswerTooLarge):
        part.feed(TEXT)
    part.close()


@given(st.binary(max_size=2_000), st.lists(st.integers(0, 3_000), max_size=8))
def test_cuts_make_no_difference(tmp_path_factory: pytest.TempPathFactory, data: bytes, cuts: list[int]) -> None:
    directory = tmp_path_factory.mktemp("part")
    text = base64.b64encode(data)
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    pieces = [text[start:end] for start, end in pairwise(edges)]
    part = taken(directory, Ballast(directory / "ballast", 0), *pieces)
    assert part.is_picture == bool(data)
    assert (directory / "part-0.bin").read_bytes() == data


@given(st.text(alphabet="AQg=/+-_\n!", max_size=24).map(str.encode), st.lists(st.integers(0, 24), max_size=3))
@example(b"part-0123456789abcdef-0", [9])  # 23 of the alphabet for addresses; the last group is not whole
@example(b"QUJD\n", [4])
def test_where_it_is_cut_makes_no_difference(
    tmp_path_factory: pytest.TempPathFactory, text: bytes, cuts: list[int]
) -> None:
    edges = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    kept = []
    for pieces in ([text], [text[start:end] for start, end in pairwise(edges)]):
        directory = tmp_path_factory.mktemp("part")
        part = taken(directory, Ballast(directory / "ballast", 0), *pieces)
        picture = (directory / "part-0.bin").read_bytes() if part.is_picture else None
        kept.append((part.is_picture, picture))
    assert kept[0] == kept[1]


@given(st.lists(st.text(alphabet="AQg=/+-_\n!é", max_size=12).map(str.encode), max_size=6))
def test_nothing_that_is_fed_is_lost_or_raises(tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]) -> None:
    directory = tmp_path_factory.mktemp("part")
    part = taken(directory, Ballast(directory / "ballast", 0), *pieces)
    text = b"".join(pieces)
    if part.is_picture:
        plain = text.translate(bytes.maketrans(b"-_", b"+/"), b"\n").rstrip(b"=")
        assert base64.b64decode(plain + b"=" * (-len(plain) % 4)) == (directory / "part-0.bin").read_bytes()
