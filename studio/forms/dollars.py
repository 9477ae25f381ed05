"""An amount as people type it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ..money import dollars, parse_dollars


class DollarsField(forms.CharField):
    """An amount people type in dollars and the studio keeps in micro-dollars. Nothing typed is `empty`."""

    def __init__(self, *, empty: int | None = 0, **facts: Any) -> None:
        super().__init__(**facts)
        self._empty = empty

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return self._empty
        try:
            amount_micros = parse_dollars(text)
        except ValueError as error:
            raise forms.ValidationError(_("Type an amount in dollars, such as 12.50.")) from error
        if amount_micros < 0:
            raise forms.ValidationError(_("Type an amount that is not negative."))
        if amount_micros > AMOUNT_MICROS_MAX:
            raise forms.ValidationError(_("Type a smaller amount."))
        return amount_micros

    def prepare_value(self, value: Any) -> Any:
        return dollars(value) if isinstance(value, int) else value


AMOUNT_MICROS_MAX = 1_000_000_000_000
"""A million dollars: more is a slip of the finger, and no number that a database column would refuse."""
