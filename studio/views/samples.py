"""What the style page shows: people, frames, notices and figures that are made up for it and stored nowhere.

They have keys that no row has, so that whatever is pressed on the page finds nothing and changes nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from ..forms.choices import enabled_models
from ..forms.composition import Composition
from ..gallery.marks import Marks
from ..ledger.balance import MonthSummary
from ..ledger.project_budget import ProjectSummary
from ..models import Comment, Generation, Membership, Notice, Output, Project, Run, Tag, User
from ..price_list import price_list
from ..provider.outcome import Charge
from .budgets import Row as BudgetRow
from .charts import budget_parts, day_chart
from .composer import Composer
from .feed import Strip
from .ideas import IDEAS
from .months import Month
from .notices import Line as NoticeLine
from .projects import Card
from .refusals import Act
from .refusals import Notice as Refusal
from .sample_frames import frames
from .talk import Said
from .trash import Row as TrashRow

DOLLAR: Final = 1_000_000
BUTTONS: Final = (
    ("btn-primary", _("Primary, one a view")),
    ("", _("Secondary")),
    ("btn-quiet", _("Quiet")),
    ("btn-danger", _("Danger")),
    ("btn-sm", _("Small")),
    ("btn-sm btn-quiet", _("Small and quiet")),
)
CHARGES: Final = (Charge.HELD, Charge.CHARGED, Charge.NONE, Charge.PRESUMED, Charge.REIMBURSED)
"""In the order of `parts/_cost.html`."""
MONTH: Final = Month(date(2026, 9, 1), date(2026, 9, 30))
SUMMARY: Final = MonthSummary(
    allowance_micros=50 * DOLLAR,
    left_micros=12_400_000,
    held_micros=360_000,
    charged_micros=36_250_000,
    presumed_micros=990_000,
    reimbursed_micros=450_000,
)
_keys = count(-1, -1)


class FieldsForm(forms.Form):
    """One of each kind of field."""

    name = forms.CharField(label=_("Name"), help_text=_("What everybody sees."))
    model = forms.ChoiceField(label=_("Model"), choices=[("pro", "Pro"), ("nb2", "2")])
    note = forms.CharField(label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2, "class": "area"}))
    closed = forms.CharField(label=_("Closed"), required=False, disabled=True, initial="sk-•••• 3fA9")
    sure = forms.BooleanField(label=_("Yes, this is the price."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, kind in (("name", "input"), ("model", "select"), ("closed", "input")):
            self.fields[name].widget.attrs["class"] = kind

    def clean(self) -> None:
        if self.is_bound:
            raise forms.ValidationError(_("Nothing was saved."))


def samples(user: User, now: datetime) -> dict[str, Any]:
    """The context of the page. A picture that the reader may see stands in for those that were made."""
    project = Project(pk=next(_keys), name="Autumn catalogue", description="Still lifes for the printed catalogue")
    person = User(pk=next(_keys), username="ines", first_name="Ines", last_name="Okafor", email="ines@example.com")
    picture = Output.objects.visible_to(user).filter(role=Output.Role.PRIMARY).order_by("-pk").first()
    shown = frames(project, person, picture, now)
    return {
        "project": project,
        "can_make": True,
        "buttons": BUTTONS,
        "fields": FieldsForm(prefix="plain"),
        "refused_fields": FieldsForm({"refused-model": "gone"}, prefix="refused"),
        "charges": CHARGES,
        "strips": [Strip(shown[0].run, [*shown])],
        "marks": Marks(is_starred=True, rating=4, is_picked=True, tags=[Tag(name="packshot", key="packshot")]),
        "generation": shown[-1].generation,
        "refusals": _refusals(shown[0].run),
        "composer": _composer(project, now),
        "said": _said(shown[0].generation, person, user, now),
        "notice_lines": _notices(person, project, now),
        "card": _card(project, person, picture),
        "trashed": _trashed(shown[0].generation, person, picture, now),
        "listed": price_list(now)[:4],
        "budget_rows": _budgets(),
        "summary": SUMMARY,
        "budget_parts": budget_parts(SUMMARY),
        "month": MONTH,
        "chart": day_chart(MONTH, _spent(), width=720, height=220),
        "ideas": [idea for idea in IDEAS if idea.suits(enabled_models())],
        "today": MONTH.last,
    }


def _refusals(run: Run) -> Sequence[Refusal]:
    """One of each form: with ways out, with a run to look at, plain, and one that is no refusal."""
    more = Act("variations", "4", "Make 4 instead, $0.36")
    return (
        Refusal(
            "This run costs more than you have left",
            "8 × $0.09 = $0.72, and you have $0.41 left until 30 September. Nothing was held.",
            [more, Act("project", "", "Ask an admin for more")],
        ),
        Refusal(
            "You sent the same run 4 seconds ago",
            "It made run 402. Sending it again would cost another $0.36.",
            [Act("again", "1", "Send again, $0.36")],
            run,
        ),
        Refusal("The price is now $0.10", "You saw $0.09. Nothing was held."),
        Refusal("You asked for more", "An admin sees it in the review inbox.", is_done=True),
    )


def _composer(project: Project, now: datetime) -> Composer | None:
    """As it comes back when everything in it is wrong; None where no model is offered."""
    models = enabled_models()
    if not models:
        return None
    wrong = ["Write a prompt first."]
    return Composer(
        project=project,
        composition=Composition(model=models[0], size=models[0].size_default, variations=4),
        models=models,
        month=SUMMARY,
        project_budget=ProjectSummary(40 * DOLLAR, 37 * DOLLAR),
        now=now,
        errors={"prompt": wrong, "files": ["notes.txt is not an image."], "variations": ["At most 8."]},
    )


def _said(generation: Generation, person: User, reader: User, now: datetime) -> Sequence[Said]:
    earlier = now - timedelta(hours=2)
    words = Comment(pk=next(_keys), generation=generation, person=person, text="The shadow is too hard.")
    own = Comment(pk=next(_keys), generation=generation, person=reader, text="Softer now, see 403A.", edited_at=earlier)
    gone = Comment(pk=next(_keys), generation=generation, person=person, deleted_at=now, deleted_by=person, text="")
    for comment in (words, own, gone):
        comment.created_at = earlier
    return (Said(words, False, False), Said(own, True, True), Said(gone, False, False))


def _notices(person: User, project: Project, now: datetime) -> Sequence[NoticeLine]:
    facts = {"by": person, "project": project, "amount_micros": 50 * DOLLAR, "told_at": now - timedelta(hours=2)}
    return [
        NoticeLine(Notice(pk=next(_keys), kind=Notice.Kind.GRANTED, read_at=read_at, **facts))
        for read_at in (None, now)
    ]


def _card(project: Project, person: User, picture: Output | None) -> Card:
    project.__dict__["_prefetched_objects_cache"] = {"memberships": [Membership(project=project, person=person)]}
    return Card(project, [picture] if picture else [], 36_250_000)


def _trashed(generation: Generation, person: User, picture: Output | None, now: datetime) -> TrashRow:
    gone = Generation(
        pk=next(_keys),
        run=generation.run,
        project=generation.project,
        person=person,
        variation=7,
        trashed_at=now - timedelta(hours=2),
        trashed_by=person,
    )
    gone.__dict__["_prefetched_objects_cache"] = {"outputs": [picture] if picture else []}
    return TrashRow(gone, is_kept=False, days=0)


def _budgets() -> Sequence[BudgetRow]:
    return (
        BudgetRow("", "Ines Okafor", "IO", 50 * DOLLAR, 12 * DOLLAR),
        BudgetRow("", "Tom Brandt", "TB", 10 * DOLLAR, 9_800_000),
        BudgetRow("", "Autumn catalogue", "", None, 0, typed="much", error="Write an amount, such as 12.50."),
    )


def _spent() -> Sequence[tuple[str, dict[date, int]]]:
    """Charged with a picture, for nothing, and presumed."""
    days = [MONTH.first + timedelta(days=number) for number in range(0, 30, 2)]
    delivered = {day: (day.day * 7 % 11 + 1) * 180_000 for day in days}
    return (
        ("c1", delivered),
        ("c3", dict.fromkeys(days[::3], 180000)),
        ("c-pre", dict.fromkeys(days[1::4], 90000)),
    )
