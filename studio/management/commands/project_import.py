"""`manage.py project_import FILE.zip --owner ADDRESS`: a project of another studio becomes one of this."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...models import User
from ...transfer.bring_in import bring_in
from ...transfer.parcel import Refused


class Command(BaseCommand):
    help = "Bring in an exported project as a new one. All of it or nothing; costs are history, and nothing is booked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--owner", required=True, help="the address or user name of whose project it will be")

    def handle(self, *args: Any, file: Path, owner: str, **options: Any) -> None:
        person = User.objects.filter(email__iexact=owner).first() or User.objects.filter(username=owner).first()
        if person is None:
            raise CommandError(f"Nobody here is called {owner}.")
        try:
            project = bring_in(file, owner=person)
        except Refused as refusal:
            raise CommandError(f"Nothing was brought in. {refusal}") from refusal
        except OSError as error:
            raise CommandError(f"Nothing was brought in. {error}") from error
        self.stdout.write(f"{project.name} is at {project.get_absolute_url()}, of {person.display_name} alone.")
        self.stdout.write("What things cost is history: nothing was booked here.")
