"""Files that come under the name of an exported project, made from a good one, and the word of their refusal."""

import io
import json
import stat
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

type Members = dict[str, bytes]
type Said = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BadExport:
    """`make` gets the members of a good export; `verdict` is a part of what is said about it."""

    what: str
    make: Callable[[Members], bytes]
    verdict: str

    def __str__(self) -> str:
        return self.what


def packed(members: Mapping[str | zipfile.ZipInfo, bytes], kind: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive:
        for name, data in members.items():
            archive.writestr(name, data, compress_type=kind)
    return file.getvalue()


def _with(name: str, data: bytes = b"x") -> Callable[[Members], bytes]:
    return lambda members: packed({**members, name: data})


def _saying(change: Callable[[Said], object]) -> Callable[[Members], bytes]:
    def make(members: Members) -> bytes:
        said = json.loads(members["project.json"])
        change(said)
        return packed({**members, "project.json": json.dumps(said).encode()})

    return make


def _document(data: bytes) -> Callable[[Members], bytes]:
    return lambda members: packed({**members, "project.json": data})


def _first_file(members: Members) -> str:
    return next(name for name in members if name.startswith("files/"))


def _swapped(members: Members) -> bytes:
    """Another picture of the same length under the name."""
    name = _first_file(members)
    return packed({**members, name: members[name][:-1] + bytes([members[name][-1] ^ 1])})


def _no_picture(members: Members) -> bytes:
    """Its digest is right; it is HTML."""
    import hashlib

    html = b"<!doctype html><script>alert(1)</script>"
    digest = hashlib.sha256(html).hexdigest()
    said = json.loads(members["project.json"])
    file = said["files"][0]
    old = next(name for name in members if file["sha256"] in name)
    text = json.dumps(said).replace(file["sha256"], digest)
    said = json.loads(text)
    said["files"][0] |= {"size_bytes": len(html)}
    kept = {name: data for name, data in members.items() if name != old}
    new = old.replace(file["sha256"], digest)
    return packed({**kept, new: html, "project.json": json.dumps(said).encode()})


def _bomb(members: Members) -> bytes:
    return packed({**members, _first_file(members): bytes(200_000_000)}, zipfile.ZIP_DEFLATED)


def _document_bomb(members: Members) -> bytes:
    return packed({"project.json": b'{"format":"' + b"a" * 300_000_000 + b'"}'}, zipfile.ZIP_DEFLATED)


def _lying_bomb(members: Members) -> bytes:
    """It says a small size and unpacks to a large one."""
    name = _first_file(members)
    whole = packed({**members, name: members[name] + bytes(50_000_000)}, zipfile.ZIP_DEFLATED)
    true, said = (len(members[name]) + 50_000_000).to_bytes(4, "little"), len(members[name]).to_bytes(4, "little")
    return whole.replace(true, said)


def _twice(members: Members) -> bytes:
    file = io.BytesIO(packed(members))
    import warnings

    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(file, "a") as archive:
        archive.writestr("project.json", members["project.json"])
    return file.getvalue()


def _link(members: Members) -> bytes:
    name = _first_file(members)
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return packed({**{key: data for key, data in members.items() if key != name}, info: b"/etc/passwd"})


def _encrypted(members: Members) -> bytes:
    data = bytearray(packed(members))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def _first_run(said: Said) -> Said:
    run: Said = said["runs"][0]
    return run


def _first_made(said: Said) -> Said:
    made: Said = _first_run(said)["generations"][0]
    return made


def _first_comment(said: Said) -> Said:
    comment: Said = _first_made(said)["comments"][0]
    return comment


def _set(said: Said, **facts: object) -> None:
    said.update(facts)


EXPORTS: Final = (
    BadExport("no byte", lambda members: b"", "no ZIP file"),
    BadExport("text", lambda members: b"hello", "no ZIP file"),
    BadExport("half of it", lambda members: packed(members)[:-400], "no ZIP file"),
    BadExport("empty", lambda members: packed({}), "has no project.json"),
    BadExport("no document", lambda members: packed({_first_file(members): b"x"}), "has no project.json"),
    BadExport("a way up", _with("../../etc/passwd"), "which no export holds"),
    BadExport("a way up among the files", _with("files/../../x.png"), "which no export holds"),
    BadExport("an absolute name", _with("/etc/cron.d/x"), "which no export holds"),
    BadExport("backslashes", _with("files\\..\\x.png"), "which no export holds"),
    BadExport("a folder", _with("files/"), "which no export holds"),
    BadExport("a program", _with(f"files/{'a' * 64}.exe"), "which no export holds"),
    BadExport("a picture that is not named", _with(f"files/{'a' * 64}.png"), "does not name"),
    BadExport("the document twice", _twice, "twice"),
    BadExport("a symbolic link", _link, "no ordinary file"),
    BadExport("encrypted", _encrypted, "encrypted"),
    BadExport("packed with bzip2", lambda members: packed(members, zipfile.ZIP_BZIP2), "packed in a way"),
    BadExport("a bomb", _bomb, "too much"),
    BadExport("a bomb of a document", _document_bomb, "too much"),
    BadExport("a bomb that lies", _lying_bomb, ""),
    BadExport("a picture missing", lambda members: packed({"project.json": members["project.json"]}), "is not in it"),
    BadExport("a picture cut short", lambda members: packed({**members, _first_file(members): b"x"}), "as large"),
    BadExport("a picture changed", _swapped, "not the one that was exported"),
    BadExport("HTML for a picture", _no_picture, "no picture that is let in"),
    BadExport("no JSON", _document(b"{"), "not as an export writes it"),
    BadExport("a list", _document(b"[]"), "not as an export writes it"),
    BadExport("UTF-16", _document('{"format": 1}'.encode("utf-16")), "not as an export writes it"),
    BadExport("very deep", _document(b'{"format":' + b"[" * 100_000), "not as an export writes it"),
    BadExport("another format", _saying(lambda said: _set(said, format="zip")), "Its format is"),
    BadExport("a newer version", _saying(lambda said: _set(said, version=3)), "version 3"),
    BadExport("a version of text", _saying(lambda said: _set(said, version="1")), "not as an export writes it"),
    BadExport("an unknown field", _saying(lambda said: _set(said, admin=True)), "unknown field"),
    BadExport("a field missing", _saying(lambda said: said.pop("runs")), "missing required field"),
    BadExport("a name too long", _saying(lambda said: said["project"].update(name="x" * 81)), "length"),
    BadExport("a number of text", _saying(lambda said: _first_run(said).update(variations="2")), "Expected `int`"),
    BadExport("nine variations", _saying(lambda said: _first_run(said).update(variations=9)), "<= 8"),
    BadExport("a price below zero", _saying(lambda said: _first_run(said).update(price_micros=-1)), ">= 1"),
    BadExport(
        "a time of no zone", _saying(lambda said: _first_run(said).update(created_at="2026-01-01T00:00:00")), "timezone"
    ),
    BadExport("a digest that is a path", _saying(lambda said: said["files"][0].update(sha256="../x")), "regex"),
    BadExport(
        "a type that is none", _saying(lambda said: said["files"][0].update(mime_type="text/html")), "no picture"
    ),
    BadExport("another type", _saying(lambda said: said["files"][0].update(width=9)), "another picture than it says"),
    BadExport("an unknown model", _saying(lambda said: _first_run(said).update(model="dall-e")), "the model"),
    BadExport("an unknown person", _saying(lambda said: _first_run(said).update(person=99)), "the person"),
    BadExport(
        "a status that is not final",
        _saying(lambda said: _first_run(said)["generations"][0].update(status="queued")),
        "the status",
    ),
    BadExport(
        "a charge that is none",
        _saying(lambda said: _first_run(said)["generations"][0].update(charge="free")),
        "the charge",
    ),
    BadExport("a run twice", _saying(lambda said: said["runs"].append(_first_run(said))), "twice"),
    BadExport(
        "made from itself",
        _saying(lambda said: _first_run(said).update(continues={"run": 0, "variation": 0})),
        "the frame",
    ),
    BadExport("an input of nothing", _saying(lambda said: said["runs"][1]["inputs"][0].update(upload=7)), "the upload"),
    BadExport("an input of two", _saying(lambda said: said["runs"][1]["inputs"][0].update(link=0)), "two pictures"),
    BadExport("six stars", _saying(lambda said: _first_made(said)["judged"].update(rating=6)), "<= 5"),
    BadExport("a comment of nobody", _saying(lambda said: _first_comment(said).update(person=99)), "the person"),
    BadExport(
        "words of a deleted comment",
        _saying(lambda said: _first_comment(said).update(deleted_at="2026-01-01T00:00:00Z", deleted_by=0)),
        "its words are there",
    ),
    BadExport("a tag of spaces", _saying(lambda said: _first_made(said).update(tags=["  "])), "is none"),
    BadExport("a use of no prompt", _saying(lambda said: _first_run(said)["version"].update(prompt=5)), "the prompt"),
    BadExport("a use of no version", _saying(lambda said: _first_run(said)["version"].update(number=9)), "the version"),
    BadExport(
        "a version that brings itself back",
        _saying(lambda said: said["prompts"][0]["versions"][0].update(restores=1)),
        "the version",
    ),
    BadExport("versions out of order", _saying(lambda said: said["prompts"][0]["versions"].reverse()), "the version"),
    BadExport(
        "a reference of nothing",
        _saying(lambda said: said["prompts"][0]["versions"][1]["references"][0].update(upload=9)),
        "the upload",
    ),
    BadExport("a NUL", _saying(lambda said: _first_run(said).update(prompt="a\0b")), "NUL"),
)
