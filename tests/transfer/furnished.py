"""A project with one of everything that an export carries, its pictures real ones."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from django.utils import timezone

from studio.gallery.marks import pick, rate, tag
from studio.library.keep import Draft, restore, rewrite
from studio.library.wording import Blank, Wording
from studio.models import Generation, Input, Link, ModelTurn, Output, Project, Prompt, Upload
from studio.provider.outcome import Outcome
from studio.storage import keys
from studio.storage.uploads import keep_picture
from studio.talk.comments import reword, say, take_back
from studio.talk.verdicts import decide
from studio.transfer.export import exported, written
from studio.trash.move import to_trash
from tests.library.kept import make_prompt
from tests.people import Cast
from tests.runs import make_run
from tests.storage.samples import picture
from tests.stored import delivered, keep
from tests.views.booked import end


def furnish(cast: Cast) -> Project:
    """Runs with inputs of each kind, a conversation, a refusal, a draft, a prompt, and things that stay behind."""
    upload = keep_picture(io.BytesIO(picture("JPEG", (80, 60))), name="boat.jpg", project=cast.project, person=cast.bob)
    link = Link.objects.create(
        project=cast.project, person=cast.alice, url="https://example.com/a.png", mime_type="image/png"
    )
    prompt = make_prompt(cast.alice, cast.project, title="Boats", wording=Wording("A {{colour}} boat"))
    first, second = _delivered(cast, variations=2, prompt="A red boat", prompt_version=prompt.current)
    _talk(first, cast)
    _rewrite(prompt, cast, [upload, first.outputs.get()])
    (made,) = _delivered(cast, prompt="The same, 蓝色")
    for position, source in enumerate(({"upload": upload}, {"link": link}, {"output": first.outputs.get()}), start=1):
        Input.objects.create(run=made.run, position=position, **source)
    _draft(made)
    _delivered(cast, prompt="And at night", continues=second)
    end(make_run(cast.alice, cast.project, prompt="A famous mouse").generations.get(), Outcome.REFUSED_PROMPT)
    make_run(cast.bob, cast.project, prompt="Still waiting")
    (hidden,) = _delivered(cast, prompt="In the trash")
    to_trash(Generation.objects.filter(pk=hidden.pk), by=cast.bob, now=timezone.now())
    assert not ModelTurn.objects.exists()
    return cast.project


def _talk(frame: Generation, cast: Cast) -> None:
    now = timezone.now()
    say(frame, "Too dark", person=cast.alice, now=now)
    reword(say(frame, "Lovly", person=cast.bob, now=now), "Lovely", now=now)
    take_back(say(frame, "Never mind", person=cast.alice, now=now), by=cast.bob, now=now)
    decide(frame, is_approved=True, person=cast.alice, now=now)
    rate([frame], 4, by=cast.alice)
    pick([frame], is_picked=True, by=cast.bob)
    for name in ("Cover", "小船"):
        tag([frame], name, by=cast.bob)


def _rewrite(prompt: Prompt, cast: Cast, pictures: list[Upload | Output]) -> None:
    """A second version with all that one may have, and a third that brings the first back."""
    first, now = prompt.current, timezone.now()
    assert first
    wording = Wording("A {{colour}} boat at {{hour}}", (Blank("hour", ("dawn", "noon"), "noon"),))
    settings = {"model_key": "nb2", "size": "2K", "ratio": "source", "variations": 3, "thinking_level": "high"}
    draft = Draft(
        title="Boats", wording=wording, pictures=pictures, web_search=True, system_prompt="Be brief", **settings
    )
    rewrite(prompt, draft, base=1, person=cast.bob, now=now)
    prompt.refresh_from_db()
    restore(prompt, first, person=cast.alice, now=now)


def _delivered(cast: Cast, **facts: Any) -> list[Generation]:
    frames = delivered(cast.bob, cast.project, **facts)
    for frame in frames:
        _real(frame.outputs.get(), (40 + frame.pk, 30))
    return frames


def _draft(frame: Generation) -> None:
    first = frame.outputs.get()
    draft = Output(generation=frame, attempt=first.attempt, role=Output.Role.DRAFT, position=1)
    draft.mime_type = "image/png"
    _real(draft, (24, 18))


def _real(output: Output, size: tuple[int, int]) -> None:
    output.width, output.height = size
    keep(output, picture("PNG", size))


def export(project: Project, path: Path) -> Path:
    written(exported(project, now=timezone.now()), path)
    return path


def document_of(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        said: dict[str, Any] = json.loads(archive.read("project.json"))
    return said


def files_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "project.json"}


def objects_there(media: Path) -> set[str]:
    return {str(path.relative_to(media)) for path in media.rglob("*") if path.is_file()}


def all_keys() -> set[str]:
    """Every object that a row names, with the small ones."""
    named: set[str] = set()
    for row in (*Output.objects.all(), *Upload.objects.all()):
        named |= set(keys.keys_with(row.key, row.thumbnail_key))
    return named
