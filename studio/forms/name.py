"""How a person is called. Apart from the other forms of accounts, for allauth builds its own upon it."""

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import User


class NameForm(forms.Form):
    """The field that every form has with which somebody comes in for the first time."""

    name = forms.CharField(
        label=_("Your name"), max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name", "class": "input"})
    )

    def signup(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Called by allauth, with the account that was just made."""
        assert isinstance(user, User)
        call(user, self.cleaned_data["name"])
        user.save(update_fields=["first_name", "last_name"])


def call(user: User, name: str) -> None:
    """Set the person's name: what frames call them is its first word."""
    first, _space, last = " ".join(name.split()).partition(" ")
    user.first_name, user.last_name = first, last
