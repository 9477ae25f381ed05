"""The bodies of errors: Google's shape, the gateway's shape, and the shape of its management pages."""

from typing import Any

import msgspec

type Body = dict[str, Any]


class Refused(Exception):
    """The request goes no further: answer with this status and body."""

    def __init__(self, status: int, body: Body) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


def google_error(code: int, message: str, status: str) -> Body:
    return {"error": {"code": code, "message": message, "status": status, "details": []}}


def invalid_argument(message: str) -> Refused:
    return Refused(400, google_error(400, f"{message} (sandbox)", "INVALID_ARGUMENT"))


def gateway_error(message: str, code: str, kind: str = "shell_api_error") -> Body:
    return {"error": {"message": message, "localized_message": message, "type": kind, "param": "", "code": code}}


def lookalike(message: str) -> Body:
    """A lasting input error in the clothes of a rate limit."""
    body = gateway_error(f"{message} (sandbox)", "", "invalid_request_error")
    body["error"]["code"] = 429
    return body


def management_error(message: str) -> Body:
    return {"success": False, "message": message}


def invalid_url(method: str, path: str) -> Refused:
    return Refused(404, gateway_error(f"Invalid URL ({method} {path})", "", "invalid_request_error"))


def no_balance(quota: int, price: int) -> Body:
    message = f"user quota {quota} is below the hold {price} (sandbox)"
    body = gateway_error(message, "insufficient_user_quota")
    body["error"]["localized_message"] = "Insufficient user quota"
    return body


def encoded(body: Body) -> bytes:
    return msgspec.json.encode(body)
