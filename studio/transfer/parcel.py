"""An export that came from anywhere: opened, looked through, and believed in nothing that can be seen for oneself."""

import re
import stat
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import msgspec

from ..models.generation import FINAL
from ..models.output import Output
from ..models.tag import tag_key
from ..provider.catalogue import BY_KEY
from ..provider.outcome import Charge, Outcome
from ..storage.keys import EXTENSIONS
from .document import FORMAT, READABLE, Document, File, Frame, Head, Kept, Made
from .export import DOCUMENT_NAME, file_name

DOCUMENT_BYTES_MAX: Final = 256 << 20
FILE_BYTES_MAX: Final = 64 << 20
MEMBERS_MAX: Final = 500_000
PIECE: Final = 1 << 18
_MEMBER: Final = re.compile(rf"files/[0-9a-f]{{64}}\.({'|'.join(sorted(set(EXTENSIONS.values())))})")
_ENCRYPTED: Final = 1


class Refused(ValueError):
    """It is not brought in. The message is a sentence for whoever asked."""


class Parcel:
    """An open export whose document is sound, and whose files are those that the document names."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = _members(archive)
        self.document = _document(archive)
        check(self.document)
        self._check_files()

    def pieces_of(self, file: File) -> Iterator[bytes]:
        """Its bytes, never more than its document says, whatever the archive holds. Raises `Refused`."""
        left = file.size_bytes
        try:
            with self._archive.open(file_name(file.sha256, file.mime_type)) as opened:
                while piece := opened.read(min(PIECE, left + 1)):
                    left -= len(piece)
                    if left < 0:
                        raise Refused(f"The file {file.sha256[:12]} is larger than it says.")
                    yield piece
        except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
            raise Refused(f"The file {file.sha256[:12]} is damaged: {error}") from error
        if left:
            raise Refused(f"The file {file.sha256[:12]} is smaller than it says.")

    def _check_files(self) -> None:
        named = {}
        for file in self.document.files:
            if file.mime_type not in EXTENSIONS:
                raise Refused(f"A file of the type {file.mime_type!r} is no picture.")
            if not file.is_missing:
                named[file_name(file.sha256, file.mime_type)] = file
        if strange := sorted(self._members.keys() - named.keys() - {DOCUMENT_NAME}):
            raise Refused(f"It holds {strange[0]}, which {DOCUMENT_NAME} does not name.")
        for name, file in named.items():
            if name not in self._members:
                raise Refused(f"The file {file.sha256[:12]} is not in it.")
            if self._members[name].file_size != file.size_bytes:
                raise Refused(f"The file {file.sha256[:12]} is not as large as it says.")


@contextmanager
def opened(path: Path) -> Iterator[Parcel]:
    """The export at that path. Raises `Refused`."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise Refused(f"{path.name} is no ZIP file, or a damaged one: {error}") from error
    with archive:
        yield Parcel(archive)


def _members(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """By name. Nothing is unpacked under the name that it has in here, and all the same every name is one of ours."""
    members = archive.infolist()
    if len(members) > MEMBERS_MAX:
        raise Refused(f"It holds {len(members)} files; {MEMBERS_MAX} are the most.")
    by_name: dict[str, zipfile.ZipInfo] = {}
    for member in members:
        _check_member(member)
        if member.filename in by_name:
            raise Refused(f"It holds {member.filename} twice.")
        by_name[member.filename] = member
    if DOCUMENT_NAME not in by_name:
        raise Refused(f"It has no {DOCUMENT_NAME}, so it is no export of a project.")
    return by_name


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if name != DOCUMENT_NAME and not _MEMBER.fullmatch(name):
        raise Refused(f"It holds {name!r}, which no export holds.")
    if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG):
        raise Refused(f"{name} is no ordinary file.")
    if member.flag_bits & _ENCRYPTED or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Refused(f"{name} is encrypted, or packed in a way that no export is.")
    if member.file_size > (DOCUMENT_BYTES_MAX if name == DOCUMENT_NAME else FILE_BYTES_MAX):
        raise Refused(f"{name} unpacks to {member.file_size} bytes, which is too much.")


def _document(archive: zipfile.ZipFile) -> Document:
    try:
        with archive.open(DOCUMENT_NAME) as file:
            data = file.read(DOCUMENT_BYTES_MAX + 1)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError) as error:
        raise Refused(f"{DOCUMENT_NAME} is damaged: {error}") from error
    if len(data) > DOCUMENT_BYTES_MAX:
        raise Refused(f"{DOCUMENT_NAME} is larger than it says.")
    try:
        head = msgspec.json.decode(data, type=Head)
        if head.format != FORMAT:
            raise Refused(f"Its format is {head.format!r}, and {FORMAT!r} is what can be read.")
        if head.version not in READABLE:
            raise Refused(f"It is of version {head.version}; this studio reads up to version {READABLE[-1]}.")
        return msgspec.json.decode(data, type=Document)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Refused(f"{DOCUMENT_NAME} is not as an export writes it: {error}") from error


# ── What the types cannot say ──────────────────────────────────────────────────────────────────────


def check(document: Document) -> None:
    """Raise `Refused` where a part names one that is not there, or a word that nobody knows."""
    files = _once("file", (file.sha256 for file in document.files))
    people = range(len(document.people))
    uploads = _once("upload", (upload.key for upload in document.uploads))
    links = _once("link", (link.key for link in document.links))
    frames: dict[tuple[int, int], set[int]] = {}
    for rows in (document.uploads, document.links, document.prompts, document.runs):
        for row in rows:
            _known("person", row.person, people)
    for upload in document.uploads:
        _known("file", upload.file, files)
    _once("run", (run.key for run in document.runs))
    for run in document.runs:
        _known("model", run.model, BY_KEY)
        # Earlier ones only: nothing is made from what came later, and so nothing from itself.
        for frame in filter(None, (run.continues, *(source.output for source in run.inputs))):
            _known("frame", (frame.run, frame.variation), frames)
        for source in run.inputs:
            _check_source(source.upload, uploads, source.link, links, source.output)
            if source.output is not None:
                at = (source.output.run, source.output.variation)
                _known("picture", source.output_position, frames[at])
        for made in run.generations:
            at = (run.key, made.variation)
            if at in frames:
                raise Refused(f"It names the frame {at} twice.")
            frames[at] = _once("position", (picture.position for picture in made.outputs))
            _known("status", made.status, FINAL)
            _known("outcome", made.outcome, {"", *Outcome})
            _known("charge", made.charge, set(Charge))
            _check_talk(made, people)
            roles = [picture.role for picture in made.outputs]
            for picture in made.outputs:
                _known("role", picture.role, set(Output.Role))
                _known("file", picture.file, files)
            if roles.count(Output.Role.PRIMARY) > 1:
                raise Refused(f"The frame {at} has two pictures of its own.")
    for kept in document.prompts:
        _check_prompt(kept, people, uploads, frames)
    versions = [{version.number for version in kept.versions} or {1} for kept in document.prompts]
    for run in document.runs:
        if run.version is not None:
            _known("prompt", run.version.prompt, range(len(versions)))
            _known("version", run.version.number, versions[run.version.prompt])
    _check_texts(document)


def _check_talk(made: Made, people: range) -> None:
    spoke = [key for comment in made.comments for key in (comment.person, comment.deleted_by)]
    judged = [made.judged.person] if made.judged else []
    decided = [made.verdict.person] if made.verdict else []
    for key in (*spoke, *judged, *decided):
        if key is not None:
            _known("person", key, people)
    if any(comment.deleted_at and comment.text for comment in made.comments):
        raise Refused("A comment was deleted, and its words are there.")
    for name in made.tags:
        if not tag_key(name) or not name.isprintable():
            raise Refused(f"The tag {name!r} is none.")


def _check_prompt(kept: Kept, people: range, uploads: set[int], frames: dict[tuple[int, int], set[int]]) -> None:
    """Versions in the order of their numbers, each of them bringing back earlier ones alone."""
    earlier: list[int] = []
    for version in kept.versions:
        _known("person", version.person, people)
        if version.restores is not None:
            _known("version", version.restores, earlier)
        if earlier and version.number <= earlier[-1]:
            raise Refused("The versions of a prompt are not in order.")
        earlier.append(version.number)
        for source in version.references:
            if source.output is None and source.upload is None:
                raise Refused("A reference of a prompt is no picture.")
            _check_source(source.upload, uploads, source.link, set(), source.output)
            if source.output is not None:
                _known("frame", (source.output.run, source.output.variation), frames)
                _known("picture", source.output_position, frames[source.output.run, source.output.variation])


def _check_source(
    upload: int | None, uploads: set[int], link: int | None, links: set[int], output: Frame | None
) -> None:
    if link is not None and (upload is not None or output is not None):
        raise Refused("One input is two pictures.")
    if upload is not None:
        _known("upload", upload, uploads)
    if link is not None:
        _known("link", link, links)


def _check_texts(document: Document) -> None:
    """No database takes a NUL, and one of them says so only in the middle of it."""
    if _has_nul(msgspec.to_builtins(document)):
        raise Refused("A text of it holds a NUL.")


def _has_nul(value: object) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(map(_has_nul, value.values()))
    return isinstance(value, list) and any(map(_has_nul, value))


def _once[Key](what: str, keys: Iterable[Key]) -> set[Key]:
    seen: set[Key] = set()
    for key in keys:
        if key in seen:
            raise Refused(f"It names the {what} {key} twice.")
        seen.add(key)
    return seen


def _known(what: str, key: object, among: object) -> None:
    if key not in among:  # type: ignore[operator]
        raise Refused(f"It names the {what} {key!r}, which is not there.")
