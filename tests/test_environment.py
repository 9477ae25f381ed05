"""What the variables mean, and the one sentence that stops the start when they cannot be meant."""

import re
from pathlib import Path

import pytest

from nbweb.environment import Environment, WrongSetting


@pytest.fixture
def read(tmp_path: Path) -> "type":
    def reading(**variables: str) -> Environment:
        return Environment.read({"NB_DATA_DIR": str(tmp_path), **variables})

    return reading  # type: ignore[return-value]


def test_without_any_variable_the_studio_practises_on_the_sandbox(read: type) -> None:
    environment = read()
    assert (environment.gateway_url, environment.is_practice) == ("http://127.0.0.1:8490", True)
    assert environment.oss_hosts == ("http://127.0.0.1:8490",)


def test_with_a_key_calls_go_to_the_gateway(read: type) -> None:
    environment = read(NB_API_KEY="sk-real")
    assert (environment.gateway_url, environment.is_practice) == ("https://api.apiyi.com", False)
    assert environment.oss_hosts == ("oss-us-west-1.aliyuncs.com",)


def test_another_gateway_is_never_taken_for_the_sandbox(read: type) -> None:
    environment = read(NB_GATEWAY_URL="http://127.0.0.1:9999/", NB_API_KEY="sk-x")
    assert (environment.gateway_url, environment.is_practice) == ("http://127.0.0.1:9999", False)


def test_keys_do_not_show(read: type) -> None:
    assert "sk-real" not in repr(read(NB_API_KEY="sk-real"))


def test_no_log_may_hold_what_the_process_was_told_in_confidence(read: type) -> None:
    told = {
        "SECRET_KEY": "the-key-of-today",
        "SECRET_KEY_FALLBACKS": "the-key-of-yesterday",
        "DATABASE_URL": "postgresql://ann:of-the-database@db.example/studio",
        "NB_MAIL_URL": "smtp+tls://ann:of%40the-mail@mail.example:587",
        "NB_OIDC_CLIENT_SECRET": "of-the-sign-on",
        "AWS_SECRET_ACCESS_KEY": "of-the-bucket",
        "NB_API_KEY": "sk-of-the-gateway",
    }
    inside = {"the-key-of-today", "the-key-of-yesterday", "of-the-database", "of@the-mail", "of-the-sign-on"}
    assert inside | {"of-the-bucket", "sk-of-the-gateway"} <= set(read(**told).secrets)


def test_the_secret_key_is_made_once_and_kept_from_others(read: type, tmp_path: Path) -> None:
    first = read().secret_key
    assert len(first) >= 50
    assert read().secret_key == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_postgresql_is_one_variable(read: type) -> None:
    database = read(DATABASE_URL="postgresql://ann:p%40ss@db.example:5433/studio?sslmode=require").database
    assert (database["HOST"], database["PORT"], database["NAME"]) == ("db.example", "5433", "studio")
    assert (database["PASSWORD"], database["OPTIONS"]["sslmode"]) == ("p@ss", "require")


def test_workers_of_their_own_need_postgresql(read: type) -> None:
    assert read(NB_WORKER="procrastinate", DATABASE_URL="postgresql://db.example/studio").worker == "procrastinate"
    with pytest.raises(SystemExit, match="PostgreSQL"):
        read(NB_WORKER="procrastinate")


def test_sqlite_takes_the_path_it_is_given(read: type) -> None:
    assert read(DATABASE_URL="sqlite:////tmp/other.sqlite3").database["NAME"] == Path("/tmp/other.sqlite3")


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"DEBUG": "maybe"}, "DEBUG"),
        ({"NB_TIMEOUT_SCALE": "fast"}, "NB_TIMEOUT_SCALE"),
        ({"NB_TIMEOUT_SCALE": "0"}, "above zero"),
        ({"NB_WORKER_SLOTS": "-1"}, "NB_WORKER_SLOTS"),
        ({"NB_WORKER": "celery"}, "thread, procrastinate, off"),
        ({"NB_GATEWAY_URL": "api.apiyi.com"}, "https://api.apiyi.com"),
        ({"NB_GATEWAY_URL": "https://api-cf.apiyi.com"}, "use api.apiyi.com"),
        ({"DATABASE_URL": "mysql://x"}, "mysql"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence(read: type, variables: dict[str, str], words: str) -> None:
    with pytest.raises(WrongSetting, match=words):
        read(**variables)


def test_every_variable_has_its_line_in_the_docs() -> None:
    root = Path(__file__).parent.parent
    source = "".join((root / "nbweb" / name).read_text() for name in ("environment.py", "sign_in.py"))
    documented = (root / "docs" / "settings.md").read_text()
    names = set(re.findall(r'"((?:NB|AWS)_[A-Z_]+|SECRET_KEY|ALLOWED_HOSTS|DEBUG|DATABASE_URL|MEDIA_ROOT)"', source))
    assert len(names) > 15
    assert not {name for name in names if f"`{name}`" not in documented}
