"""The several shapes in which gateway and model say that something went wrong, read into one."""

import json
import re
from dataclasses import dataclass

_CODE = re.compile(r'"code"\s*:\s*"?([\w.-]+)')
_TYPE = re.compile(r'"type"\s*:\s*"([\w.-]+)"')


@dataclass(frozen=True, slots=True)
class ErrorWords:
    """`code` may have been a word or a number; `type` is the gateway's type or Google's status. Empty when absent."""

    code: str = ""
    type: str = ""
    message: str = ""


def error_words(document: object) -> ErrorWords:
    """What a JSON document says of an error; nothing when it says nothing. Never raises.

    Google's `{"error": {code, message, status}}`, the gateway's `{"error": {type, code, message}}`, either inside
    a list of one, and the management API's `{"success": false, "message"}`; docs/provider.md, "Errors".
    """
    if isinstance(document, list):
        document = next((each for each in document if isinstance(each, dict)), None)
    if not isinstance(document, dict):
        return ErrorWords()
    error = document.get("error")
    if isinstance(error, str):
        return ErrorWords(message=error)
    if isinstance(error, dict):
        kind = error.get("type") or error.get("status")
        message = error.get("message") or error.get("localized_message")
        return ErrorWords(_word(error.get("code")), _word(kind), _word(message))
    if document.get("success") is False:
        return ErrorWords(message=_word(document.get("message")))
    return ErrorWords()


def error_words_in(text: str) -> ErrorWords:
    """The same from the text of a body, which may be cut short or no JSON at all."""
    try:
        return error_words(json.loads(text, strict=False))
    except (ValueError, RecursionError):
        code, kind = _CODE.search(text), _TYPE.search(text)
        return ErrorWords(code[1] if code else "", kind[1] if kind else "", text)


def _word(value: object) -> str:
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""
