# mypy: disable-error-code="type-arg"
# Django's admin and form classes cannot be subscripted at run time.
"""People and what they may spend a month."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserCreationForm
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..accounts.people import end_sessions, take_second_factors
from ..forms.dollars import DollarsField
from ..ledger.decisions import set_budget
from ..models import (
    Account,
    MonthBalance,
    User,
)
from ..money import dollars
from .base import StudioAdmin, admin_of, is_admin


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
    # Changed on the Members page, which keeps an admin in the studio.
    readonly_fields = ["is_active", "is_staff", "date_joined", "last_login"]
    actions = ["sign_out_everywhere", "remove_second_factors"]

    @admin.display(description=_("Name"))
    def display_name(self, person: User) -> str:
        return person.display_name

    @admin.action(description=_("Sign out everywhere"))
    def sign_out_everywhere(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            end_sessions(person, by=admin_of(request))
        self.message_user(request, _("They are signed out in every browser."), messages.SUCCESS)

    @admin.action(description=_("Take away second factors (a lost telephone)"))
    def remove_second_factors(self, request: HttpRequest, people: QuerySet[User]) -> None:
        for person in people:
            take_second_factors(person, by=admin_of(request))
        self.message_user(
            request, _("They sign in with their password alone now, and set up a new second factor."), messages.SUCCESS
        )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            allowance_micros = form.cleaned_data["allowance"]
            set_budget(obj, allowance_micros, by=admin_of(request), now=timezone.now())


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
        return is_admin(request)


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
        set_budget(obj.person, allowance_micros, by=admin_of(request), now=timezone.now())
