"""A project on its way out: one ZIP file, written while it is sent, run by run and picture by picture.

What is in the trash, and what is still under way, stays behind.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec
from django.db.models import Prefetch, QuerySet
from zipstream import ZipStream

from ..archive.zipped import Stored
from ..models import Generation, Input, Link, Output, Project, Prompt, PromptVersion, Run, Upload, User
from ..models.generation import FINAL
from ..models.stored import Stored as Object
from ..storage import objects
from ..storage.keys import EXTENSIONS
from . import document as said
from .prompts import kept
from .talk import talk_of, with_talk

DOCUMENT_NAME: Final = "project.json"
_CHUNK: Final = 200


def file_name(sha256: str, mime_type: str) -> str:
    """What a picture is called inside."""
    return f"files/{sha256}.{EXTENSIONS[mime_type]}"


def exported(project: Project, *, now: datetime) -> Iterator[bytes]:
    """The file, piece by piece. Memory grows by some hundred bytes for each picture, and by none of its own."""
    export = _Export(project, now)
    archive = ZipStream()
    archive.add(export.document(), DOCUMENT_NAME)
    yield from archive.all_files()
    for member in export.members():
        archive.add(member, member.name, size=member.size_bytes)
        yield from archive.all_files()
    yield from archive.footer()


class _Export:
    """Numbers people, uploads and links as they are met; a run counts from its place."""

    def __init__(self, project: Project, now: datetime) -> None:
        self._project = project
        self._now = now
        self._people: dict[tuple[str, str], int] = {}
        self._files: dict[str, tuple[said.File, str]] = {}
        self._uploads: dict[int, int] = {}
        self._links: dict[int, int] = {}
        self._runs: dict[int, int] = {}
        self._prompts = {pk: key for key, pk in enumerate(self._library().values_list("pk", flat=True))}

    def members(self) -> Iterator[Stored]:
        """The pictures, each once."""
        for file, key in self._files.values():
            if not file.is_missing:
                yield Stored(file_name(file.sha256, file.mime_type), key, file.size_bytes)

    def document(self) -> Iterator[bytes]:
        """`project.json`, never in memory as a whole."""
        encode = msgspec.json.Encoder().encode
        head = {
            "format": said.FORMAT,
            "version": said.VERSION,
            "note": said.NOTE,
            "exported_at": self._now,
            "project": said.Described(name=self._project.name, time_zone=self._project.time_zone),
        }
        yield encode(head)[:-1]
        for name, rows in (
            ("uploads", self._all_uploads()),
            ("links", self._all_links()),
            ("runs", self._all_runs()),
            ("prompts", self._all_prompts()),  # whose references are uploads and frames
            # Last: who and what these are is known when all else was said.
            ("people", self._all_people()),
            ("files", self._all_files()),
        ):
            yield b',"%s":[' % name.encode()
            for place, row in enumerate(rows):
                yield (b"," if place else b"") + encode(row)
            yield b"]"
        yield b"}"

    # ── What is in it ──────────────────────────────────────────────────────────────────────────────

    def _all_uploads(self) -> Iterator[said.Uploaded]:
        rows = Upload.objects.filter(project=self._project).select_related("person").order_by("pk")
        for key, upload in enumerate(rows.iterator(chunk_size=_CHUNK)):
            self._uploads[upload.pk] = key
            yield said.Uploaded(
                key=key,
                person=self._person(upload.person),
                name=upload.name,
                file=self._file(upload),
                created_at=upload.created_at,
            )

    def _all_links(self) -> Iterator[said.Linked]:
        rows = Link.objects.filter(project=self._project).select_related("person").order_by("pk")
        for key, link in enumerate(rows.iterator(chunk_size=_CHUNK)):
            self._links[link.pk] = key
            facts = {name: getattr(link, name) for name in ("url", "mime_type", "size_bytes", "width", "height")}
            yield said.Linked(key=key, person=self._person(link.person), created_at=link.created_at, **facts)

    def _all_prompts(self) -> Iterator[said.Kept]:
        """Those that are in use."""
        versions = PromptVersion.objects.select_related("person", "restores")
        rows = self._library().select_related("person").prefetch_related(Prefetch("versions", versions))
        for prompt in rows.iterator(chunk_size=_CHUNK):
            yield kept(prompt, self._person, self._reference)

    def _library(self) -> QuerySet[Prompt]:
        return Prompt.objects.filter(project=self._project, archived_at=None, current__isnull=False).order_by("pk")

    def _all_runs(self) -> Iterator[said.Asked]:
        ended = Generation.objects.living().filter(status__in=FINAL).order_by("variation")
        rows = (
            Run.objects.filter(project=self._project)
            .select_related("person", "continues__run", "prompt_version")
            .prefetch_related(
                Prefetch("generations", with_talk(ended).prefetch_related("outputs")),
                Prefetch("inputs", Input.objects.select_related("upload", "link", "output__generation__run")),
            )
            .order_by("number")
        )
        for run in rows.iterator(chunk_size=_CHUNK):
            generations = list(run.generations.all())
            if generations:
                self._runs[run.pk] = len(self._runs)
                yield self._run(run, generations)

    def _all_people(self) -> Iterator[said.Person]:
        yield from (said.Person(name=name, email=email) for name, email in self._people)

    def _all_files(self) -> Iterator[said.File]:
        yield from (file for file, _key in self._files.values())

    def _run(self, run: Run, generations: list[Generation]) -> said.Asked:
        history = generations[0].imported or {}
        facts = ("prompt", "system_prompt", "size", "ratio", "thinking_level", "web_search", "text_answer")
        return said.Asked(
            key=self._runs[run.pk],
            number=int(history.get("number", run.number)),
            person=self._person(run.person, history),
            model=run.model_key,
            continues=self._frame(run.continues),
            version=self._version(run.prompt_version),
            variations=run.variations,
            price_micros=run.price_micros,
            created_at=run.created_at,
            inputs=[self._source(row) for row in run.inputs.all()],
            generations=[self._generation(generation) for generation in generations],
            **{name: getattr(run, name) for name in facts},
        )

    def _generation(self, generation: Generation) -> said.Made:
        history = generation.imported or {}
        facts = ("variation", "status", "outcome", "reason", "detail", "model_text", "price_micros")
        return said.Made(
            charge=str(history.get("charge", generation.charge)),
            cost_micros=int(history.get("cost_micros", generation.cost_micros)),
            created_at=generation.created_at,
            sent_at=generation.sent_at,
            finished_at=generation.finished_at,
            outputs=[
                said.Picture(role=output.role, position=output.position, file=self._file(output))
                for output in sorted(generation.outputs.all(), key=lambda output: output.position)
            ],
            **{name: getattr(generation, name) for name in facts},
            **talk_of(generation, self._person),
        )

    def _source(self, row: Input) -> said.Source:
        """What is not in the export, since it is in the trash or in another project, leaves its place empty."""
        if row.link_id is not None:
            return said.Source(link=self._links.get(row.link_id))
        source = said.Source(upload=self._uploads.get(row.upload_id) if row.upload_id is not None else None)
        if row.output is not None and (frame := self._frame(row.output.generation)) is not None:
            source.output, source.output_position = frame, row.output.position
        return source

    def _version(self, version: PromptVersion | None) -> said.Used | None:
        if version is None or version.prompt_id not in self._prompts:
            return None
        return said.Used(prompt=self._prompts[version.prompt_id], number=version.number)

    def _reference(self, picture: Upload | Output) -> said.Source:
        if isinstance(picture, Upload):
            return said.Source(upload=self._uploads.get(picture.pk))
        return said.Source(output=self._frame(picture.generation), output_position=picture.position)

    def _frame(self, generation: Generation | None) -> said.Frame | None:
        if generation is None or generation.is_trashed or generation.run_id not in self._runs:
            return None
        return said.Frame(run=self._runs[generation.run_id], variation=generation.variation)

    def _person(self, person: User, history: dict[str, object] | None = None) -> int:
        """As a name and an address, and no more. Of what was imported: who made it there."""
        known = history or {}
        key = (str(known.get("name", person.display_name)), str(known.get("email", person.email)))
        return self._people.setdefault(key, len(self._people))

    def _file(self, row: Output | Upload) -> str:
        """An upload comes along as the copy that others get to see: its original is its maker's alone."""
        kept = row.sent
        if kept.sha256 not in self._files:
            file = said.File(
                sha256=kept.sha256,
                mime_type=kept.mime_type,
                size_bytes=kept.size_bytes,
                width=row.width,
                height=row.height,
                is_missing=not _is_whole(kept),
            )
            self._files[kept.sha256] = (file, kept.key)
        return kept.sha256


def _is_whole(kept: Object) -> bool:
    try:
        return objects.size_of(kept.key) == kept.size_bytes
    except FileNotFoundError:
        return False


def written(pieces: Iterable[bytes], path: Path) -> int:
    """The whole file at that path; its bytes. What was begun and failed is removed."""
    try:
        with path.open("xb") as file:
            return sum(file.write(piece) for piece in pieces)
    except FileExistsError:
        raise
    except BaseException:
        path.unlink(missing_ok=True)
        raise
