"""An export becomes a project of this studio: new ids, new numbers, and no entry in any ledger.

Pictures first, each seen through; then all rows in one transaction. Whatever fails on the way, nothing is left of it.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.db import transaction
from django.db.models import Model

from ..models import (
    Attempt,
    Generation,
    Input,
    Instance,
    Link,
    Membership,
    Output,
    Project,
    Role,
    Run,
    Upload,
    User,
)
from ..provider.outcome import Charge
from ..question import question_hash
from ..storage import keys
from . import document as said
from .keep import Keeper
from .parcel import opened
from .prompts import bring_in_prompt
from .talk import Talk

_CHUNK = 500


def bring_in(path: Path, *, owner: User) -> Project:
    """The new project, whose only member is `owner`. Raises `Refused`, or what the storage or the database raises.

    Who made something is found by their address among the people of this studio; else it is the owner's here, and the
    name it came with is kept beside it.
    """
    with opened(path) as parcel:
        keeper = Keeper(parcel)
        try:
            for file in parcel.document.files:
                if not file.is_missing:
                    keeper.keep(file)
            with transaction.atomic():
                return _Rows(parcel.document, owner, keeper.colours).project()
        except BaseException:
            keeper.undo()
            raise


class _Rows:
    """Writes the rows in the order in which they name each other. What is made is found again by its key."""

    def __init__(self, document: said.Document, owner: User, colours: Mapping[str, str]) -> None:
        self._said = document
        self._owner = owner
        self._colours = colours
        self._files = {file.sha256: file for file in document.files}
        self._people = [self._person(each) for each in document.people]

    def project(self) -> Project:
        described = self._said.project
        project = Project.objects.create(name=described.name or "?", time_zone=described.time_zone)
        Membership.objects.create(project=project, person=self._owner, role=Role.OWNER)
        self._project = project
        self._uploads = self._all_uploads()
        self._links = self._all_links()
        self._runs = self._all_runs()
        self._generations = self._all_generations()
        self._outputs = self._all_outputs()
        self._all_inputs()
        self._all_talk()
        self._all_prompts()
        self._go_on()
        return project

    def _person(self, person: said.Person) -> User:
        known = User.objects.filter(email__iexact=person.email, is_active=True) if person.email else User.objects.none()
        return known.order_by("pk").first() or self._owner

    # ── One noun after the other ───────────────────────────────────────────────────────────────────

    def _all_uploads(self) -> dict[int, Upload]:
        """Two people of the export may be one here: the same bytes are then one upload."""
        made: dict[int, Upload] = {}
        by_content: dict[tuple[int, str], Upload] = {}
        for each in self._said.uploads:
            person = self._people[each.person]
            if (known := by_content.get((person.pk, each.file))) is None:
                facts = self._stored(each.file)
                known = Upload.objects.create(project=self._project, person=person, name=each.name, **facts)
                _at(known, each.created_at)
                by_content[person.pk, each.file] = known
            made[each.key] = known
        return made

    def _all_links(self) -> dict[int, Link]:
        made: dict[int, Link] = {}
        for each in self._said.links:
            facts = {name: getattr(each, name) for name in ("mime_type", "size_bytes", "width", "height")}
            link, is_new = Link.objects.get_or_create(
                project=self._project, person=self._people[each.person], url=each.url, defaults=facts
            )
            if is_new:
                _at(link, each.created_at)
            made[each.key] = link
        return made

    def _all_talk(self) -> None:
        rows = [
            (self._generations[run.key, made.variation], made) for run in self._said.runs for made in run.generations
        ]
        named = enumerate(zip(self._said.people, self._people, strict=True))
        strangers = {key: said.name for key, (said, here) in named if said.email.casefold() != here.email.casefold()}
        Talk(self._project, self._people, strangers).write(rows)

    def _all_prompts(self) -> None:
        versions = [
            bring_in_prompt(each, project=self._project, people=self._people, picture=self._reference)
            for each in self._said.prompts
        ]
        using = []
        for each in self._said.runs:
            if each.version is not None:
                run = self._runs[each.key]
                run.prompt_version = versions[each.version.prompt][each.version.number]
                using.append(run)
        Run.objects.bulk_update(using, ["prompt_version"], batch_size=_CHUNK)

    def _reference(self, source: said.Source) -> Upload | Output:
        if source.upload is not None:
            return self._uploads[source.upload]
        assert source.output is not None, "seen through when the parcel was opened"
        return self._outputs[source.output.run, source.output.variation, source.output_position]

    def _all_runs(self) -> dict[int, Run]:
        first = Instance.next_run_numbers(len(self._said.runs))
        facts = ("prompt", "system_prompt", "size", "ratio", "thinking_level", "web_search", "text_answer")
        more = ("variations", "price_micros", "created_at")
        runs = [
            Run(
                number=first + place,
                project=self._project,
                person=self._people[each.person],
                model_key=each.model,
                form_token=uuid4(),
                form_hash="",
                **{name: getattr(each, name) for name in (*facts, *more)},
            )
            for place, each in enumerate(self._said.runs)
        ]
        made = Run.objects.bulk_create(runs, batch_size=_CHUNK)
        return {each.key: run for each, run in zip(self._said.runs, made, strict=True)}

    def _all_generations(self) -> dict[tuple[int, int], Generation]:
        facts = ("variation", "status", "outcome", "reason", "detail", "model_text", "price_micros")
        times = ("created_at", "sent_at", "finished_at")
        rows = [(run, made) for run in self._said.runs for made in run.generations]
        generations = [
            Generation(
                run=self._runs[run.key],
                project=self._project,
                person=self._runs[run.key].person,
                charge=Charge.NONE,  # in this studio, whose ledger is all that it goes by
                imported=self._history(run, made),
                **{name: getattr(made, name) for name in (*facts, *times)},
            )
            for run, made in rows
        ]
        created = Generation.objects.bulk_create(generations, batch_size=_CHUNK)
        return {(run.key, made.variation): each for (run, made), each in zip(rows, created, strict=True)}

    def _history(self, run: said.Asked, made: said.Made) -> dict[str, object]:
        person = self._said.people[run.person]
        return {
            "project": self._said.project.name,
            "number": run.number,
            "name": person.name,
            "email": person.email,
            "charge": made.charge,
            "cost_micros": made.cost_micros,
        }

    def _all_outputs(self) -> dict[tuple[int, int, int], Output]:
        rows = [
            (self._generations[run.key, made.variation], run, made)
            for run in self._said.runs
            for made in run.generations
            if made.outputs
        ]
        attempts = Attempt.objects.bulk_create([self._attempt(each, made) for each, _, made in rows], batch_size=_CHUNK)
        keys_, outputs = [], []
        for (generation, run, made), attempt in zip(rows, attempts, strict=True):
            for picture in made.outputs:
                facts = self._stored(picture.file)
                place = {"role": picture.role, "position": picture.position}
                outputs.append(Output(generation=generation, attempt=attempt, **place, **facts))
                keys_.append((run.key, made.variation, picture.position))
        return dict(zip(keys_, Output.objects.bulk_create(outputs, batch_size=_CHUNK), strict=True))

    @staticmethod
    def _attempt(generation: Generation, made: said.Made) -> Attempt:
        """The call that it came of. It was not this studio's, so it has no charge and no id of the provider's."""
        began = made.sent_at or made.created_at
        return Attempt(
            generation=generation,
            number=1,
            price_micros=made.price_micros,
            charge=Charge.NONE,
            outcome=made.outcome,
            started_at=began,
            sent_at=made.sent_at,
            answered_at=made.finished_at or began,
            finished_at=made.finished_at or began,
        )

    def _all_inputs(self) -> None:
        inputs = []
        for run in self._said.runs:
            mine = self._runs[run.key]
            rows = [
                Input(run=mine, position=position, **self._pictures(source))
                for position, source in enumerate(run.inputs, start=1)
                if (source.upload, source.link, source.output) != (None, None, None)
            ]
            mine.question_hash = question_hash(mine.prompt, mine.system_prompt, [row.picture for row in rows])
            inputs += rows
        Input.objects.bulk_create(inputs, batch_size=_CHUNK)
        Run.objects.bulk_update(self._runs.values(), ["question_hash"], batch_size=_CHUNK)

    def _pictures(self, source: said.Source) -> dict[str, Upload | Link | Output]:
        """As columns of an input."""
        pictures: dict[str, Upload | Link | Output] = {}
        if source.upload is not None:
            pictures["upload"] = self._uploads[source.upload]
        if source.link is not None:
            pictures["link"] = self._links[source.link]
        if source.output is not None:
            place = (source.output.run, source.output.variation, source.output_position)
            pictures["output"] = self._outputs[place]
        return pictures

    def _go_on(self) -> None:
        """Conversations: a run goes on from a frame that is there by now."""
        going_on = []
        for each in self._said.runs:
            if each.continues is not None:
                run = self._runs[each.key]
                run.continues = self._generations[each.continues.run, each.continues.variation]
                going_on.append(run)
        Run.objects.bulk_update(going_on, ["continues"], batch_size=_CHUNK)

    def _stored(self, sha256: str) -> dict[str, object]:
        """What a row says of its picture. One that its studio had lost is missing here as well, and is called so."""
        file = self._files[sha256]
        facts = {name: getattr(file, name) for name in ("sha256", "mime_type", "size_bytes", "width", "height")}
        return {
            **facts,
            "key": keys.picture_key(sha256, file.mime_type),
            "thumbnail_key": keys.thumbnail_key(sha256),
            "colour": self._colours.get(sha256),
        }


def _at(row: Model, moment: datetime) -> None:
    """When it was made, where it was made: a row's own field knows only now."""
    type(row)._default_manager.filter(pk=row.pk).update(created_at=moment)
