# mypy: disable-error-code="type-arg"
# Django's admin and form classes cannot be subscripted at run time.
"""What the studio sells and whether it sends: prices, models, the studio itself."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..forms.dollars import DollarsField
from ..models import (
    Instance,
    ModelSwitch,
    Price,
)
from ..money import dollars
from ..provider.catalogue import MODELS
from .base import ReadOnlyAdmin, StudioAdmin, is_admin


def _model_choices() -> list[tuple[str, str]]:
    return [(model.key, model.name) for model in MODELS]


@admin.register(Price)
class PriceAdmin(ReadOnlyAdmin):
    """Every price there ever was. A new one is recorded on the studio's own page, which shows first what it changes."""

    list_display = ["model_key", "size", "billing_mode", "price", "multiplier_thousandths", "effective_at", "note"]
    list_filter = ["model_key"]

    @admin.display(description=_("Price"), ordering="amount_micros")
    def price(self, price: Price) -> str:
        return dollars(price.amount_micros)


class ModelSwitchForm(forms.ModelForm):
    model_key = forms.ChoiceField(label=_("Model"), choices=_model_choices)

    class Meta:
        model = ModelSwitch
        fields = ["model_key", "is_enabled"]


@admin.register(ModelSwitch)
class ModelSwitchAdmin(StudioAdmin):
    """Which models are offered and sent. Without a switch the catalogue decides.

    A model that the gateway does not know is switched off by itself, with the reason. It is switched on again here.
    """

    form = ModelSwitchForm
    fields = ["model_key", "is_enabled", "reason", "switched_off_at"]
    readonly_fields = ["reason", "switched_off_at"]
    list_display = ["model_key", "is_enabled", "reason", "switched_off_at"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_admin(request)

    def save_model(self, request: HttpRequest, obj: ModelSwitch, form: Any, change: bool) -> None:
        """Once an admin has decided, the machine's reason is history."""
        obj.reason, obj.switched_off_at = "", None
        super().save_model(request, obj, form, change)


class InstanceForm(forms.ModelForm):
    low_balance_micros = DollarsField(
        label=_("Warn below this balance"), help_text=_("Of the account at the gateway, in US dollars.")
    )

    class Meta:
        model = Instance
        fields = ["paused_reason", "low_balance_micros"]


@admin.register(Instance)
class InstanceAdmin(StudioAdmin):
    """The emergency stop: with a reason in it nothing is sent to the provider."""

    form = InstanceForm
    fields = ["paused_reason", "low_balance_micros", "instance_id", "last_run_number", "restore_epoch"]
    readonly_fields = ["instance_id", "last_run_number", "restore_epoch"]
    list_display = ["instance_id", "paused_reason", "last_run_number"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


# ── Records ────────────────────────────────────────────────────────────────────────────────────────
