"""A new price as an admin types it, and the bonus on top-ups. What cannot be meant is refused in words."""

import hashlib
import re
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.utils.translation import gettext_lazy as _

from ..models import Price
from ..provider.catalogue import BY_KEY, MODELS, Model
from ..provider.terms import SEARCH_MICROS
from .dollars import DollarsField

SIZES: Final = ("512", "1K", "2K", "4K")
_PLAIN_NUMBER: Final = re.compile(r"-?[0-9]{1,6}(\.[0-9]{1,6})?")
BONUS_THOUSANDTHS_MAX: Final = 200
"""The gateway gives 20 % at most; its page on the log and bills, read 2026-11-22."""


class ThousandthsField(forms.CharField):
    """A number people type, such as 1.4, kept in thousandths. `factor` is what a typed 1 is worth in them."""

    def __init__(self, *, factor: int = 1000, example: str, **facts: Any) -> None:
        super().__init__(**facts)
        self._factor, self._example = factor, example

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value) or ""
        if _PLAIN_NUMBER.fullmatch(text):
            thousandths = Decimal(text) * self._factor
            if thousandths == thousandths.to_integral_value():
                return int(thousandths)
        elif not text:
            return None
        raise forms.ValidationError(_("Type a number such as %(example)s.") % {"example": self._example})


class PriceForm(forms.Form):
    """One row of the price list. `now` is the earliest moment it may take effect, and does so if none is typed."""

    model = forms.ChoiceField(label=_("Model"), choices=[(model.key, model.name) for model in MODELS])
    size = forms.ChoiceField(
        label=_("Size"), required=False, choices=[("", _("Every size")), *((size, size) for size in SIZES)]
    )
    mode = forms.ChoiceField(label=_("Billed"), choices=Price.BillingMode)
    amount = DollarsField(empty=None, label=_("Price of a call, or of a million tokens in"))
    output = DollarsField(empty=None, required=False, label=_("Price of a million tokens out"))
    search = DollarsField(empty=None, label=_("Price of a web search"), initial=SEARCH_MICROS)
    multiplier = ThousandthsField(example="1.4", label=_("Multiplier of the key’s group"), initial="1")
    effective = forms.DateTimeField(
        label=_("In force from"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    note = forms.CharField(label=_("Note"), required=False, max_length=200)

    def __init__(self, *args: Any, now: datetime, **facts: Any) -> None:
        super().__init__(*args, **facts)
        self._now = now

    @property
    def chosen_model(self) -> Model:
        return BY_KEY[self.cleaned_data["model"]]

    def clean_amount(self) -> int:
        return _above_zero(self.cleaned_data["amount"])

    def clean_search(self) -> int:
        return _above_zero(self.cleaned_data["search"])

    def clean_multiplier(self) -> int:
        thousandths: int = self.cleaned_data["multiplier"]
        if not 100 <= thousandths <= 10_000:
            raise forms.ValidationError(_("A multiplier is between 0.1 and 10: the gateway’s are 0.8, 1 and 1.4."))
        return thousandths

    def clean_effective(self) -> datetime:
        typed: datetime | None = self.cleaned_data["effective"]
        if typed is not None and typed < self._now:
            raise forms.ValidationError(_("This moment has passed. Leave it empty for now, or type a later one."))
        return typed or self._now

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        if (size := values.get("size")) and "model" in values and size not in self.chosen_model.sizes:
            facts = {"model": self.chosen_model.name, "size": size}
            self.add_error("size", _("%(model)s does not make %(size)s images.") % facts)
        if "output" in values:
            self._clean_output(values["output"], by_tokens=values.get("mode") == Price.BillingMode.PER_TOKEN)
        if not self.errors and self._is_taken():
            self.add_error("effective", _("There is a price from this very moment. Choose another minute."))
        return values

    def _clean_output(self, output: int | None, *, by_tokens: bool) -> None:
        if by_tokens and not output:
            self.add_error("output", _("By tokens, what comes out has a price too."))
        elif not by_tokens and output is not None:
            self.add_error("output", _("A call has one price. Leave this empty, or bill by tokens."))

    def _is_taken(self) -> bool:
        values = self.cleaned_data
        return Price.objects.filter(
            model_key=values["model"],
            size=values["size"],
            billing_mode=values["mode"],
            effective_at=values["effective"],
        ).exists()

    def to_price(self) -> Price:
        """The row, not saved."""
        values = self.cleaned_data
        return Price(
            model_key=values["model"],
            size=values["size"],
            billing_mode=values["mode"],
            amount_micros=values["amount"],
            output_micros=values["output"],
            search_micros=values["search"],
            multiplier_thousandths=values["multiplier"],
            effective_at=values["effective"],
            note=values["note"],
        )

    @property
    def digest(self) -> str:
        """Of all that decides what is paid, so that what is recorded is what was looked at."""
        values = self.cleaned_data
        typed = self.data.get("effective", "")
        facts = [typed, *(str(values[name]) for name in sorted(values) if name not in ("effective", "note"))]
        return hashlib.sha256("\n".join(facts).encode()).hexdigest()


class BonusForm(forms.Form):
    """In per cent, as the gateway says it."""

    bonus = ThousandthsField(factor=10, example="15", label=_("Bonus on top-ups, in per cent"))

    def clean_bonus(self) -> int:
        thousandths: int = self.cleaned_data["bonus"]
        if not 0 <= thousandths <= BONUS_THOUSANDTHS_MAX:
            raise forms.ValidationError(_("The bonus is between 0 and 20 per cent."))
        return thousandths


def _above_zero(amount_micros: int) -> int:
    if not amount_micros:
        raise forms.ValidationError(_("A price is above zero. To stop selling a model, switch it off."))
    return amount_micros
