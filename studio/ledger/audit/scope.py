"""What an audit looks at: all of the books, or those of one person, or what was written since a day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from ...models import Account, Attempt, Generation, LedgerEntry, Output, User


class Interrupted(Exception):
    """Whoever asked does not wait for the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """`since` leaves out what was written before; `person` what is another's. `fast` reads no picture.

    `is_unwanted` is asked again and again: a worker that is told to stop must not wait until all pictures are read.
    """

    since: datetime | None = None
    person: User | None = None
    fast: bool = False
    now: datetime = field(default_factory=timezone.now)
    is_unwanted: Callable[[], bool] = lambda: False

    def go_on(self) -> None:
        """Raises `Interrupted` when nobody wants to know any more. Whatever takes long calls it every little while."""
        if self.is_unwanted():
            raise Interrupted

    def accounts(self) -> QuerySet[Account]:
        """All of them, also when only some entries are looked at: every chain has its end checked."""
        accounts = Account.objects.select_related("person").order_by("pk")
        return accounts.filter(person=self.person) if self.person else accounts

    def entries(self) -> QuerySet[LedgerEntry]:
        """In the order of the ledger, with what their names are made of."""
        entries = LedgerEntry.objects.select_related("account__person").order_by("account", "sequence")
        if self.person:
            entries = entries.filter(account__person=self.person)
        return entries.filter(recorded_at__gte=self.since) if self.since else entries

    def generations(self) -> QuerySet[Generation]:
        generations = Generation.objects.select_related("run").order_by("pk")
        if self.person:
            generations = generations.filter(person=self.person)
        return generations.filter(created_at__gte=self.since) if self.since else generations

    def attempts(self) -> QuerySet[Attempt]:
        """Without what was sent and what came back, which is most of their weight."""
        attempts = Attempt.objects.select_related("generation__run").defer("request_document", "evidence", "usage")
        if self.person:
            attempts = attempts.filter(generation__person=self.person)
        return attempts.filter(started_at__gte=self.since) if self.since else attempts

    def outputs(self) -> QuerySet[Output]:
        outputs = Output.objects.select_related("generation__run")
        if self.person:
            outputs = outputs.filter(generation__person=self.person)
        return outputs.filter(created_at__gte=self.since) if self.since else outputs
