# mypy: disable-error-code="type-arg"
# Django's admin and form classes cannot be subscripted at run time.
"""Django's admin, for what has no page of its own: people and their budgets, projects, prices, switches, records.

Whoever is an admin of the studio may do here what a class allows; Django's own permissions are not used.
The ledger and the attempts are shown and never touched: money is moved by `studio/ledger/` alone.
"""

from collections.abc import Sequence
from typing import Any

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .ledger.post import set_allowance
from .models import (
    Account,
    Attempt,
    Instance,
    LedgerEntry,
    Membership,
    ModelSwitch,
    MonthBalance,
    Price,
    Project,
    User,
)
from .money import dollars, parse_dollars
from .provider.catalogue import MODELS

admin.site.site_header = "NB Studio"
admin.site.site_title = "NB Studio"
admin.site.index_title = _("Studio")
# One door: the same limits on tries, the same second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(Group)


class DollarsField(forms.CharField):
    """An amount people type in dollars and the studio keeps in micro-dollars."""

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        if not text:
            return 0
        try:
            amount_micros = parse_dollars(text)
        except ValueError as error:
            raise forms.ValidationError(_("Type an amount in dollars, such as 12.50.")) from error
        if amount_micros < 0:
            raise forms.ValidationError(_("Type an amount that is not negative."))
        return amount_micros

    def prepare_value(self, value: Any) -> Any:
        return dollars(value) if isinstance(value, int) else value


class StudioAdmin(admin.ModelAdmin):
    """What every page here has: admins of the studio, and nobody else. Deleting is refused: history stays."""

    show_full_result_count = False  # a count of a large table is as slow as the table is long

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_admin(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_admin(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_admin(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_admin(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(StudioAdmin):
    """Records: to be read."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def _is_admin(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_studio_admin


# ── People and their budgets ───────────────────────────────────────────────────────────────────────


class PersonCreationForm(UserCreationForm):
    """A new person, with what they may spend a month."""

    email = forms.EmailField(label=_("Email"))
    allowance = DollarsField(label=_("Monthly allowance"), required=False, help_text=_("In US dollars, such as 50."))

    class Meta(UserCreationForm.Meta):
        model = User


@admin.register(User)
class PersonAdmin(StudioAdmin, UserAdmin):
    """Accounts are closed, not deleted: their pictures and their ledger stay."""

    add_form = PersonCreationForm
    list_display = ["username", "email", "display_name", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "password"]}),
        (_("Person"), {"fields": ["first_name", "last_name", "email"]}),
        (
            _("Access"),
            {
                "fields": ["is_active", "is_staff"],
                "description": _("Staff are admins of the studio: they see every project and all spend."),
            },
        ),
        (_("Dates"), {"fields": ["date_joined", "last_login"]}),
    ]
    add_fieldsets = [
        (
            None,
            {
                "classes": ["wide"],
                "fields": [
                    "username",
                    "email",
                    "first_name",
                    "last_name",
                    "password1",
                    "password2",
                    "allowance",
                ],
            },
        )
    ]
    readonly_fields = ["date_joined", "last_login"]

    @admin.display(description=_("Name"))
    def display_name(self, person: User) -> str:
        return person.display_name

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            allowance_micros = form.cleaned_data["allowance"]
            set_allowance(obj, allowance_micros, recorded_by=_admin_of(request), now=timezone.now())


class AllowanceForm(forms.ModelForm):
    """What a person may spend a month. Saving posts the difference to their ledger."""

    allowance = DollarsField(label=_("Monthly allowance"), help_text=_("In US dollars, from this month on."))

    class Meta:
        model = Account
        fields: Sequence[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["allowance"] = self.instance.monthly_allowance_micros


class MonthInline(admin.TabularInline):
    """The months so far."""

    model = MonthBalance
    fields = ["month", "allowance", "left"]
    readonly_fields = ["month", "allowance", "left"]
    ordering = ["-month"]
    extra = 0
    can_delete = False

    @admin.display(description=_("Allowance"))
    def allowance(self, month: MonthBalance) -> str:
        return dollars(month.allowance_micros)

    @admin.display(description=_("Left"))
    def left(self, month: MonthBalance) -> str:
        return dollars(month.balance_micros)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_admin(request)


@admin.register(Account)
class AccountAdmin(StudioAdmin):
    """A person's budget. It is changed through the ledger, which keeps who changed it and when."""

    form = AllowanceForm
    fields = ["person", "allowance"]
    readonly_fields = ["person"]
    inlines = [MonthInline]
    list_display = ["person_name", "allowance_dollars", "sequence"]
    list_select_related = ["person"]
    search_fields = ["person__username", "person__email", "person__first_name", "person__last_name"]

    @admin.display(description=_("Person"), ordering="person__username")
    def person_name(self, account: Account) -> str:
        return account.person.display_name

    @admin.display(description=_("Monthly allowance"), ordering="monthly_allowance_micros")
    def allowance_dollars(self, account: Account) -> str:
        return dollars(account.monthly_allowance_micros)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        allowance_micros = form.cleaned_data["allowance"]
        set_allowance(obj.person, allowance_micros, recorded_by=_admin_of(request), now=timezone.now())


def _admin_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "has_change_permission has asked"
    return request.user


# ── Projects ───────────────────────────────────────────────────────────────────────────────────────


class MembershipInline(admin.TabularInline):
    """Who is in the project, and as what."""

    model = Membership
    fields = ["person", "role"]
    autocomplete_fields = ["person"]
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_admin(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_admin(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_admin(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A removed person's work stays with the project."""
        return _is_admin(request)


@admin.register(Project)
class ProjectAdmin(StudioAdmin):
    fields = ["name"]
    inlines = [MembershipInline]
    list_display = ["name", "created_at"]
    search_fields = ["name"]


# ── Prices and switches ────────────────────────────────────────────────────────────────────────────


def _model_choices() -> list[tuple[str, str]]:
    return [(model.key, model.name) for model in MODELS]


class PriceForm(forms.ModelForm):
    """A price from a moment on. A new price is a new row: what was charged under the old one stays explained."""

    model_key = forms.ChoiceField(label=_("Model"), choices=_model_choices)
    size = forms.ChoiceField(
        label=_("Size"),
        required=False,
        choices=[("", _("Every size")), *((size, size) for size in ("512", "1K", "2K", "4K"))],
    )
    amount_micros = DollarsField(label=_("Price of one call"), help_text=_("In US dollars, such as 0.09."))

    class Meta:
        model = Price
        fields = [
            "model_key",
            "size",
            "billing_mode",
            "amount_micros",
            "multiplier_thousandths",
            "effective_at",
            "note",
        ]


@admin.register(Price)
class PriceAdmin(StudioAdmin):
    form = PriceForm
    list_display = ["model_key", "size", "billing_mode", "price", "multiplier_thousandths", "effective_at", "note"]
    list_filter = ["model_key"]

    @admin.display(description=_("Price"), ordering="amount_micros")
    def price(self, price: Price) -> str:
        return dollars(price.amount_micros)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Price, form: Any, change: bool) -> None:
        obj.recorded_by = _admin_of(request)
        super().save_model(request, obj, form, change)


class ModelSwitchForm(forms.ModelForm):
    model_key = forms.ChoiceField(label=_("Model"), choices=_model_choices)

    class Meta:
        model = ModelSwitch
        fields = ["model_key", "is_enabled"]


@admin.register(ModelSwitch)
class ModelSwitchAdmin(StudioAdmin):
    """Which models are offered. Without a switch the catalogue decides."""

    form = ModelSwitchForm
    list_display = ["model_key", "is_enabled"]

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _is_admin(request)


@admin.register(Instance)
class InstanceAdmin(StudioAdmin):
    """The emergency stop: with a reason in it nothing is sent to the provider."""

    fields = ["paused_reason", "instance_id", "last_run_number", "restore_epoch"]
    readonly_fields = ["instance_id", "last_run_number", "restore_epoch"]
    list_display = ["instance_id", "paused_reason", "last_run_number"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


# ── Records ────────────────────────────────────────────────────────────────────────────────────────


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ["account", "sequence", "effective_at", "kind", "certainty", "amount", "balance", "generation"]
    list_filter = ["kind", "certainty", "month"]
    list_select_related = ["account__person", "generation__run"]
    ordering = ["-effective_at", "-pk"]
    search_fields = ["account__person__username", "account__person__email", "note"]

    @admin.display(description=_("Amount"))
    def amount(self, entry: LedgerEntry) -> str:
        return dollars(entry.amount_micros)

    @admin.display(description=_("Left"))
    def balance(self, entry: LedgerEntry) -> str:
        return dollars(entry.balance_micros)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Every call with its evidence; what was sent is shown without its pictures."""

    list_display = ["__str__", "started_at", "outcome", "charge", "price", "http_status", "request_id"]
    list_filter = ["outcome", "charge"]
    list_select_related = ["generation__run"]
    ordering = ["-started_at"]
    search_fields = ["request_id", "response_id"]

    @admin.display(description=_("Price"))
    def price(self, attempt: Attempt) -> str:
        return dollars(attempt.price_micros)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """What admins changed here."""

    list_display = ["action_time", "user", "content_type", "object_repr", "action_flag", "get_change_message"]
    list_filter = ["action_flag"]
    list_select_related = ["user", "content_type"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        return super().get_queryset(request).order_by("-action_time", "-pk")
