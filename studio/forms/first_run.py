"""What the first admin types: the code from the log, the studio's name, and who they are."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.utils.translation import gettext_lazy as _

from ..accounts import first_run
from ..models import User
from .name import NameForm, call


class FirstRunForm(NameForm):
    """Checked as a whole; what is typed stays, but for the passwords."""

    field_order = ("code", "studio_name", "name", "email", "password", "password_again")

    code = forms.CharField(
        label=_("Set-up code"),
        max_length=100,
        help_text=_("The server wrote it into its log when it started."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    studio_name = forms.CharField(label=_("Name of the studio"), max_length=80)
    email = forms.EmailField(label=_("Email"), max_length=254, widget=forms.EmailInput({"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=10_000,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("Password, once more"),
        strip=False,
        max_length=10_000,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
    )

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not first_run.is_code(code):
            raise forms.ValidationError(_("That is not the code in the server’s log."))
        return code

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        password, again = typed.get("password"), typed.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", _("The two passwords are not the same."))
        elif password:
            self._judge(password)
        return typed

    def _judge(self, password: str) -> None:
        person = User(email=self.cleaned_data.get("email", ""))
        call(person, self.cleaned_data.get("name", ""))
        try:
            validate_password(password, person)
        except forms.ValidationError as error:
            self.add_error("password", error)

    def to_beginning(self) -> first_run.Beginning:
        typed = self.cleaned_data
        return first_run.Beginning(typed["studio_name"], typed["name"], typed["email"], typed["password"])
