"""`manage.py project_export PROJECT FILE.zip`: a whole project as one file."""

from pathlib import Path
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...jobs import clock
from ...models import Project
from ...transfer.export import exported, written


class Command(BaseCommand):
    help = "Write a project to a file: its pictures, prompts, runs, lineage and what they cost. Not what is trashed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("project", help="its id, as in its address, or its name")
        parser.add_argument("file", type=Path, help="a ZIP file that is not there yet")

    def handle(self, *args: Any, project: str, file: Path, **options: Any) -> None:
        found = _found(project)
        try:
            size_bytes = written(exported(found, now=clock.now()), file)
        except OSError as error:
            raise CommandError(f"{file} could not be written: {error.strerror or error}.") from error
        self.stdout.write(f"{found.name} is in {file}, {size_bytes / 1e6:.1f} MB.")


def _found(text: str) -> Project:
    try:
        matching = list(Project.objects.filter(public_id=UUID(text)))
    except ValueError:
        matching = list(Project.objects.filter(name=text)[:2])
    if len(matching) != 1:
        raise CommandError(f"There is {'no' if not matching else 'more than one'} project {text!r}. Name it by its id.")
    return matching[0]
