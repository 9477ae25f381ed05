"""A project as its owners describe it."""

import unicodedata
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Project
from ..provider.catalogue import BY_KEY, MODELS, RATIOS_FOURTEEN
from .choices import enabled_models

SIZES: Final = ("512", "1K", "2K", "4K")


class OneLineField(forms.CharField):
    """A name: it stands in titles, in file names and in the subject of e-mails, so it is one line."""

    def __init__(self, **facts: Any) -> None:
        super().__init__(widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}), **facts)

    def clean(self, value: Any) -> Any:
        # Asked before white space is taken off the ends: a line break there is no slip of the finger.
        if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in str(value or "")):
            raise forms.ValidationError(_("A name is one line, without control characters."))
        return super().clean(value)


class ProjectForm(forms.Form):
    """A new project."""

    name = OneLineField(label=_("Name"), max_length=80)


class ProjectSettingsForm(forms.Form):
    """What a project is called, what it is for, and what an empty composer begins with."""

    name = OneLineField(label=_("Name"), max_length=80)
    description = forms.CharField(
        label=_("Description"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"class": "area", "rows": 3}),
    )
    default_model = forms.ChoiceField(label=_("Model"), required=False, widget=forms.Select(attrs={"class": "select"}))
    default_size = forms.ChoiceField(
        label=_("Size"),
        required=False,
        choices=[("", _("As the studio")), *((size, size) for size in SIZES)],
        widget=forms.Select(attrs={"class": "select"}),
    )
    default_ratio = forms.ChoiceField(
        label=_("Aspect ratio"),
        required=False,
        choices=[("", _("As the studio")), *((ratio, ratio) for ratio in RATIOS_FOURTEEN)],
        widget=forms.Select(attrs={"class": "select"}),
    )

    def __init__(self, *args: Any, project: Project, **facts: Any) -> None:
        facts["initial"] = {name: getattr(project, name) for name in self.base_fields}
        super().__init__(*args, **facts)
        # One that was switched off meanwhile stays choosable as what it is: the form must not lose it silently.
        offered = {model.key for model in enabled_models()} | {project.default_model}
        choices = [(model.key, model.name) for model in MODELS if model.key in offered]
        self.fields["default_model"].choices = [("", _("As the studio")), *choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        model = BY_KEY.get(values.get("default_model", ""))
        if model and (size := values.get("default_size")) and size not in model.sizes:
            facts = {"model": model.name, "size": size}
            self.add_error("default_size", _("%(model)s does not make %(size)s images.") % facts)
        if model and (ratio := values.get("default_ratio")) and ratio not in model.ratios:
            facts = {"model": model.name, "ratio": ratio}
            self.add_error("default_ratio", _("%(model)s does not make pictures of %(ratio)s.") % facts)
        return values
