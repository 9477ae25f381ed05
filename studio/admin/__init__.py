"""Django's admin, for what has no page of its own: people and their budgets, projects, prices, switches, records.

Whoever is an admin of the studio may do here what a class allows; Django's own permissions are not used.
The ledger and the attempts are shown and never touched: money is moved by `studio/ledger/` alone.
"""

from allauth.account import admin as of_addresses
from allauth.account.decorators import secure_admin_login
from allauth.mfa import admin as of_factors
from allauth.socialaccount import admin as of_sign_on
from allauth.usersessions import admin as of_sessions
from django.contrib import admin
from django.contrib.auth.models import Group
from django.utils.translation import gettext_lazy as _

from . import keys, people, projects, records, switches

__all__ = ["keys", "people", "projects", "records", "switches"]

admin.site.site_header = "NB Studio"
admin.site.site_title = "NB Studio"
admin.site.index_title = _("Studio")
# One door: the same limits on tries, the same second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.unregister(Group)
# What belongs to a person is theirs; what an admin may do about it is an action of People, with its line in the log.
admin.site.unregister(
    [
        of_addresses.EmailAddress,
        of_factors.Authenticator,
        of_sessions.UserSession,
        of_sign_on.SocialApp,
        of_sign_on.SocialAccount,
        of_sign_on.SocialToken,
    ]
)
