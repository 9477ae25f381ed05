"""The environment variables NB Studio reads: all of them, and nowhere else.

A wrong value stops the start with one sentence; without any variable a fresh checkout just runs.
What people sign in with is read in `sign_in.py`. Every name has its line in docs/settings.md.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from .variables import WrongSetting, choice, days, flag, host_and_port, number, time_of_day, words

BASE_DIR = Path(__file__).resolve().parent.parent
SANDBOX_PORT = 8490
SANDBOX_TOKEN = "sys-sandbox"  # noqa: S105 - opens nothing but the sandbox
GATEWAY_URL = "https://api.apiyi.com"
OSS_HOST = "oss-us-west-1.aliyuncs.com"
FROZEN_SECONDS = 60
"""How long PostgreSQL keeps a transaction open for a process that says nothing in it, before it undoes it."""
POOL = {"min_size": 2, "max_size": 20, "timeout": 5, "reconnect_timeout": 2}
"""Connections of one process: a call gives its own back while it waits, and the next one opens none.

Of the forty threads of a web process thirty may wait for bodies, and those have none. So who waits long for a
connection waits for a server that is away: for five seconds, and is told. Whoever asks then tries anew. Left to itself
the pool would wait longer between any two tries, up to minutes, and for as long after the server is back.
"""
_SECRETS = (
    "NB_API_KEY",
    "NB_OSS_API_KEY",
    "NB_SYSTEM_TOKEN",
    "NB_OIDC_CLIENT_SECRET",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "OTEL_EXPORTER_OTLP_HEADERS",
)
_LARGEST_OBJECT_BYTES = 100_000_000
_IN_MEMORY_BYTES = 1_000_000
WEB_THREADS = 40
WORKERS = ("thread", "procrastinate", "off")
LOGS = ("text", "json")
MEDIA_DELIVERIES = ("stream", "accel", "redirect")


@dataclass(frozen=True, kw_only=True)
class Environment:
    """What the process was told, checked and typed."""

    debug: bool
    secret_key: str = field(repr=False)
    secret_key_fallbacks: list[str] = field(repr=False)
    allowed_hosts: list[str]
    trusted_origins: list[str]
    behind_https: bool
    database: dict[str, Any] = field(repr=False)
    data_dir: Path
    media_root: Path
    spool_dir: Path
    static_root: Path
    gateway_url: str
    is_practice: bool  # calls go to the sandbox on this machine, and nothing costs real money
    api_key: str = field(repr=False)
    oss_api_key: str = field(repr=False)
    system_token: str = field(repr=False)
    oss_hosts: tuple[str, ...]
    timeout_scale: float
    worker: str
    worker_slots: int
    web_threads: int  # of each process that answers people
    time_zone: str
    verify_at: time | None  # None: never
    trash_days: int | None  # 0: for ever; None: as the studio's own settings say
    bucket: str
    s3_endpoint: str
    media_delivery: str
    is_demo: bool
    log: str
    metrics: tuple[str, int] | None  # host and port of the page for machines; None: there is none
    traces_url: str  # of a collector of traces; "": there is none
    secrets: tuple[str, ...] = field(repr=False)  # what no log line may hold

    @classmethod
    def read(cls, variables: Mapping[str, str] = os.environ) -> Self:
        """Every setting from `variables`. Raises `WrongSetting` (which ends the process) on a bad value."""
        data_dir = Path(variables.get("NB_DATA_DIR") or BASE_DIR / "data").resolve()
        data_dir.mkdir(parents=True, exist_ok=True)
        api_key = variables.get("NB_API_KEY", "")
        sandbox_url = f"http://127.0.0.1:{int(number(variables, 'NB_SANDBOX_PORT', SANDBOX_PORT))}"
        gateway_url = _gateway_url(variables, GATEWAY_URL if api_key else sandbox_url)
        is_practice = gateway_url == sandbox_url
        timeout_scale = number(variables, "NB_TIMEOUT_SCALE", 1.0)
        database = _database(variables.get("DATABASE_URL", ""), data_dir, timeout_scale)
        secret_key = variables.get("SECRET_KEY") or _kept_secret(data_dir / "secret_key")
        return cls(
            debug=flag(variables, "DEBUG"),
            secret_key=secret_key,
            secret_key_fallbacks=words(variables, "SECRET_KEY_FALLBACKS"),
            allowed_hosts=words(variables, "ALLOWED_HOSTS") or ["127.0.0.1", "localhost", "[::1]"],
            trusted_origins=words(variables, "NB_TRUSTED_ORIGINS"),
            behind_https=flag(variables, "NB_HTTPS"),
            database=database,
            data_dir=data_dir,
            media_root=Path(variables.get("MEDIA_ROOT") or data_dir / "media").resolve(),
            spool_dir=Path(variables.get("NB_SPOOL_DIR") or data_dir / "spool").resolve(),
            static_root=Path(variables.get("NB_STATIC_ROOT") or data_dir / "static").resolve(),
            gateway_url=gateway_url,
            is_practice=is_practice,
            # The sandbox takes any key; a fresh clone has none and needs none.
            api_key=api_key or "sk-sandbox",
            oss_api_key=variables.get("NB_OSS_API_KEY", ""),
            system_token=variables.get("NB_SYSTEM_TOKEN", "") or (SANDBOX_TOKEN if is_practice else ""),
            oss_hosts=tuple(words(variables, "NB_OSS_HOSTS") or [sandbox_url if is_practice else OSS_HOST]),
            timeout_scale=timeout_scale,
            worker=_worker(variables, database),
            worker_slots=int(number(variables, "NB_WORKER_SLOTS", 4)),
            web_threads=int(number(variables, "NB_WEB_THREADS", WEB_THREADS)),
            time_zone=variables.get("NB_TIME_ZONE", "UTC"),
            verify_at=time_of_day(variables, "NB_VERIFY_AT", "03:00"),
            trash_days=days(variables, "NB_TRASH_DAYS"),
            bucket=variables.get("AWS_STORAGE_BUCKET_NAME", ""),
            s3_endpoint=variables.get("AWS_S3_ENDPOINT_URL", ""),
            media_delivery=_media_delivery(variables),
            is_demo=flag(variables, "NB_DEMO"),
            log=choice(variables, "NB_LOG", LOGS),
            metrics=host_and_port(variables, "NB_METRICS"),
            traces_url=_traces_url(variables),
            secrets=_secrets(variables, secret_key, database),
        )


def s3_options(environment: Environment) -> dict[str, Any]:
    """What the S3 storage has to be told. An endpoint of one's own is addressed by path: it has no name per bucket."""
    # Only where a bucket is used: the library takes longer to load than Django.
    from boto3.s3.transfer import TransferConfig
    from botocore.config import Config

    return {
        "bucket_name": environment.bucket,
        "endpoint_url": environment.s3_endpoint or None,
        "max_memory_size": _IN_MEMORY_BYTES,  # what is read whole is read into a file
        "default_acl": None,  # the bucket's own rules; never public by our word
        "file_overwrite": True,  # a key names its content, so a repeat is the same object
        # In one piece, read as it is sent and by nobody else's thread: whoever waits for it can end it.
        "transfer_config": TransferConfig(multipart_threshold=_LARGEST_OBJECT_BYTES, use_threads=False),
        "client_config": Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"} if environment.s3_endpoint else None,
            connect_timeout=5,
            read_timeout=30,
            max_pool_connections=50,  # as many people may be looking at once, each slowly
            retries={"mode": "standard", "total_max_attempts": 3},
        ),
    }


def bucket_origins(environment: Environment, variables: Mapping[str, str] = os.environ) -> list[str]:
    """Where a link to an object of the bucket may lead: what pages must be allowed to load pictures from."""
    if environment.s3_endpoint:
        parts = urlsplit(environment.s3_endpoint)
        return [f"{parts.scheme}://{parts.netloc}"]
    region = variables.get("AWS_S3_REGION_NAME") or variables.get("AWS_DEFAULT_REGION") or "us-east-1"
    return [f"https://{environment.bucket}.s3.amazonaws.com", f"https://{environment.bucket}.s3.{region}.amazonaws.com"]


def _secrets(variables: Mapping[str, str], secret_key: str, database: Mapping[str, Any]) -> tuple[str, ...]:
    # Cut out, not parsed: that it is no address at all is for `sign_in.py` to say.
    mail = variables.get("NB_MAIL_URL", "").rpartition("@")[0].rpartition("//")[2].partition(":")[2]
    inside = (secret_key, *words(variables, "SECRET_KEY_FALLBACKS"), database.get("PASSWORD", ""), mail, unquote(mail))
    return (*inside, *(variables.get(name, "") for name in _SECRETS))


def _traces_url(variables: Mapping[str, str]) -> str:
    url = variables.get("NB_TRACES_URL", "").strip()
    if url and not (url.startswith(("http://", "https://")) and urlsplit(url).hostname):
        raise WrongSetting(f"NB_TRACES_URL={url!r}: an address such as http://collector:4318/v1/traces is needed.")
    if url and find_spec("opentelemetry") is None:
        raise WrongSetting("NB_TRACES_URL needs OpenTelemetry: install the extra `traces`, or requirements.lock.")
    return url


def _worker(variables: Mapping[str, str], database: Mapping[str, Any]) -> str:
    worker = choice(variables, "NB_WORKER", WORKERS)
    if worker == "procrastinate" and not database["ENGINE"].endswith("postgresql"):
        raise WrongSetting("NB_WORKER=procrastinate needs PostgreSQL: set DATABASE_URL=postgresql://…")
    return worker


def _media_delivery(variables: Mapping[str, str]) -> str:
    delivery, bucket = (
        choice(variables, "NB_MEDIA_DELIVERY", MEDIA_DELIVERIES),
        variables.get("AWS_STORAGE_BUCKET_NAME"),
    )
    if delivery == "redirect" and not bucket:
        raise WrongSetting("NB_MEDIA_DELIVERY=redirect needs a bucket: set AWS_STORAGE_BUCKET_NAME.")
    if delivery == "accel" and bucket:
        raise WrongSetting("NB_MEDIA_DELIVERY=accel is for pictures on disk; with a bucket say stream or redirect.")
    return delivery


def _gateway_url(variables: Mapping[str, str], default: str) -> str:
    """The address paid calls go to, without a slash at its end."""
    url = (variables.get("NB_GATEWAY_URL") or default).rstrip("/")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise WrongSetting(f"NB_GATEWAY_URL={url!r}: an address such as {GATEWAY_URL} is needed.")
    if parts.hostname == "api-cf.apiyi.com":
        raise WrongSetting("NB_GATEWAY_URL: api-cf.apiyi.com cuts calls and bills them; use api.apiyi.com.")
    return url


def _kept_secret(path: Path) -> str:
    """A key made at the first start and kept beside the database, so that sessions survive a restart."""
    try:
        with path.open("x") as file:
            path.chmod(0o600)
            file.write(secrets.token_urlsafe(64))
    except FileExistsError:
        pass
    return path.read_text().strip()


def _database(url: str, data_dir: Path, timeout_scale: float) -> dict[str, Any]:
    """Django's database settings from `DATABASE_URL`; without one, SQLite in the data folder."""
    parts = urlsplit(url or f"sqlite:///{data_dir / 'nbstudio.sqlite3'}")
    if parts.scheme == "sqlite":
        # sqlite:////absolute/path has four slashes, sqlite:///relative/path three, as everywhere.
        return _sqlite(Path(unquote(parts.path[1:])).resolve())
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                "pool": dict(POOL),
                "connect_timeout": 5,
                # Of a machine that froze inside a transaction, and would keep its rows from all others.
                # And room for the rows of a frequent word (docs/scale.md); questions as short as ours are not compiled.
                "options": f"-c idle_in_transaction_session_timeout={round(FROZEN_SECONDS * timeout_scale * 1000)}"
                " -c work_mem=16MB -c jit=off",
                **dict(parse_qsl(parts.query)),
            },
        }
    raise WrongSetting(f"DATABASE_URL starts with {parts.scheme!r}: sqlite:///PATH or postgresql://… is needed.")


def _sqlite(path: Path) -> dict[str, Any]:
    # WAL and IMMEDIATE: readers never wait, and a writer waits its turn instead of failing with "locked".
    # synchronous=FULL: the mark that a paid call is about to be sent must survive a power cut.
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
        },
    }
