"""Long strings leave the document while it streams by."""

import base64
import json
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studio.provider.spill import PARTS_MAX, SIGNATURE_BYTES_KEPT, AnswerTooLarge, Spill

TOKEN = "part-0123456789abcdef"


@dataclass
class Taken:
    """A sink that remembers."""

    text: bytes = b""
    is_whole: bool = False
    is_signature: bool = False

    def feed(self, text: bytes) -> None:
        assert not self.is_whole
        self.text += text

    def finish(self) -> None:
        self.is_whole = True


@dataclass
class Spilled:
    document: bytearray = field(default_factory=bytearray)
    parts: list[Taken] = field(default_factory=list)

    def open_part(self) -> Taken:
        self.parts.append(Taken())
        return self.parts[-1]

    def open_text(self) -> Taken:
        self.parts.append(Taken(is_signature=True))
        return self.parts[-1]

    @property
    def texts(self) -> list[bytes]:
        return [part.text for part in self.parts]


def spill(data: bytes, *cuts: int, limit: int = 1_000_000) -> tuple[Spill, Spilled]:
    """The data fed in pieces that end at `cuts`."""
    kept = Spilled()
    filter_ = Spill(kept.document.extend, kept.open_part, kept.open_text, token=TOKEN, document_bytes_max=limit)
    edges = [0, *sorted(cut % (len(data) + 1) for cut in cuts), len(data)]
    for start, end in pairwise(edges):
        filter_.feed(data[start:end])
    return filter_, kept


def byte_by_byte(data: bytes) -> tuple[Spill, Spilled]:
    return spill(data, *range(len(data)))


def put_back(value: Any, parts: list[Taken]) -> Any:
    """The document with every mark replaced by what left in its place."""
    if isinstance(value, dict):
        return {key: put_back(inner, parts) for key, inner in value.items()}
    if isinstance(value, list):
        return [put_back(inner, parts) for inner in value]
    if isinstance(value, str):
        for number in reversed(range(len(parts))):
            value = value.replace(f"{TOKEN}-{number}", parts[number].text.decode("utf-8", "surrogatepass"))
        # Two escapes may be the halves of one character.
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    return value


# ── What leaves, and what stays ────────────────────────────────────────────────────────────────────


def test_a_data_string_leaves_and_its_mark_stays() -> None:
    filter_, kept = spill(b'{"mimeType": "image/png", "data": "QUJD", "z": [1]}')
    assert json.loads(kept.document) == {"mimeType": "image/png", "data": f"{TOKEN}-0", "z": [1]}
    assert kept.parts == [Taken(b"QUJD", True)]
    assert filter_.is_json
    assert filter_.is_complete


@pytest.mark.parametrize(
    "document",
    [
        b'{"data":"QUJD"}',
        b'{ "data" \n:\t "QUJD" }',
        b'{"mime_type":"image/png","data":"QUJD"}',
        b'[{"a":[{"data":"QUJD"}]}]',
        b'{"d\\u0061ta":"QUJD"}',
        b'\xef\xbb\xbf {"data":"QUJD"}',
        b'{"x":"\\"data\\":","data":"QUJD","y":"}"}',
        b'{"created":1,"data":[{"b64_json":"QUJD"}]}',
        b'{"image_url":{"url":"data:image/png;base64,QUJD"}}',
        b'{"message":{"role":"assistant","content":"![image](data:image/png;base64,QUJD)"}}',
    ],
)
def test_order_space_and_spelling_make_no_difference(document: bytes) -> None:
    for filter_, kept in (spill(document), byte_by_byte(document)):
        assert kept.texts == [b"QUJD"]
        assert filter_.is_complete


@pytest.mark.parametrize(
    "document",
    [
        b'{"date":"QUJD"}',
        b'{"data":["QUJD"]}',
        b'{"data":{"x":"QUJD"}}',
        b'["data","QUJD"]',
        b'{"a":"data","b":"QUJD"}',
        b'{"text":"no picture; base64, they say"}',
        b'{"thoughtSignature":";base64,QUJD"}',
        b'{"content":{"parts":[]},"url":"https://example.com/a.png"}',
    ],
)
def test_other_strings_stay(document: bytes) -> None:
    for _, kept in (spill(document), byte_by_byte(document)):
        assert kept.parts == []
        assert bytes(kept.document) == document


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (b"ab\\/cd", b"ab/cd"),
        (b"abc\\u003d", b"abc="),
        (b"ab\\u002Bc", b"ab+c"),
        (b"ab\\\\/c", b"ab\\/c"),
        (b"ab\\nc\\r\\t\\b\\f", b"ab\nc\r\t\b\f"),
        (b"ab\\u00e9", "abé".encode()),
        (b'ab\\"c', b'ab"c'),
        (b"ab\\u00", b"ab\\u00"),
        (b"ab\\u12x4", b"abu12x4"),
        (b"", b""),
    ],
)
def test_escapes_are_undone_wherever_they_are_cut(written: bytes, meant: bytes) -> None:
    document = b'{"data":"' + written + b'","b":1}'
    for _, kept in (spill(document), byte_by_byte(document)):
        assert kept.texts == [meant]
        assert json.loads(kept.document) == {"data": f"{TOKEN}-0", "b": 1}


def test_a_data_uri_leaves_a_text_and_the_words_stay() -> None:
    document = b'{"text":"one data:image\\/png;base64,QUJD\\u003d\\/ two ![x](data:image/png;base64,REVG) end"}'
    for _, kept in (spill(document), byte_by_byte(document)):
        assert kept.texts == [b"QUJD=/", b"REVG"]
        assert json.loads(kept.document)["text"] == (
            f"one data:image/png;base64,{TOKEN}-0 two ![x](data:image/png;base64,{TOKEN}-1) end"
        )


@pytest.mark.parametrize("key", ["text", "content", "url"])
def test_a_data_uri_in_words_may_be_long_and_escaped(key: str) -> None:
    data = base64.b64encode(bytes(range(256)) * 1_000)
    uri = (b"data:image/png;base64," + data).replace(b"/", b"\\/").replace(b"=", b"\\u003d")
    document = b'{"' + key.encode() + b'":"see ![](' + uri + b') and then"}'
    for pieces in (len(document), 65_536, 1_000, 7):
        _, kept = spill(document, *range(0, len(document), pieces))
        assert kept.texts == [data]
        assert json.loads(kept.document) == {key: f"see ![](data:image/png;base64,{TOKEN}-0) and then"}


@pytest.mark.parametrize("name", ["thoughtSignature", "thought_signature"])
def test_a_long_signature_leaves_and_its_mark_stays(name: str) -> None:
    signature = "A/b+" * (SIGNATURE_BYTES_KEPT // 4)
    document = json.dumps({name: f"{signature}=", "data": "QUJD"}).encode().replace(b"=", b"\\u003d")
    for pieces in (len(document), 1_000, 7):
        _, kept = spill(document, *range(0, len(document), pieces))
        assert json.loads(kept.document) == {name: f"{TOKEN}-0", "data": f"{TOKEN}-1"}
        assert kept.parts == [Taken(f"{signature}=".encode(), True, is_signature=True), Taken(b"QUJD", True)]


def test_a_signature_that_is_not_long_stays() -> None:
    document = json.dumps({"thoughtSignature": "A" * SIGNATURE_BYTES_KEPT}).encode()
    for _, kept in (spill(document), spill(document, *range(0, len(document), 7))):
        assert bytes(kept.document) == document


@pytest.mark.parametrize(
    "text", [";base64,", ";base64, and", ";base6;base64,!", "QUJD;base64", ";;base64,\\n", ";base64,\\\\"]
)
def test_a_marker_without_a_picture_changes_nothing(text: str) -> None:
    document = f'{{"text":"{text}"}}'.encode()
    for _, kept in (spill(document), byte_by_byte(document)):
        assert kept.parts == []
        assert bytes(kept.document) == document


def test_nothing_leaves_when_there_is_nowhere_to_go() -> None:
    body = bytearray()
    filter_ = Spill(body.extend, None, token="")
    filter_.feed(b'{"data":"QUJD","text":";base64,QUJD"}')
    assert bytes(body) == b'{"data":"QUJD","text":";base64,QUJD"}'
    assert filter_.is_complete


# ── Where the document ends ────────────────────────────────────────────────────────────────────────


def test_what_follows_the_document_is_not_looked_at() -> None:
    filter_, kept = spill(b'{"a":[{}]}}}} {"data":"QUJD"}')
    assert filter_.is_complete
    assert bytes(kept.document) == b'{"a":[{}]}'
    filter_.feed(b'{"data":"QUJD"}')
    assert kept.parts == []


@pytest.mark.parametrize("document", [b'{"a":1', b'{"a":"}', b'[{"a":1}', b'{"data":"QUJD', b'{"text":";base64,QU'])
def test_a_cut_document_is_never_complete(document: bytes) -> None:
    for filter_, kept in (spill(document), byte_by_byte(document)):
        assert filter_.is_json
        assert not filter_.is_complete
        assert not any(part.is_whole for part in kept.parts)


@pytest.mark.parametrize("body", [b"<html><style>a{}</style></html>", b"null", b'"data"', b"", b"  ", b"\x00\xff"])
def test_what_is_no_json_passes_through_untouched(body: bytes) -> None:
    for filter_, kept in (spill(body), byte_by_byte(body)):
        assert bytes(kept.document) == body
        assert not filter_.is_json
        assert not filter_.is_complete


def test_depth_costs_nothing() -> None:
    filter_, _ = spill(b"[" * 200_000 + b"]" * 200_000)
    assert filter_.is_complete


# ── Limits ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_rest_document_has_a_limit() -> None:
    with pytest.raises(AnswerTooLarge):
        spill(b'{"a":"' + b"x" * 2_000 + b'"}', limit=1_000)


def test_a_picture_does_not_count_for_the_rest_document() -> None:
    filter_, _ = spill(b'{"data":"' + b"QUJD" * 2_000 + b'"}', limit=1_000)
    assert filter_.is_complete


def test_the_answer_as_a_whole_has_a_limit() -> None:
    kept = Spilled()
    filter_ = Spill(kept.document.extend, kept.open_part, token=TOKEN, answer_bytes_max=100)
    filter_.feed(b'{"data":"' + b"QUJD" * 20)
    with pytest.raises(AnswerTooLarge):
        filter_.feed(b"QUJD" * 20)


def test_the_number_of_pictures_has_a_limit() -> None:
    with pytest.raises(AnswerTooLarge):
        spill(b"[" + b",".join([b'{"data":"QUJD"}'] * (PARTS_MAX + 1)) + b"]")


# ── The law ────────────────────────────────────────────────────────────────────────────────────────

words = st.text(max_size=20)
pictures = st.binary(max_size=200).map(lambda data: base64.b64encode(data).decode())
uris = st.builds(
    lambda before, kind, data, after: f"{before}data:image/{kind};base64,{data}{after}",
    words,
    st.sampled_from(["png", "jpeg"]),
    pictures,
    words,
)
signatures = st.integers(SIGNATURE_BYTES_KEPT - 20, SIGNATURE_BYTES_KEPT + 20).map(lambda size: "s/" * (size // 2))
leaves = st.one_of(words, pictures, uris, signatures, st.integers(), st.booleans(), st.none())
names = st.one_of(
    st.sampled_from(["data", "b64_json", "text", "content", "url", "thoughtSignature", "inlineData", "x"]), words
)
documents = st.recursive(
    st.dictionaries(names, leaves, max_size=4),
    lambda inner: st.one_of(st.lists(st.one_of(inner, leaves), max_size=4), st.dictionaries(names, inner, max_size=4)),
    max_leaves=12,
)


@st.composite
def written(draw: st.DrawFn, value: Any) -> bytes:
    """The value as one of the many texts that JSON has for it."""
    text = json.dumps(
        value,
        ensure_ascii=draw(st.booleans()),
        indent=draw(st.sampled_from([None, 2])),
        separators=draw(st.sampled_from([(",", ":"), (", ", " : ")])),
    )
    if draw(st.booleans()):
        text = text.replace("/", "\\/")
    if draw(st.booleans()):
        text = text.replace("=", "\\u003d").replace("+", "\\u002B")
    return text.encode("utf-8", "surrogatepass")


@given(st.data(), documents, st.lists(st.integers(0, 10_000), max_size=20))
def test_document_and_parts_together_are_what_was_sent(data: st.DataObject, value: Any, cuts: list[int]) -> None:
    text = data.draw(written(value))
    filter_, kept = spill(text, *cuts)
    assert filter_.is_complete
    assert all(part.is_whole for part in kept.parts)
    assert put_back(json.loads(kept.document), kept.parts) == value


@given(st.data(), documents, st.integers(0, 10_000))
def test_a_cut_answer_never_passes_as_whole(data: st.DataObject, value: Any, cut: int) -> None:
    text = data.draw(written(value))
    filter_, _ = spill(text[: cut % len(text)])
    assert not filter_.is_complete


@given(st.binary(max_size=300), st.lists(st.integers(0, 300), max_size=10))
@example(b'{"data":"\\', [])
@example(b'{"text":";base64,\\u', [])
def test_junk_never_raises_and_cuts_do_not_matter(junk: bytes, cuts: list[int]) -> None:
    once, whole = spill(b"{" + junk)
    again, pieces = spill(b"{" + junk, *cuts)
    assert once.is_complete == again.is_complete
    assert whole.texts == pieces.texts
    assert bytes(whole.document).startswith(bytes(pieces.document)) or again.is_complete
