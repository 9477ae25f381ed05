"""What an admin decides: a new budget, or the answer to a question about a charge."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import User
from .dollars import DollarsField


class BudgetForm(forms.Form):
    """A budget of a month, in all. Empty is none, which for a project means no limit."""

    budget = DollarsField(
        empty=None,
        required=False,
        label=_("Monthly budget"),
        widget=forms.TextInput(attrs={"class": "field-input", "inputmode": "decimal", "size": 8}),
    )


class GrantForm(forms.Form):
    """The budget that is granted; it has to be there."""

    budget = DollarsField(empty=None, label=_("Monthly budget"))


class AnswerForm(forms.Form):
    """Why a charge is given back, or stands."""

    answer = forms.CharField(
        max_length=500, error_messages={"required": _("Write a sentence for the person who asked.")}
    )


class ReasonForm(forms.Form):
    """Why a line of the reconciliation is decided so, and for a call of nobody: who made it."""

    reason = forms.CharField(max_length=300, error_messages={"required": _("Write a reason: it is kept.")})
    person = forms.ModelChoiceField(
        User.objects.filter(is_active=True),
        required=False,
        error_messages={"required": _("Choose who made the call.")},
    )
