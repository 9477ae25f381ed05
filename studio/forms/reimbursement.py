"""A reimbursement sheet: which charges are put on it, and what the gateway gave back for it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import ReimbursementSheet
from .dollars import DollarsField

_DIGITS_MAX = 18


class KeysField(forms.Field):
    """The ticked boxes of a list: a set of keys. What is no key was typed by nobody who uses the page."""

    widget = forms.SelectMultiple
    empty_values = (*forms.Field.empty_values, set())

    def to_python(self, value: Any) -> set[int]:
        texts = value or []
        if not all(text.isascii() and text.isdigit() and len(text) <= _DIGITS_MAX for text in texts):
            raise forms.ValidationError(_("These are no lines of the list."))
        return {int(text) for text in texts}


class DrawUpForm(forms.Form):
    """`sheet` is one that was not sent, for the charges to be added to; none: a new one."""

    sheet = forms.ModelChoiceField(
        ReimbursementSheet.objects.all(), required=False, error_messages={"invalid_choice": _("No such sheet.")}
    )
    row = KeysField(error_messages={"required": _("Tick at least one charge.")})


class CreditForm(forms.Form):
    """Nothing ticked and no sum is an answer too: the gateway declined."""

    line = KeysField(required=False)
    amount = DollarsField(required=False)

    def clean(self) -> dict[str, Any] | None:
        facts = super().clean() or {}
        if self.errors:
            return facts
        ticked, amount_micros = facts["line"], facts["amount"]
        if ticked and not amount_micros:
            self.add_error("amount", _("Type what the gateway credited, or untick all charges if it credited none."))
        if amount_micros and not ticked:
            self.add_error("amount", _("Tick the charges that were credited, or leave the sum empty if none were."))
        return facts
