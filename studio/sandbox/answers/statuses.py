"""Answers that are no 200, with the bodies that belong to them."""

from http import HTTPStatus

from ..account import MICROS_PER_QUOTA
from ..checks import corrupted_signature
from ..errors import Body, gateway_error, google_error, lookalike, no_balance
from .call import Call, Reply, json_reply
from .pictures import delivered

# Not among Python's names.
CLOUDFLARE_TIMEOUT = 524
CLIENT_CLOSED = 499

# The gateway cannot know how these ended, and charges them.
UNKNOWN_BUT_CHARGED = frozenset({408, CLIENT_CLOSED, 504, CLOUDFLARE_TIMEOUT})

_BODIES: dict[int, Body] = {
    400: google_error(400, "Invalid value at 'generation_config.image_config'. (sandbox)", "INVALID_ARGUMENT"),
    401: gateway_error("Invalid token (sandbox)", "invalid_api_key"),
    403: gateway_error("This token may not use this model (sandbox)", "access_denied"),
    404: gateway_error("No available channel for this model (sandbox)", "model_not_found", "invalid_request_error"),
    408: gateway_error("Request timed out (sandbox)", "request_timeout"),
    429: gateway_error("The current group is saturated, try again later (sandbox)", "rate_limit_exceeded"),
    499: google_error(499, "The operation was cancelled. (sandbox)", "CANCELLED"),
    500: google_error(500, "An internal error has occurred. (sandbox)", "INTERNAL"),
    503: gateway_error("No channel is available at the moment (sandbox)", "no_available_channel"),
    504: gateway_error("Upstream model timed out (sandbox)", "upstream_timeout"),
}
_PAGES: dict[int, str] = {413: "413 Request Entity Too Large", CLOUDFLARE_TIMEOUT: "524: A timeout occurred"}


def status(call: Call) -> Reply:
    """The status asked for, in its own shape: JSON, a page of HTML, or nothing at all (502)."""
    code = call.behaviour.status or 500
    if code in _PAGES:
        return html_page(_PAGES[code], code)
    if code == HTTPStatus.BAD_GATEWAY:
        return Reply(code, b"", "text/plain")
    body = _BODIES.get(code) or gateway_error(f"status {code} (sandbox)", f"status_{code}")
    return json_reply([body] if call.behaviour.wrapped else body, code)


def write_response_body_failed(_call: Call) -> Reply:
    message = "write tcp: connection reset by peer (sandbox)"
    error = {"message": message, "type": "shell_api_error", "code": "write_response_body_failed"}
    return json_reply({"status_code": 500, "error": error}, 500)


def quota(call: Call) -> Reply:
    """Sources disagree on the status; the code in the body is what counts."""
    price = call.accepted.model.price_micros // MICROS_PER_QUOTA
    return json_reply(no_balance(call.quota, price), call.behaviour.status or 403)


def lookalike_429(_call: Call) -> Reply:
    return json_reply(lookalike("the image content does not match the MIME type"), 429)


def signature(call: Call) -> Reply:
    """Refuses a history with thought signatures; without them everything is well."""
    if not call.has_history:
        return delivered(call)
    refused = corrupted_signature()
    return json_reply(refused.body, refused.status)


def missing_signature(call: Call) -> Reply:
    """Refuses a history whose pictures came back without their signatures."""
    if not call.is_unsigned:
        return delivered(call)
    message = "Image part is missing a thought_signature. (sandbox)"
    return json_reply(google_error(400, message, "INVALID_ARGUMENT"), 400)


def redirect(call: Call) -> Reply:
    """A client that follows it sends its key and its whole body once more, and the book shows it."""
    location = call.behaviour.location or f"{call.url}?redirected=1"
    return Reply(call.behaviour.status or 307, b"", "text/plain", {"Location": location})


def html_page(title: str, code: int = 200) -> Reply:
    page = f"<!DOCTYPE html><html><head><title>{title}</title></head><body><h1>{title}</h1><p>sandbox</p></body></html>"
    return Reply(code, page.encode(), "text/html; charset=utf-8")
