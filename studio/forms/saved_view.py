"""The name of a view of the gallery, and whether the project has it too."""

from django import forms
from django.utils.translation import gettext_lazy as _


class SavedViewForm(forms.Form):
    name = forms.CharField(
        max_length=60,
        error_messages={
            "required": _("Give the view a name."),
            "max_length": _("A name has at most %(limit_value)d characters."),
        },
    )
    is_shared = forms.BooleanField(required=False)
