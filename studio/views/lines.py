"""Ledger entries as the lines of a statement: what people read for a time, a frame, an outcome and an amount."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..ledger.statement import StatementEntry
from ..models import ChargeQuestion, Generation, Kind, LedgerEntry, Output, Status
from ..models.generation import WITHOUT_PICTURE
from ..provider.outcome import Charge
from .reasons import reason_in_words

_TOGETHER = timedelta(minutes=1)
_ICONS = {
    Status.REFUSED: "shield-alert",
    Status.FAILED: "circle-slash",
    Status.UNKNOWN: "timer-off",
    Status.CANCELLED: "circle-x",
    Status.SUCCEEDED: "images",
}
_ICONS_OF_KINDS = {
    Kind.ALLOWANCE: "plus",
    Kind.CORRECTION: "pencil",
    Kind.REIMBURSEMENT: "undo-2",
}


@dataclass(slots=True)
class Line:
    """One line: an entry, or neighbours of one run that came to the same end within a minute. Newest entry first."""

    entries: list[StatementEntry]
    is_exact: bool  # every entry on its own, as it was booked
    is_linked: bool  # the person may still see the project
    pictures: dict[int, Output] = field(repr=False)  # by generation

    @property
    def newest(self) -> StatementEntry:
        return self.entries[0]

    @property
    def moment(self) -> datetime:
        return self.newest.effective_at

    @property
    def left_micros(self) -> int:
        return self.newest.left_micros

    @property
    def amount_micros(self) -> int:
        return sum(entry.shown_micros for entry in self.entries)

    @property
    def cost_micros(self) -> int:
        """What the chip says: no sign, the words tell the direction."""
        return abs(self.amount_micros)

    @property
    def charge(self) -> str:
        """Which of the five chips fits; empty for entries that are no cost."""
        return _charge_of(self.newest, is_exact=self.is_exact)

    @property
    def kind(self) -> str:
        """The word in place of a chip."""
        return self.newest.get_kind_display()

    @property
    def generation(self) -> Generation | None:
        """The first frame of the line."""
        return self.entries[-1].generation

    @property
    def picture(self) -> Output | None:
        if self.newest.kind in (Kind.CORRECTION, Kind.REIMBURSEMENT) or not self.is_linked:
            return None
        return self.pictures.get(self.generation.pk) if self.generation else None

    @property
    def icon(self) -> str:
        """In place of a picture."""
        kind = Kind(self.newest.kind)
        if kind in _ICONS_OF_KINDS:
            return _ICONS_OF_KINDS[kind]
        if self.charge == Charge.HELD or self.generation is None:
            return "hourglass"
        return _ICONS.get(Status(self.generation.status), "hourglass")

    @property
    def address(self) -> str:
        """The first frame; empty when there is none, or none this person may see."""
        return self.generation.get_absolute_url() if self.generation and self.is_linked else ""

    @property
    def title(self) -> str:
        """`418A`, `418B to 418D`, or what the entry is when no frame is meant."""
        if self.generation:
            return _frames([entry.generation for entry in reversed(self.entries) if entry.generation])
        if self.newest.kind == Kind.ALLOWANCE:
            return self._allowance_title
        return self.newest.note or self.kind

    @property
    def _allowance_title(self) -> str:
        if self.newest.recorded_by is None:
            return _("Allowance for %(month)s") % {"month": date_format(self.newest.month, "F")}
        return _("Allowance changed by %(name)s") % {"name": self.newest.recorded_by.display_name}

    @property
    def note(self) -> str:
        """The reason of a correction, and who gave it; of a charge for nothing, why there is no picture."""
        entry = self.newest
        if not self.generation:
            return ""
        if entry.kind == Kind.CHARGE:
            return self._why_for_nothing
        if not entry.note:
            return ""
        return f"{entry.note} ({entry.recorded_by.display_name})" if entry.recorded_by else entry.note

    @property
    def _why_for_nothing(self) -> str:
        """Empty where there are pictures, or several reasons: each frame has its own."""
        generations = [entry.generation for entry in self.entries if entry.generation]
        if any(generation.status not in WITHOUT_PICTURE for generation in generations):
            return ""
        first, *others = {reason_in_words(generation) for generation in generations}
        return "" if others else first

    @property
    def questions(self) -> list[ChargeQuestion]:
        """What the person asked about these charges, and what became of it."""
        return [entry.question for entry in self._by_frame if hasattr(entry, "question")]

    @property
    def questionable(self) -> list[StatementEntry]:
        """The charges that may still be asked about."""
        return [entry for entry in self._by_frame if _may_be_asked_about(entry)]

    @property
    def _by_frame(self) -> list[StatementEntry]:
        return sorted(self.entries, key=lambda entry: entry.generation.variation if entry.generation else 0)

    @property
    def model(self) -> str:
        """`Pro, 2K`."""
        run = self.generation.run if self.generation else None
        return f"{run.model.short_name}, {run.size}" if run else ""


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one day, newest first."""

    on: date
    lines: list[Line]
    is_continued: bool = False  # its heading stands already at the end of what was loaded before


def lines(entries: Sequence[StatementEntry], *, is_exact: bool, visible_projects: set[int]) -> list[Line]:
    """The entries as lines; neighbours are folded unless every entry is to be seen."""
    pictures = _pictures(entries)
    folded: list[Line] = []
    for entry in entries:
        if folded and not is_exact and _belongs_to(entry, folded[-1]):
            folded[-1].entries.append(entry)
        else:
            folded.append(Line([entry], is_exact, entry.project_id in visible_projects, pictures))
    return folded


def by_day(lines: Iterable[Line], *, continues: date | None = None) -> list[Day]:
    """The lines under their days. `continues` is the day of the last line the reader has already."""
    days: list[Day] = []
    for line in lines:
        on = day_of(line.moment)
        if not days or days[-1].on != on:
            days.append(Day(on, [], is_continued=not days and on == continues))
        days[-1].lines.append(line)
    return days


def day_of(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _pictures(entries: Iterable[LedgerEntry]) -> dict[int, Output]:
    generations = {entry.generation_id for entry in entries}
    primary = Output.objects.living().filter(generation__in=generations, role=Output.Role.PRIMARY)
    return {output.generation_id: output for output in primary}


def _belongs_to(entry: StatementEntry, line: Line) -> bool:
    newest = line.newest
    return (
        entry.generation is not None
        and newest.generation is not None
        and entry.kind in (Kind.HOLD, Kind.RELEASE, Kind.CHARGE)
        and entry.kind == newest.kind
        and entry.generation.run_id == newest.generation.run_id
        and _charge_of(entry, is_exact=False) == line.charge
        and newest.effective_at - entry.effective_at < _TOGETHER
    )


def _may_be_asked_about(entry: LedgerEntry) -> bool:
    """Once, and not when the money is back already."""
    is_back = entry.attempt is not None and entry.attempt.charge in (Charge.RELEASED, Charge.REIMBURSED)
    return entry.kind == Kind.CHARGE and not is_back and not hasattr(entry, "question")


def _charge_of(entry: LedgerEntry, *, is_exact: bool) -> str:
    if entry.kind == Kind.HOLD:
        return Charge.HELD
    if entry.kind == Kind.RELEASE:
        return "" if is_exact else Charge.NONE
    if entry.kind == Kind.REIMBURSEMENT:
        return Charge.REIMBURSED
    if entry.kind == Kind.CHARGE:
        is_settled = entry.attempt is not None and entry.attempt.charge == Charge.CHARGED
        return Charge.CHARGED if is_settled else _as_booked(entry)
    return ""


def _as_booked(entry: LedgerEntry) -> str:
    return Charge.PRESUMED if entry.certainty == "presumed" else Charge.CHARGED


def _frames(generations: Sequence[Generation]) -> str:
    numbers = sorted((generation.variation, generation.frame_number) for generation in generations)
    first, last = numbers[0], numbers[-1]
    if len(numbers) == 1:
        return first[1]
    if last[0] - first[0] == len(numbers) - 1:
        return _("%(first)s to %(last)s") % {"first": first[1], "last": last[1]}
    return ", ".join(number for _variation, number in numbers)
