"""The first page of an empty studio. Whoever has the code from the server's log names it and becomes its admin."""

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from ..accounts import first_run
from ..accounts.second_factor import lacks_second_factor
from ..forms.first_run import FirstRunForm


@never_cache
@sensitive_post_parameters("code", "password", "password_again")
@require_http_methods(["GET", "HEAD", "POST"])
def set_up(request: HttpRequest) -> HttpResponse:
    if first_run.is_set_up():
        raise Http404(_("This studio is set up."))
    if request.method != "POST":
        return _page(request, FirstRunForm())
    if refusal := ratelimit.consume_or_429(request, action="signup"):
        too_many: HttpResponse = refusal
        return too_many
    form = FirstRunForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        admin = first_run.begin(form.to_beginning(), request=request, now=timezone.now())
    except first_run.AlreadySetUp:
        return redirect("account_login")
    record_authentication(request, admin, method="password")
    after = reverse("mfa_index") if lacks_second_factor(admin) else reverse("home")
    inside: HttpResponse = perform_login(request, admin, email_verification="none", redirect_url=after)
    return inside


def _page(request: HttpRequest, form: FirstRunForm, *, status: int = 200) -> HttpResponse:
    return render(request, "account/first_run.html", {"form": form}, status=status)
