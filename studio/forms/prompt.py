"""A prompt as somebody writes it for the library: its words, what goes into the blanks, the settings that suit it."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from ..library.keep import Draft, draft_of
from ..library.wording import BLANKS_MAX, CHOICES_MAX, VALUE_CHARACTERS_MAX, Blank, Unfit, Wording, choices_of
from ..models import Output, Picture, Project, PromptVersion, Run, Upload
from ..provider.catalogue import BY_KEY, MODELS, PROMPT_CHARACTERS_MAX, RATIOS_FOURTEEN, VARIATIONS_MAX
from ..provider.rules import FOLLOW_SOURCE
from . import tray
from .composition import SOURCE, plain_text

CHOICES_PREFIX: Final = "choices-"
DEFAULT_PREFIX: Final = "default-"
SIZES: Final = tuple(dict.fromkeys(size for model in MODELS for size in model.sizes))
RATIOS: Final = (SOURCE, *RATIOS_FOURTEEN)
THINKING_LEVELS: Final = tuple(dict.fromkeys(level for model in MODELS for level in model.thinking_levels))


class PromptForm(forms.Form):
    """One version of a prompt. `base` is the number of the version it was written from; 0 for a new prompt."""

    title = forms.CharField(max_length=120)
    text = forms.CharField(strip=False, max_length=PROMPT_CHARACTERS_MAX)
    system_prompt = forms.CharField(required=False, strip=False, max_length=PROMPT_CHARACTERS_MAX)
    model = forms.ChoiceField(required=False, choices=[(model.key, model.key) for model in MODELS])
    size = forms.ChoiceField(required=False, choices=[(size, size) for size in SIZES])
    ratio = forms.ChoiceField(required=False, choices=[(ratio, ratio) for ratio in RATIOS])
    variations = forms.IntegerField(required=False, min_value=1, max_value=VARIATIONS_MAX)
    thinking_level = forms.ChoiceField(required=False, choices=[(level, level) for level in THINKING_LEVELS])
    web_search = forms.BooleanField(required=False)
    base = forms.IntegerField(required=False, min_value=0)

    def __init__(self, data: QueryDict, *, project: Project) -> None:
        super().__init__(data)
        self.fields["title"].error_messages["required"] = _("Give it a title to find it by.")
        self.fields["text"].error_messages["required"] = _("Write a prompt first.")
        self.wording = wording_in(data)
        self.pictures = kept_pictures(tray.find_pictures(data.getlist("inputs"), project))

    def clean(self) -> dict[str, Any]:
        model = BY_KEY.get(self.cleaned_data.get("model", ""))
        if model is not None:
            facts = {"model": model.name}
            if (size := self.cleaned_data.get("size")) and size not in model.sizes:
                self.add_error("size", _("%(model)s does not make %(size)s images.") % (facts | {"size": size}))
            if (ratio := self.cleaned_data.get("ratio")) and ratio not in (SOURCE, *model.ratios):
                self.add_error("ratio", _("%(model)s does not make %(ratio)s images.") % (facts | {"ratio": ratio}))
        for field, sentence in blank_problems(self.wording):
            self.add_error(field, sentence)
        return self.cleaned_data

    def to_draft(self) -> Draft:
        """The valid form as what is kept."""
        values = self.cleaned_data
        return Draft(
            title=" ".join(values["title"].split()),
            wording=self.wording,
            pictures=self.pictures,
            system_prompt=plain_text(values["system_prompt"]),
            model_key=values["model"],
            size=values["size"],
            ratio=values["ratio"],
            variations=values["variations"],
            thinking_level=values["thinking_level"],
            web_search=values["web_search"],
        )

    @property
    def sentences(self) -> dict[str, list[str]]:
        """What is wrong, by field, as it is shown."""
        return {name: [str(sentence) for sentence in found] for name, found in self.errors.items()}


def wording_in(data: QueryDict) -> Wording:
    """The text of the form with what its fields say of the blanks."""
    text = plain_text(data.get("text", ""))
    described = [
        Blank(
            blank.name,
            choices_of(data.get(CHOICES_PREFIX + blank.name, "")),
            data.get(DEFAULT_PREFIX + blank.name, "").strip(),
        )
        for blank in Wording(text).blanks
    ]
    return Wording(text, tuple(described))


def kept_pictures(pictures: list[Picture]) -> list[Upload | Output]:
    """Those of them that the studio has itself: an address may be another picture, or none, by the time it is used."""
    return [picture for picture in pictures if isinstance(picture, Upload | Output)]


def blank_problems(wording: Wording) -> list[tuple[str | None, str]]:
    """Field and sentence for everything that is wrong with the blanks; no field for what is of one blank alone."""
    if len(wording.blanks) > BLANKS_MAX:
        return [("text", _("%(count)d blanks are too many. At most %(limit)d fit.") % _limit(wording))]
    return [(None, sentence) for blank in wording.blanks for sentence in _problems_of(blank)]


def unfit_in_words(unfit: Unfit) -> str:
    """For the field that fills a blank."""
    match unfit.code:
        case "missing":
            return _("Fill in %(name)s.") % {"name": unfit.name}
        case "not_a_choice":
            return _("Choose one of the choices for %(name)s.") % {"name": unfit.name}
        case _too_long:
            return _("At most %(limit)d characters fit into %(name)s.") % {
                "name": unfit.name,
                "limit": VALUE_CHARACTERS_MAX,
            }


def fields_of_draft(draft: Draft) -> QueryDict:
    """A draft as the page sends it, to be written on."""
    fields = QueryDict(mutable=True)
    fields.update(
        {
            "title": draft.title,
            "text": draft.wording.text,
            "system_prompt": draft.system_prompt,
            "model": draft.model_key,
            "size": draft.size,
            "ratio": draft.ratio,
            "variations": str(draft.variations or ""),
            "thinking_level": draft.thinking_level,
        }
    )
    if draft.web_search:
        fields["web_search"] = "on"
    for blank in draft.wording.blanks:
        fields[CHOICES_PREFIX + blank.name] = "\n".join(blank.choices)
        fields[DEFAULT_PREFIX + blank.name] = blank.default
    fields.setlist("inputs", [tray.reference(picture) for picture in draft.pictures])
    return fields


def fields_of_version(version: PromptVersion, *, title: str) -> QueryDict:
    fields = fields_of_draft(draft_of(version, title=title))
    fields["base"] = str(version.number)
    return fields


def fields_of_run(run: Run, pictures: list[Picture]) -> QueryDict:
    """What a run was asked for with, as the beginning of a prompt. It has no title yet."""
    return fields_of_draft(
        Draft(
            title="",
            wording=Wording(run.prompt),
            pictures=kept_pictures(pictures),
            system_prompt=run.system_prompt,
            model_key=run.model_key,
            size=run.size,
            ratio=SOURCE if run.ratio == FOLLOW_SOURCE else run.ratio,
            variations=run.variations,
            thinking_level=run.thinking_level,
            web_search=run.web_search,
        )
    )


def fields_of_composer(posted: Mapping[str, Any]) -> QueryDict:
    """The composer's form as the beginning of a prompt: its words are called `prompt` there, and `text` here."""
    fields = QueryDict(mutable=True)
    for name in ("system_prompt", "model", "size", "ratio", "variations", "thinking_level", "web_search"):
        if posted.get(name):
            fields[name] = posted[name]
    fields["text"] = posted.get("prompt", "")
    if isinstance(posted, QueryDict):
        fields.setlist("inputs", posted.getlist("inputs"))
    return fields


def _problems_of(blank: Blank) -> list[str]:
    facts = {"name": blank.name, "limit": CHOICES_MAX, "characters": VALUE_CHARACTERS_MAX}
    found = []
    if len(blank.choices) > CHOICES_MAX:
        found.append(_("%(name)s has more than %(limit)d choices.") % facts)
    if blank.default and blank.choices and blank.default not in blank.choices:
        found.append(_("The default of %(name)s is none of its choices.") % facts)
    if max(map(len, (*blank.choices, blank.default))) > VALUE_CHARACTERS_MAX:
        found.append(_("What goes into %(name)s may have %(characters)d characters.") % facts)
    return found


def _limit(wording: Wording) -> dict[str, int]:
    return {"count": len(wording.blanks), "limit": BLANKS_MAX}
