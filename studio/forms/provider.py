"""What an admin sets of a key, and why sending is stopped."""

import re
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import GatewayKey

_SECRET: Final = re.compile(r"[\x21-\x7e]{12,400}")


class WaysForm(forms.ModelForm):  # type: ignore[type-arg]  # cannot be subscripted at run time
    """How a key is asked."""

    class Meta:
        model = GatewayKey
        fields = ["mode", "system_prompt_mode", "stable_ids", "bucket_addresses", "calls_max"]
        labels = {"mode": _("Group and way of asking"), "system_prompt_mode": _("Where words for the model go")}
        widgets = {
            "mode": forms.Select(attrs={"class": "select"}),
            "system_prompt_mode": forms.Select(attrs={"class": "select"}),
            "calls_max": forms.NumberInput(attrs={"class": "input", "min": 1, "max": 30}),
        }


class SecretForm(forms.Form):
    """A new secret. What was typed is never put back into the page."""

    secret = forms.CharField(
        label=_("New key"),
        max_length=400,
        widget=forms.PasswordInput(attrs={"class": "input mono", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_secret(self) -> str:
        secret: str = self.cleaned_data["secret"]
        if not _SECRET.fullmatch(secret):
            raise forms.ValidationError(_("A key has no spaces and at least 12 characters, such as sk-…"))
        return secret


class PictureForm(forms.Form):
    """One test picture at the price that the button said. The form's own token makes two clicks one picture."""

    form_token = forms.UUIDField(widget=forms.HiddenInput)
    quoted_micros = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class PauseForm(forms.Form):
    """Why nothing is sent; people read it."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
        error_messages={"required": _("Write why: everybody who waits reads it.")},
    )
