"""The gallery's filters, as they stand in its address. What is wrong there is said, and nothing is looked for."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..gallery.chosen import Chosen
from ..ledger.charges import WASTE
from ..models import Status, User
from ..models.generation import FINAL, frame_named
from ..models.judgement import RATING_MAX
from ..provider.catalogue import MODELS, RATIOS_FOURTEEN
from ..provider.outcome import DELIVERED_OUTCOMES, RULES, Charge
from ..tokens import Words

TEXT_CHARACTERS_MAX: Final = 200
QUERY_CHARACTERS_MAX: Final = 2000
FOLLOWS_SOURCE: Final = "source"
DAYS: Final = (
    (1, _("Today")),
    (7, _("Last 7 days")),
    (14, _("Last 14 days")),
    (30, _("Last 30 days")),
    (90, _("Last 90 days")),
)
SIZES: Final = tuple(dict.fromkeys(size for model in reversed(MODELS) for size in model.sizes))
OUTCOMES: Final[Mapping[str, tuple[str, ...]]] = {
    "picture": tuple(sorted(DELIVERED_OUTCOMES)),
    **WASTE,
    "not_charged": tuple(outcome for outcome, rule in RULES.items() if rule.charge is Charge.NONE),
}
"""What became of a call, by the word it has in an address."""
OUTCOME_WORDS: Final = {
    "picture": _("Brought a picture"),
    "refused": _("Refused by the safety filter"),
    "no_image": _("Answered without an image"),
    "lost": _("Image damaged or lost on its way"),
    "unanswered": _("No answer in time"),
    "not_charged": _("Ended before it cost anything"),
}
_STATUSES: Final = [status for status in Status if status in FINAL]


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the people, by the name they sign in with."""

    def __init__(self, **options: Any) -> None:
        super().__init__(User.objects.none(), to_field_name="username", **options)

    def label_from_instance(self, user: User) -> str:
        return user.display_name


class GalleryForm(forms.Form):
    """Each field a filter. `chosen` after it was found valid."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        max_length=TEXT_CHARACTERS_MAX,
        error_messages={"max_length": _("Search for at most %(limit_value)d characters.")},
    )
    person = PersonField(
        label=_("Author"),
        required=False,
        error_messages={"invalid_choice": _("Nobody of that name is here.")},
    )
    model = forms.MultipleChoiceField(
        label=_("Model"), required=False, choices=[(model.key, model.short_name) for model in MODELS]
    )
    size = forms.MultipleChoiceField(label=_("Size"), required=False, choices=[(size, size) for size in SIZES])
    status = forms.MultipleChoiceField(
        label=_("Status"), required=False, choices=[(status.value, status.label) for status in _STATUSES]
    )
    days = forms.TypedChoiceField(label=_("Date"), required=False, coerce=int, empty_value=None, choices=DAYS)
    ratio = forms.MultipleChoiceField(
        label=_("Aspect ratio"),
        required=False,
        choices=[(FOLLOWS_SOURCE, _("Follow source")), *((ratio, ratio) for ratio in RATIOS_FOURTEEN)],
    )
    outcome = forms.MultipleChoiceField(
        label=_("What became of it"), required=False, choices=list(OUTCOME_WORDS.items())
    )
    tag = forms.MultipleChoiceField(
        label=_("Tag"), required=False, error_messages={"invalid_choice": _("Nothing here has the tag %(value)s.")}
    )
    rating = forms.TypedChoiceField(
        label=_("Rating"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[(number, _("%(number)d or more of 5") % {"number": number}) for number in range(1, RATING_MAX + 1)],
    )
    star = forms.TypedChoiceField(label=_("Starred"), required=False, choices=[("1", _("Starred by me"))])
    picked = forms.TypedChoiceField(label=_("Picked"), required=False, choices=[("1", _("Picked"))])
    since = forms.DateField(label=_("First day"), required=False)
    until = forms.DateField(label=_("Last day"), required=False)

    def __init__(self, data: QueryDict, *, people: QuerySet[User], tags: Mapping[str, str], viewer: User) -> None:
        """`tags` are names by their keys; `viewer` is whose stars are meant."""
        super().__init__(_without_empty(data))
        self.fields["person"].queryset = people  # type: ignore[attr-defined]
        self.fields["tag"].choices = list(tags.items())  # type: ignore[attr-defined]
        self._viewer = viewer

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", _("This day is before the first one."))
        return values

    @property
    def asked(self) -> Iterator[tuple[str, list[str]]]:
        """Every filter of the address with its values, in the order of the form."""
        for name in self.fields:
            if values := self.data.getlist(name):  # type: ignore[attr-defined]
                yield name, values

    def words_of(self, name: str) -> str:
        """`Pro, 2`: what a filter asks for, as it is said."""
        value = self.cleaned_data[name]
        match value:
            case User():
                return value.display_name
            case date():
                said = _("From %(day)s") if name == "since" else _("To %(day)s")
                return str(said) % {"day": value.isoformat()}
            case str() if name == "q":
                return f"“{value}”"
        labels = {str(key): str(label) for key, label in self.fields[name].choices}  # type: ignore[attr-defined]
        return ", ".join(labels[str(each)] for each in (value if isinstance(value, list) else [value]))

    def chosen(self, now: datetime) -> Chosen:
        values = self.cleaned_data
        text = values["q"]
        frame = frame_named(text)
        return Chosen(
            words=Words.read(text) if text and not frame else None,
            frame=frame,
            person=values["person"],
            model_keys=tuple(values["model"]),
            sizes=tuple(values["size"]),
            ratios=tuple("" if ratio == FOLLOWS_SOURCE else ratio for ratio in values["ratio"]),
            statuses=tuple(values["status"]),
            outcomes=tuple({outcome for key in values["outcome"] for outcome in OUTCOMES[key]}),
            since=_begin(self._since(now)),
            starred_by=self._viewer if values["star"] else None,
            is_picked=bool(values["picked"]),
            rating_min=values["rating"],
            tag_keys=tuple(values["tag"]),
            until=_begin(values["until"] and values["until"] + timedelta(days=1)),
        )

    def _since(self, now: datetime) -> date | None:
        """The later of the two, where both are given."""
        since, days = self.cleaned_data["since"], self.cleaned_data["days"]
        back = timezone.localdate(now) - timedelta(days=days - 1) if days else None
        return max(filter(None, (since, back)), default=None)


def query_of(text: str) -> str:
    """The filters of a query as it may be kept: nothing else of it, and no more than a view has room for."""
    said = _without_empty(QueryDict(text[:QUERY_CHARACTERS_MAX]))
    kept = QueryDict(mutable=True)
    for name in GalleryForm.base_fields:
        if values := said.getlist(name):
            kept.setlist(name, values)
    return kept.urlencode()[:QUERY_CHARACTERS_MAX]


def _without_empty(data: QueryDict) -> QueryDict:
    """A form sends all its fields along, and those that nobody touched are empty."""
    said = QueryDict(mutable=True)
    for name, values in data.lists():
        said.setlist(name, [value for value in values if value.strip()])
    return said


def _begin(day: date | None) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None
