"""One frame with everything around it: its pictures, neighbours, lineage, money and evidence."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final as Constant

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ..forms.words import bytes_in_words
from ..gallery.marks import Marks, known_tags
from ..jobs.deliver import can_deliver_again
from ..models import (
    Attempt,
    Certainty,
    ChargeQuestion,
    GatewayKey,
    Generation,
    Kind,
    LedgerEntry,
    Link,
    Output,
    Picture,
    Run,
    User,
)
from ..models.gateway_key import LINKS
from ..models.generation import frame_number
from ..money import dollars
from ..provider.outcome import Charge
from ..provider.rules import FOLLOW_SOURCE
from ..provider.searched import Searched
from ..provider.way import Mode
from .compared import SLIDER
from .conversations import fallback_in_words
from .finals import Final, finals_of
from .frames import Frame, frame_of
from .lineage import Lineage
from .reasons import warning_in_words
from .timeline import Timeline, timeline_of
from .viewer import Viewer

_PAID: Constant = (Charge.CHARGED, Charge.PRESUMED)


@dataclass(frozen=True, slots=True)
class Booking:
    """One ledger line of the frame."""

    entry: LedgerEntry

    @property
    def amount(self) -> str:
        """`−$0.09`, `+$0.09`."""
        sign = "+" if self.entry.amount_micros > 0 else ""
        return sign + dollars(self.entry.amount_micros)

    @property
    def is_charge(self) -> bool:
        return self.entry.kind == Kind.CHARGE

    @property
    def price(self) -> str:
        """Of a charge: without a sign, the words say which way it goes."""
        return dollars(-self.entry.amount_micros)

    @property
    def question(self) -> ChargeQuestion | None:
        """What its person asked about it."""
        return getattr(self.entry, "question", None)

    @property
    def name(self) -> str:
        if self.entry.kind == Kind.CHARGE:
            return str(Certainty(self.entry.certainty).label)
        return self.entry.get_kind_display()


class Detail:
    """Nothing is asked of the database before the page shows it."""

    def __init__(
        self,
        generation: Generation,
        *,
        person: User,
        now: datetime,
        shown: int = 0,
        compared_with: str | None = None,
        way: str = SLIDER,
    ) -> None:
        self.generation = generation
        self.lineage = Lineage(generation)
        self._person = person
        self._now = now
        self._shown = shown
        self._compared_with = compared_with
        self._way = way

    @property
    def run(self) -> Run:
        return self.generation.run

    @property
    def when(self) -> str:
        """`today, 12:44`, `23 Nov 2026, 12:44`."""
        moment, today = timezone.localtime(self.generation.created_at), timezone.localtime(self._now)
        time = date_format(moment, "H:i")
        if moment.date() == today.date():
            return _("today, %(time)s") % {"time": time}
        return f"{date_format(moment, 'j M Y')}, {time}"

    @cached_property
    def frame(self) -> Frame:
        return frame_of(self.generation, self._person, self._now)

    @property
    def marks(self) -> Marks:
        return self.frame.marks or Marks()

    @property
    def known_tags(self) -> list[str]:
        return known_tags(self.generation.project)

    # ── Pictures ───────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def pictures(self) -> list[Output]:
        """The frame's own first, then further ones, then drafts and thoughts."""
        if self.frame.is_purged:
            return []
        rest = [output for output in self.generation.outputs.all() if output not in self.frame.pictures]
        return [*self.frame.pictures, *sorted(rest, key=lambda output: output.position)]

    @cached_property
    def viewer(self) -> Viewer:
        sources: list[Picture] = [row.picture for row in self.lineage.parents if row.is_there]
        if self.lineage.continued and self.lineage.continued.picture:
            sources.insert(0, self.lineage.continued.picture)
        return Viewer(
            self.pictures,
            inputs=sources,
            person=self._person,
            shown=self._shown,
            compared_with=self._compared_with,
            way=self._way,
        )

    @property
    def picture(self) -> Output | None:
        """The one in the viewer."""
        return self.viewer.picture

    @cached_property
    def finals(self) -> list[Final]:
        """The same in a larger size, where this is a draft."""
        return finals_of(self.generation, self._now) if self.viewer.is_result else []

    @property
    def expected_pixels(self) -> tuple[int, int] | None:
        """What was asked for; None where the source decides."""
        run = self.run
        if run.ratio == FOLLOW_SOURCE or run.ratio not in run.model.ratios or run.size not in run.model.sizes:
            return None
        return run.model.pixels(run.size, run.ratio)

    @property
    def is_as_expected(self) -> bool:
        picture, expected = self.picture, self.expected_pixels
        return picture is None or expected is None or (picture.width, picture.height) == expected

    @property
    def input_weight(self) -> str:
        """Of what was sent as bytes. An address weighs nothing."""
        sent = [row.picture.sent.size_bytes for row in self.frame.inputs if not isinstance(row.picture, Link)]
        return bytes_in_words(sum(sent)) if sent else _("by address")

    @property
    def origin(self) -> str:
        """Of what another studio made: who made it there, and at what cost."""
        known = self.generation.imported
        if not known:
            return ""
        facts = {
            "person": known["name"],
            "project": known["project"],
            "frame": frame_number(known["number"], self.generation.variation),
            "sum": dollars(known["cost_micros"]),
        }
        if known["charge"] in _PAID:
            made = _("%(person)s made it as %(frame)s in %(project)s, for %(sum)s.") % facts
            return f"{made} {_('That is history: nothing was charged here.')}"
        return _("%(person)s made it as %(frame)s in %(project)s, at no cost.") % facts

    # ── Neighbours, in the order of the feed ───────────────────────────────────────────────────────

    @cached_property
    def earlier(self) -> Generation | None:
        """The frame before this one: further left, or the last of the strip above."""
        same_run = self._siblings.filter(variation__lt=self.generation.variation).order_by("-variation").first()
        return same_run or self._others.filter(run__number__gt=self.run.number).order_by("run", "-variation").first()

    @cached_property
    def later(self) -> Generation | None:
        """The frame after this one: further right, or the first of the strip below."""
        same_run = self._siblings.filter(variation__gt=self.generation.variation).order_by("variation").first()
        return same_run or self._others.filter(run__number__lt=self.run.number).order_by("-run", "variation").first()

    @property
    def _siblings(self) -> QuerySet[Generation]:
        return Generation.objects.living().filter(run=self.run).select_related("run")

    @property
    def _others(self) -> QuerySet[Generation]:
        return Generation.objects.living().filter(project=self.generation.project).select_related("run")

    # ── Conversation ───────────────────────────────────────────────────────────────────────────────

    @property
    def fallback(self) -> str:
        return fallback_in_words(self.attempts)

    # ── Time, evidence, money ──────────────────────────────────────────────────────────────────────

    @cached_property
    def attempts(self) -> list[Attempt]:
        """With their evidence, in order. The frame's own list leaves the long documents out."""
        return list(Attempt.objects.filter(generation=self.generation).order_by("number"))

    @property
    def last_attempt(self) -> Attempt | None:
        return self.attempts[-1] if self.attempts else None

    @property
    def searched(self) -> Searched:
        """What Google asks to be shown of the searches behind the last answer, and the pages that were read."""
        return Searched.from_json(self.last_attempt.searched) if self.last_attempt else Searched()

    @property
    def earlier_attempts(self) -> Sequence[Attempt]:
        return self.attempts[:-1]

    @property
    def warning(self) -> str:
        """What to know of a picture that came, but not quite as it should have."""
        return warning_in_words(self.generation)

    @property
    def can_deliver_again(self) -> bool:
        """Whether what was paid for may still be had without another call."""
        return can_deliver_again(self.generation, self.last_attempt, self._now)

    @cached_property
    def timeline(self) -> Timeline:
        return timeline_of(self.generation, self.attempts)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What the provider and the studio wrote down about the last call, as it stands."""
        generation, attempt = self.generation, self.last_attempt
        if attempt is None:
            return []
        usage = attempt.usage or {}
        tokens = _("%(input)s in, %(output)s out") % {
            "input": f"{usage.get('prompt_tokens', 0):,}",
            "output": f"{usage.get('output_tokens', 0):,}",
        }
        facts = (
            (_("Outcome"), generation.outcome),
            (_("Reason"), generation.reason),
            (_("HTTP status"), str(attempt.http_status or "")),
            (_("Finish reason"), attempt.finish_reason),
            (_("Block reason"), attempt.block_reason),
            (_("Tokens"), tokens if usage else ""),
            (_("Request id"), attempt.request_id),
            (_("Response id"), attempt.response_id),
            (_("Our id"), str(attempt.pk)),
            *self._key_facts(attempt),
        )
        return [(name, value) for name, value in facts if value]

    def _key_facts(self, attempt: Attempt) -> list[tuple[str, str]]:
        """With which key it was asked, and how. For admins."""
        if not self._person.is_studio_admin:
            return []
        return [(_("Key"), attempt.key_name), (_("Way"), str(GatewayKey(mode=_mode_of(attempt)).get_mode_display()))]

    @property
    def documents(self) -> list[tuple[str, str]]:
        """What was sent, try by try, and what is known of the last answer, as it is kept. For admins."""
        if not self._person.is_studio_admin or self.last_attempt is None:
            return []
        tries = [(self._name_of(attempt), attempt.request_document) for attempt in self.attempts]
        kept = [*tries, (_("Evidence"), self.last_attempt.evidence)]
        return [(name, json.dumps(document, indent=2, ensure_ascii=False)) for name, document in kept if document]

    def _name_of(self, attempt: Attempt) -> str:
        if len(self.attempts) == 1:
            return _("Request")
        return _("Request, try %(number)d") % {"number": attempt.number}

    @cached_property
    def bookings(self) -> list[Booking]:
        """What the ledger holds on this frame, in the order of booking."""
        entries = LedgerEntry.objects.filter(generation=self.generation).select_related("question__decided_by")
        return [Booking(entry) for entry in entries.order_by("sequence")]

    @property
    def is_own(self) -> bool:
        return self._person == self.generation.person

    @property
    def shows_balance(self) -> bool:
        """What was left to somebody is between them and the admins."""
        return self.is_own or self._person.is_studio_admin


def _mode_of(attempt: Attempt) -> Mode:
    """By what was sent: the key may be asked another way by now."""
    if "messages" in attempt.request_document:
        return Mode.CHAT
    return Mode.LINKS if attempt.key_name == LINKS else Mode.NATIVE
