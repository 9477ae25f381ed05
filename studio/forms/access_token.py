"""A new access token, as its person asks for it."""

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from ..access_tokens import DAYS
from ..models import AccessToken

_NEVER = ""


def _life(days: int) -> str:
    return ngettext_lazy("%(count)d day", "%(count)d days", days) % {"count": days}


class AccessTokenForm(forms.Form):
    """Its name, what it may do, and for how long."""

    name = forms.CharField(
        label=_("What it is for"),
        help_text=_("A name by which you know it again, such as “nightly banners”."),
        max_length=60,
        widget=forms.TextInput(attrs={"class": "input", "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=AccessToken.Scope.choices,
        initial=[AccessToken.Scope.READ.value],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )
    days = forms.TypedChoiceField(
        label=_("How long it works"),
        choices=[*((str(days), _life(days)) for days in DAYS), (_NEVER, _("Until it is revoked"))],
        initial="90",
        required=False,
        coerce=int,
        empty_value=None,
        widget=forms.Select(attrs={"class": "select"}),
    )
