"""What a view receives: a request whose `user` is a person and whose `htmx` is known."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from ..models import User


class StudioRequest(HttpRequest):
    user: User
    htmx: HtmxDetails
