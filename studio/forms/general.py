"""The studio's name, what a new person begins with, and how long a trash is kept."""

from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from .project import OneLineField

_SELECT: Final = {"class": "select"}
TRASH_DAYS_MAX: Final = 3650


class GeneralForm(forms.Form):
    """Nobody's own choice is changed by it."""

    name = OneLineField(label=_("Name of the studio"), max_length=80, required=False, help_text=_("Empty: NB Studio."))
    language = forms.ChoiceField(
        label=_("Language"),
        required=False,
        choices=[("", _("As their browser says")), ("en", "English"), ("zh-hans", "简体中文")],
        widget=forms.Select(attrs=_SELECT),
    )
    theme = forms.ChoiceField(
        label=_("Theme"),
        required=False,
        choices=[("", _("As their system says")), ("light", _("Light")), ("dark", _("Dark"))],
        widget=forms.Select(attrs=_SELECT),
    )


class RetentionForm(forms.Form):
    """How long the trash is kept."""

    days = forms.IntegerField(
        label=_("Days in the trash"),
        help_text=_("After that many days a picture in the trash is deleted for good. 0: never by itself."),
        min_value=0,
        max_value=TRASH_DAYS_MAX,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )
