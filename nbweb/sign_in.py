"""How people sign in, by environment variable: mail, passwords, sessions, single sign-on, addresses behind a proxy."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from .variables import WrongSetting, count, flag, number, words

_MAIL_SECONDS = 20
_MAIL_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
BREACHES_URL = "https://api.pwnedpasswords.com"


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """What the process was told about accounts, checked and typed."""

    mail: dict[str, Any] | None = field(repr=False)  # Django's MAILERS entry; None: nothing is sent
    mail_from: str
    verifies_email: bool
    asks_for_breaches: bool
    breaches_url: str
    trusted_proxies: int
    idle: timedelta
    session: timedelta
    confirmed: timedelta
    sign_on: dict[str, Any] | None = field(repr=False)  # allauth's app; None: no single sign-on
    sign_on_domains: list[str]

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> Self:
        """Every setting from `variables`. Raises `WrongSetting` (which ends the process) on a bad value."""
        mail = _mail(variables.get("NB_MAIL_URL", ""))
        verifies_email = flag(variables, "NB_VERIFY_EMAIL")
        if verifies_email and mail is None:
            raise WrongSetting("NB_VERIFY_EMAIL=1 sends mail: set NB_MAIL_URL=smtp+tls://user:password@host:587")
        if flag(variables, "NB_DEMO") and flag(variables, "NB_HTTPS"):
            raise WrongSetting("NB_DEMO=1 prints passwords and asks admins for no second factor: not behind NB_HTTPS.")
        return cls(
            mail=mail,
            mail_from=variables.get("NB_MAIL_FROM") or "NB Studio <studio@localhost>",
            verifies_email=verifies_email,
            asks_for_breaches=flag(variables, "NB_BREACH_CHECK"),
            breaches_url=variables.get("NB_BREACH_URL") or BREACHES_URL,
            # Whoever terminates TLS in front of us is one hop that can be believed.
            trusted_proxies=count(variables, "NB_TRUSTED_PROXIES", int(flag(variables, "NB_HTTPS"))),
            idle=timedelta(days=number(variables, "NB_SESSION_IDLE_DAYS", 14)),
            session=timedelta(days=number(variables, "NB_SESSION_DAYS", 90)),
            confirmed=timedelta(minutes=number(variables, "NB_CONFIRM_MINUTES", 15)),
            sign_on=_sign_on(variables),
            sign_on_domains=[domain.lower().lstrip("@") for domain in words(variables, "NB_OIDC_DOMAINS")],
        )


def _mail(url: str) -> dict[str, Any] | None:
    """Django's mailer from `NB_MAIL_URL`. No message shows the address, which holds a password."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise WrongSetting("NB_MAIL_URL: this is no address.") from None
    if parts.scheme not in _MAIL_PORTS or not parts.hostname:
        raise WrongSetting("NB_MAIL_URL: smtp://host, smtp+tls://user:password@host:587 or smtps://… is needed.")
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": port or _MAIL_PORTS[parts.scheme],
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": parts.scheme == "smtp+tls",
            "use_ssl": parts.scheme == "smtps",
            "timeout": _MAIL_SECONDS,
        },
    }


def _sign_on(variables: Mapping[str, str]) -> dict[str, Any] | None:
    url, client_id = variables.get("NB_OIDC_URL", "").rstrip("/"), variables.get("NB_OIDC_CLIENT_ID", "")
    if not url and not client_id:
        return None
    parts = urlsplit(url)
    is_here = parts.hostname in {"127.0.0.1", "localhost", "::1"}
    if not parts.hostname or (parts.scheme != "https" and not (is_here and parts.scheme == "http")):
        raise WrongSetting(f"NB_OIDC_URL={url!r}: the provider’s https address is needed.")
    if not client_id:
        raise WrongSetting("NB_OIDC_CLIENT_ID: the provider’s name for this studio is needed.")
    return {
        "provider_id": "sso",
        "name": variables.get("NB_OIDC_NAME") or "Single sign-on",
        "client_id": client_id,
        "secret": variables.get("NB_OIDC_CLIENT_SECRET", ""),
        "settings": {"server_url": url},
    }
