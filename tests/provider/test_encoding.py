"""Compression undone, in bounded pieces."""

import gzip
import zlib

import pytest

from studio.provider.encoding import PIECE_BYTES, UnknownEncoding, decoder_for

TEXT = b"a fox in the snow " * 20_000


@pytest.mark.parametrize("step", [1, 100, 1_000_000])
@pytest.mark.parametrize(
    ("name", "pack"), [("gzip", gzip.compress), ("X-GZIP", gzip.compress), ("deflate", zlib.compress)]
)
def test_pieces_come_out_bounded_and_in_order(name: str, pack: type[bytes], step: int) -> None:
    packed = pack(TEXT)
    decode = decoder_for(name)
    pieces = [piece for at in range(0, len(packed), step) for piece in decode(packed[at : at + step])]
    assert b"".join(pieces) == TEXT
    assert max(map(len, pieces)) <= PIECE_BYTES


@pytest.mark.parametrize("name", ["", "identity", " Identity "])
def test_plain_bytes_stay_plain(name: str) -> None:
    assert list(decoder_for(name)(b"abc")) == [b"abc"]


def test_what_follows_the_end_is_not_looked_at() -> None:
    decode = decoder_for("gzip")
    assert b"".join(decode(gzip.compress(b"abc") + b"more")) == b"abc"
    assert list(decode(b"more")) == []


@pytest.mark.parametrize("name", ["br", "zstd", "gzip, gzip", "x" * 1_000])
def test_other_encodings_are_refused(name: str) -> None:
    with pytest.raises(UnknownEncoding) as refusal:
        decoder_for(name)
    assert len(str(refusal.value)) <= 40


def test_junk_is_no_compression() -> None:
    with pytest.raises(zlib.error):
        list(decoder_for("gzip")(b"junk"))
