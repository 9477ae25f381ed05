"""Frames as the contact sheet shows them: one generation each, in any state, with the words that belong to it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..forms.conversation import frames_to_continue
from ..forms.tray import reference
from ..forms.words import bytes_in_words
from ..gallery.marks import Marks, marks_of
from ..history import Typical, TypicalTimes
from ..models import Attempt, Generation, Input, Output, Picture, Run, Status, User
from ..money import dollars
from ..provider.catalogue import nearest_of_all, nearest_ratio
from ..provider.outcome import Charge
from ..templatetags.pictures import thumbnail
from .again import Again, Price
from .compared import ratio_class
from .endings import Ending, ending_of, timeout_of
from .line import Line, stamp_of
from .waits import Wait

ALT_CHARACTERS_MAX: Final = 120
_WIDE: Final = 1.7
SIZES: Final = "auto, (max-width: 760px) 48vw, (max-width: 64rem) 24vw, 18vw"
SIZES_WIDE: Final = "auto, (max-width: 480px) 95vw, (max-width: 64rem) 48vw, 36vw"
"""How wide a frame is drawn, for browsers that choose a thumbnail before they have measured it: `feed.css`."""
_SHOWN: Final = (Output.Role.PRIMARY, Output.Role.VARIANT)
_COSTLESS: Final = (Charge.NONE, Charge.RELEASED)
_LATE_SHARE: Final = 96
"""Where the bar stops when a picture takes longer than is typical: it must not look finished."""


@dataclass
class Frame:
    """One generation on the contact sheet.

    While it waits `place` is its place in the queue, counted from 1, and `wait` what else keeps it from being sent.
    `can_continue` says that its conversation may go on; only a frame alone is asked for it. `marks` are as the person
    sees them who looks, if anybody does.
    """

    generation: Generation
    times: TypicalTimes
    now: datetime
    place: int | None = None
    wait: Wait | None = None
    can_continue: bool = False
    again: Again | None = None
    marks: Marks | None = None
    blank_ratio: str = ""  # to stand in without a picture, where its own would not do

    # ── Who it is ──────────────────────────────────────────────────────────────────────────────────

    @property
    def run(self) -> Run:
        return self.generation.run

    @property
    def number(self) -> str:
        return self.generation.frame_number

    @property
    def element_id(self) -> str:
        return f"f-{self.number}"

    @property
    def stamp(self) -> str:
        return stamp_of(self.generation, self.place, self.wait)

    @property
    def alt(self) -> str:
        return self.run.prompt[:ALT_CHARACTERS_MAX]

    # ── What state it is in ────────────────────────────────────────────────────────────────────────

    @property
    def is_queued(self) -> bool:
        return self.generation.status == Status.QUEUED

    @property
    def is_sending(self) -> bool:
        return self.generation.status == Status.SENDING

    @property
    def is_answering(self) -> bool:
        return self.generation.status == Status.ANSWERING

    @property
    def is_saving(self) -> bool:
        return self.generation.status == Status.SAVING

    @property
    def is_undelivered(self) -> bool:
        """Charged and made, but the picture is not here yet."""
        return self.generation.status == Status.SUCCEEDED and not self.pictures and not self.is_purged

    @property
    def is_dead(self) -> bool:
        """Over, and there will be no picture."""
        return self.is_final and not self.pictures and not self.is_undelivered and not self.is_purged

    @property
    def is_purged(self) -> bool:
        """Its pictures were deleted out of the trash."""
        return self.generation.purged_at is not None

    @property
    def is_final(self) -> bool:
        return self.generation.is_final

    # ── While it waits and runs ────────────────────────────────────────────────────────────────────

    @property
    def line(self) -> str:
        """Why it waits, or where it stands in the queue."""
        if self.wait:
            return self.wait.sentence
        if not self.place:
            return _("In line")
        if self.place == 1:
            return _("Next in line")
        return _("%(ordinal)s in line") % {"ordinal": _ordinal(self.place)}

    @property
    def load(self) -> str:
        """What is being sent: `3 images, 2.1 MB` or `Prompt only, 2 KB`."""
        attempts = self.attempts
        size_bytes = attempts[-1].request_bytes if attempts else 0
        count = len(self.inputs)
        facts = {"count": count, "size": bytes_in_words(size_bytes)}
        if self.run.continues_id:
            return _("The conversation, %(size)s") % facts
        if not count:
            return _("Prompt only, %(size)s") % facts
        return ngettext("%(count)d image, %(size)s", "%(count)d images, %(size)s", count) % facts

    @property
    def typical(self) -> Typical:
        """How long such a picture takes. Asked of the history only while one is waited for."""
        return self.times.of(self.run.model, self.run.size)

    @property
    def elapsed_seconds(self) -> int:
        return self.generation.seconds_since_sent(self.now)

    @property
    def is_late(self) -> bool:
        return self.elapsed_seconds > self.typical.seconds

    @property
    def share(self) -> int:
        """Of the typical time, in percent."""
        return min(_LATE_SHARE, 100 * self.elapsed_seconds // self.typical.seconds)

    # ── What came of it ────────────────────────────────────────────────────────────────────────────

    @cached_property
    def inputs(self) -> list[Input]:
        return list(self.run.inputs.all())

    @cached_property
    def attempts(self) -> list[Attempt]:
        return list(self.generation.attempts.all())

    @cached_property
    def pictures(self) -> list[Output]:
        """The frame's own picture, then further ones the model made in the same answer; no drafts."""
        shown = [output for output in self.generation.outputs.all() if output.role in _SHOWN and not self.is_purged]
        return sorted(shown, key=lambda output: (output.role != Output.Role.PRIMARY, output.position))

    @property
    def picture(self) -> Output | None:
        return self.pictures[0] if self.pictures else None

    @property
    def reference(self) -> str:
        """What the tray calls its picture."""
        return reference(self.pictures[0]) if self.pictures else ""

    @property
    def further_count(self) -> int:
        return max(0, len(self.pictures) - 1)

    @cached_property
    def ending(self) -> Ending:
        return ending_of(self.generation, self.attempts, timeout_seconds=timeout_of(self.run))

    @property
    def price_again(self) -> Price:
        """What the same costs now, whatever it cost then."""
        assert self.again, "a frame of a page"
        return self.again.price(self.run)

    @property
    def announcement(self) -> str:
        """For those who cannot see the frame change: `418B finished, $0.09 charged.`"""
        return _("%(frame)s %(end)s, %(cost)s.") % {"frame": self.number, "end": self._end, "cost": self._cost}

    @property
    def _end(self) -> str:
        if self.generation.status == Status.SUCCEEDED:
            return _("finished")
        return self.ending.title.lower()

    @property
    def _cost(self) -> str:
        if self.generation.charge in _COSTLESS:
            return _("nothing was charged")
        return sums_in_words([self.generation])

    # ── How it is drawn ────────────────────────────────────────────────────────────────────────────

    @property
    def ratio(self) -> str:
        """The ratio it is expected to have; following its source, the last input's or the conversation's last."""
        last = self._source
        if self.run.ratio or last is None:
            return self.run.ratio or "1:1"
        # An address that only the provider can open has no format that we know of.
        return nearest_ratio(self.run.model, last.width, last.height) if last.width else "1:1"

    @property
    def _source(self) -> Picture | None:
        if self.inputs:
            return self.inputs[-1].picture
        earlier = self.run.continues.outputs.all() if self.run.continues else ()
        said = [output for output in earlier if output.role != Output.Role.THOUGHT]
        return max(said, key=lambda output: output.position, default=None)

    @property
    def shape(self) -> str:
        """Of its picture as it came."""
        return ratio_class(self.pictures[0]) if self.pictures else self.ratio_class

    @property
    def before(self) -> str:
        """Where to see what it was made from; empty where there is nothing to see."""
        return thumbnail(self.inputs[-1].picture) if self.inputs and self.inputs[-1].is_there else ""

    @property
    def ratio_class(self) -> str:
        return f"ar-{(self.blank_ratio or self.ratio).replace(':', 'x')}"

    @property
    def hung_ratio(self) -> str:
        """The ratio nearest to its picture's own, for a row of frames of one height."""
        if self.picture is None:
            return self.blank_ratio or self.ratio
        return "9:16" if self.is_tall else nearest_of_all(self.picture.width, self.picture.height)

    @property
    def is_tall(self) -> bool:
        """Too tall to be shown at the width of a frame; it stands in a frame of 9:16 instead, whole."""
        picture = self.picture
        return picture is not None and picture.height > 2 * picture.width

    @property
    def sizes(self) -> str:
        return SIZES_WIDE if self.width_over_height > _WIDE else SIZES

    @property
    def width_over_height(self) -> float:
        across, down = (int(side) for side in self.ratio.split(":"))
        return across / down


def frames_of(
    generations: Sequence[Generation],
    *,
    now: datetime,
    times: TypicalTimes,
    line: Line,
    person: User | None = None,
) -> list[Frame]:
    """Frames with all they show to this person, in a fixed number of queries. Their runs must be there already."""
    prefetch_related_objects(
        generations,
        "outputs",
        Prefetch("run__inputs", Input.objects.select_related("upload", "output__generation", "link")),
        "run__continues__outputs",
    )
    undelivered = [each for each in generations if each.status != Status.SUCCEEDED or not each.outputs.all()]
    attempts = Attempt.objects.only("generation_id", "number", "http_status", "request_bytes")
    prefetch_related_objects(undelivered, Prefetch("attempts", attempts))
    over = (generation for generation in generations if generation.is_final and generation.status != Status.SUCCEEDED)
    marks = marks_of(generations, person) if person else {}
    again = Again((generation.run for generation in over), now)
    return [
        Frame(
            generation,
            times=times,
            now=now,
            place=line.place(generation),
            wait=line.wait(generation),
            again=again,
            marks=marks.get(generation.pk),
        )
        for generation in generations
    ]


def frame_of(generation: Generation, person: User, now: datetime | None = None) -> Frame:
    """One alone, as it is now and as this person sees it."""
    now = now or timezone.now()
    line = Line.of([generation], now)
    frame = frames_of([generation], now=now, times=TypicalTimes(), line=line, person=person)[0]
    frame.can_continue = generation.pk in frames_to_continue([generation])
    return frame


def sums_in_words(generations: Iterable[Generation]) -> str:
    """`$0.27 charged, $0.09 presumed`: what some frames cost together, by how sure that is."""
    words = {
        Charge.CHARGED: _("%(sum)s charged"),
        Charge.PRESUMED: _("%(sum)s presumed"),
        Charge.HELD: _("%(sum)s held"),
        Charge.REIMBURSED: _("%(sum)s reimbursed"),
    }
    sums = dict.fromkeys(words, 0)
    for generation in generations:
        if generation.charge in sums:
            sums[Charge(generation.charge)] += generation.cost_micros
    said = [words[charge] % {"sum": dollars(amount)} for charge, amount in sums.items() if amount]
    return ", ".join(said) or _("not charged")


def _ordinal(number: int) -> str:
    """`2nd`, `3rd`, `11th`, `21st`; the plain number in languages that have no such endings."""
    if get_language() not in {"en", None}:
        return str(number)
    last = 0 if number % 100 in {11, 12, 13} else number % 10
    ending = {1: "st", 2: "nd", 3: "rd"}.get(last, "th")
    return f"{number}{ending}"
