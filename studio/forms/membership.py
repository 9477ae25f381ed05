"""Roles and invitations as they are typed. Each form names its fields; what else is sent is not read."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..models import Invitation, Role, User
from .dollars import DollarsField


class RoleForm(forms.Form):
    """What a member of a project may do from now on."""

    role = forms.ChoiceField(choices=Role)

    @property
    def chosen(self) -> Role:
        return Role(self.cleaned_data["role"])


class StudioRoleForm(forms.Form):
    """Whether somebody runs the studio."""

    role = forms.ChoiceField(choices=[("member", _("Member")), ("admin", _("Admin"))])

    @property
    def is_admin(self) -> bool:
        return bool(self.cleaned_data["role"] == "admin")


class InvitationForm(forms.Form):
    """Who is invited into a project, and as what. Without an address whoever has the link may use it, once.

    `by` writes it; an admin says as well what a new person may spend a month.
    """

    email = forms.EmailField(
        label=_("Email, if you know it"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"invalid": _("This is no email address.")},
    )
    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, role.label) for role in Role],
        initial=Role.MAKER.value,
        widget=forms.Select(attrs={"class": "select"}),
    )

    budget = DollarsField(
        label=_("Monthly budget"),
        help_text=_("Of somebody who comes new, in US dollars. Nobody else’s is changed."),
        required=False,
        widget=forms.TextInput(
            attrs={"class": "input", "inputmode": "decimal", "size": 8, "maxlength": 20, "autocomplete": "off"}
        ),
    )
    language = forms.ChoiceField(
        label=_("Language of the email"),
        required=False,
        choices=settings.LANGUAGES,
        widget=forms.Select(attrs={"class": "select"}),
    )

    def __init__(self, *args: Any, by: User, **facts: Any) -> None:
        super().__init__(*args, **facts)
        if not by.is_studio_admin:
            del self.fields["budget"]  # money is an admin's to give

    @property
    def chosen(self) -> Invitation.Role:
        return Invitation.Role(self.cleaned_data["role"])

    @property
    def budget_micros(self) -> int:
        amount: Any = self.cleaned_data.get("budget")
        return int(amount or 0)


class StudioInvitationForm(InvitationForm):
    """Who is invited into the studio, by an admin."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[(role.value, role.label) for role in (Invitation.Role.MEMBER, Invitation.Role.ADMIN)],
        initial=Invitation.Role.MEMBER.value,
        widget=forms.Select(attrs={"class": "select"}),
    )
