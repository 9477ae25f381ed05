"""What moves money, keys or rights is done by somebody who has lately proven who they are.

`confirmed` is put on every such view. A form that comes too late is kept while the person confirms, and goes on by
itself afterwards; one that holds a password or a key is not kept, and is filled in again.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import reauthentication
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_NOT_KEPT: Final = ("password", "secret")
"""In the name of a field: what it holds must not lie in a session."""

type View = Callable[..., HttpResponse]


def confirmed(view: View) -> View:
    """Let this view change things only for a person who signed in or confirmed within `NB_CONFIRM_MINUTES`."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return asked_again(request) or view(request, *args, **kwargs)

    guarded.is_confirmed = True  # type: ignore[attr-defined]  # the tests ask every view
    return guarded


def asked_again(request: HttpRequest, *, goes_on: bool = True) -> HttpResponse | None:
    """The answer that asks who they are; None when nothing is changed, nobody is there, or it is known well enough.

    Without `goes_on` the form is not kept, and its page is shown again: for one whose answer is no page, but a file.
    """
    if request.method in SAFE_METHODS or not request.user.is_authenticated:
        return None
    if not reauthentication.is_reauthentication_required(request, app=""):
        return None
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    page = str(methods[0]["url"]) if methods else reverse("account_login")
    if getattr(request, "htmx", False):
        # A redirect would be followed by the script, and its page put where an answer was expected.
        return HttpResponse(status=204, headers={"HX-Redirect": f"{page}?{urlencode({'next': _page_of(request)})}"})
    if not goes_on or any(word in name for name in request.POST for word in _NOT_KEPT):
        return HttpResponseRedirect(f"{page}?{urlencode({'next': _page_of(request)})}")
    suspended: HttpResponse = reauthentication.suspend_request(request, page)
    return suspended


def _page_of(request: HttpRequest) -> str:
    """The page the form is on."""
    came_from = request.headers.get("HX-Current-URL") or request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if is_ours else reverse("home")
