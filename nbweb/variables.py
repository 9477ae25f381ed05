"""One environment variable read as what it means. A wrong value stops the start with one sentence."""

from collections.abc import Mapping
from datetime import time

_DAYS_MAX = 36_500


class WrongSetting(SystemExit):
    """A variable whose value cannot be used. Stops the start with the sentence given."""


def flag(variables: Mapping[str, str], name: str) -> bool:
    text = variables.get(name, "").strip().lower()
    if text not in {"", "0", "1", "true", "false", "yes", "no"}:
        raise WrongSetting(f"{name}={text!r}: say 1 or 0.")
    return text in {"1", "true", "yes"}


def words(variables: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in variables.get(name, "").split(",") if part.strip()]


def number(variables: Mapping[str, str], name: str, default: float) -> float:
    text = variables.get(name, "")
    try:
        value = float(text) if text else default
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise WrongSetting(f"{name}={text!r}: a number above zero is needed.")
    return value


def count(variables: Mapping[str, str], name: str, default: int) -> int:
    text = variables.get(name, "")
    if text and not (text.isascii() and text.isdigit()):
        raise WrongSetting(f"{name}={text!r}: a whole number is needed.")
    return int(text) if text else default


def days(variables: Mapping[str, str], name: str) -> int | None:
    text = variables.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text) <= _DAYS_MAX):
        raise WrongSetting(f"{name}={text!r}: a number of days is needed, or 0 for never.")
    return int(text)


def time_of_day(variables: Mapping[str, str], name: str, default: str) -> time | None:
    text = variables.get(name) or default
    if text == "never":
        return None
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise WrongSetting(f"{name}={text!r}: a time such as 03:00 is needed, or never.") from None


def host_and_port(variables: Mapping[str, str], name: str) -> tuple[str, int] | None:
    text = variables.get(name, "").strip()
    host, _, port = text.rpartition(":")
    if not text:
        return None
    if not host or not port.isdigit() or not 0 < int(port) < 65_536:
        raise WrongSetting(f"{name}={text!r}: an address such as 127.0.0.1:9464 is needed.")
    return host.strip("[]"), int(port)


def choice(variables: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    text = variables.get(name) or choices[0]
    if text not in choices:
        raise WrongSetting(f"{name}={text!r}: one of {', '.join(choices)} is needed.")
    return text
