"""Back to the page a form was sent from. It says which; what it says is believed for addresses of our own alone."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def address_back(request: HttpRequest, otherwise: str) -> str:
    """What the form's field `next` says, else the other."""
    address = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else otherwise
