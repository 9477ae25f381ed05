"""allauth's forms with our limits: nothing endless is hashed, a code counts once, an invitation names its address."""

from typing import Any, Final

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, SignupForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.core.validators import MaxLengthValidator

from ..accounts.door import invited_email
from ..accounts.passwords import CHARACTERS_MAX
from ..accounts.second_factor import take_once

_LOGIN_MAX: Final = 320


class SignInForm(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """A name or address, and a password, neither of them longer than anybody's is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].validators.append(MaxLengthValidator(_LOGIN_MAX))
        self.fields["password"].validators.append(MaxLengthValidator(CHARACTERS_MAX))


class InvitedForm(SignupForm):  # type: ignore[misc]  # allauth ships no types
    """A new account; where one address was invited, for that address and no other."""

    field_order = ("email", "name", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if invited := invited_email(context.request):
            self.fields["email"].initial = invited
            self.fields["email"].disabled = True


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The second step of signing in. A code of an app is good for one sign-in."""

    def clean_code(self) -> str:
        return _once(self, super().clean_code())


class ConfirmingCodeForm(ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The same, where somebody who is inside confirms who they are."""

    def clean_code(self) -> str:
        return _once(self, super().clean_code())


def _once(form: Any, code: str) -> str:
    if form.authenticator.type == Authenticator.Type.TOTP and not take_once(form.user, code):
        raise get_adapter().validation_error("incorrect_code")
    return code
