"""`manage.py sandbox`: the stand-in for the gateway, with the options of `python -m studio.sandbox`."""

from argparse import Namespace
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from studio.sandbox.options import add_arguments, from_arguments
from studio.sandbox.serve import serve


class Command(BaseCommand):
    help = "Run the sandbox provider: a free stand-in for the paid gateway."
    # It asks nothing of the studio, so nothing of the studio needs to be in order.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)

    def handle(self, *_arguments: object, **options: Any) -> None:
        serve(from_arguments(Namespace(**options)))
