"""The room plan, read from the imports: they run one way, and what must stay apart stays apart."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

STUDIO = Path(__file__).parent.parent / "studio"

# A room may import from those before it in its own line, and from nothing else of ours.
MAY_IMPORT = {
    "money": set(),
    "wire": set(),
    "telemetry": set(),
    "provider": {"money", "wire"},
    "fetch": {"wire"},
    "decoder": set(),
    "sandbox": {"provider"},
    "tokens": set(),
    "addresses": set(),
    "models": {"money", "provider", "tokens", "addresses"},
    "prices": {"money", "models", "provider"},
    "price_list": {"money", "models", "provider", "prices", "audit_log"},
    "price_drift": {"models", "provider", "price_list"},
    "notices": {"money", "models", "provider"},
    "ledger": {"money", "models", "provider", "audit_log", "notices"},
    "storage": {"models", "provider", "decoder"},
    "access": {"models"},
    "audit_log": {"models", "telemetry"},
    "access_tokens": {"models", "audit_log"},
    "webhooks": {"models", "fetch", "access", "audit_log", "notices", "sealing"},
    "security_log": {"models", "telemetry", "decoder"},
    "csv_file": {"money"},
    "trash": {"models", "storage"},
    "moves": {"models"},
    "transfer": {"models", "provider", "storage", "decoder", "archive", "question", "library"},
    "archive": {"models", "provider", "storage", "csv_file"},
    "accounts": {"models", "fetch", "ledger", "audit_log", "membership", "sealing", "appearance"},
    "question": {"models"},
    "asked_before": {"models", "provider"},
    "history": {"models", "provider"},
    "gallery": {"models", "provider", "tokens", "notices"},
    "library": {"models", "provider", "tokens"},
    "talk": {"models", "notices"},
    "links": {"models", "provider", "fetch", "decoder", "storage", "telemetry"},
    "reconcile": {"money", "models", "provider", "fetch", "ledger", "audit_log", "notices"},
    "reimbursement": {"money", "models", "provider", "ledger", "reconcile", "audit_log", "notices"},
    "verify": {"money", "models", "provider", "ledger", "storage", "reconcile"},
    "readiness": {"provider", "storage"},
    "backup": {"models", "storage", "verify", "jobs"},
    "sealing": set(),
    "keyring": {"models", "audit_log", "jobs", "sealing"},
    "switches": {"models", "audit_log", "provider"},
    "health_check": {"models", "provider", "fetch", "storage", "storage_check", "jobs"},
    "trial_picture": {"money", "models", "provider", "prices", "jobs", "membership", "audit_log"},
    "storage_check": {"fetch", "storage"},
    "general": {"models", "audit_log"},
    "appearance": {"models"},
    "metrics": {"models", "provider", "jobs", "telemetry"},
    "jobs": {
        *("money", "models", "provider", "fetch", "decoder", "prices", "ledger", "storage", "access"),
        *("question", "reconcile", "trash", "verify", "telemetry", "sealing", "notices", "webhooks"),
    },
    "membership": {"models", "provider", "access", "audit_log", "access_tokens", "ledger", "jobs", "notices"},
}
HTTP_CLIENTS = {"httpcore2", "httpx2", "httpx", "requests", "urllib3", "http.client", "urllib.request"}
# One file knows an HTTP library. The sandbox answers HTTP and calls nobody; the demo asks its own children whether
# they are up.
KNOW_HTTP = ("wire.py", "sandbox/", "demo/processes.py")
# One door for paid calls, one for every other fetch.
OUTBOUND_DOORS = {"provider", "fetch"}


def sources() -> list[Path]:
    return [path for path in STUDIO.rglob("*.py") if "migrations" not in path.parts]


def imports(path: Path) -> Iterator[str]:
    """Every module this file imports, as a full dotted name."""
    package = ["studio", *path.relative_to(STUDIO).parent.parts]
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parents = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*parents, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def room_of(path: Path) -> str:
    first = path.relative_to(STUDIO).parts[0]
    return first.removesuffix(".py")


@pytest.mark.parametrize("room", MAY_IMPORT)
def test_imports_run_one_way(room: str) -> None:
    for path in (path for path in sources() if room_of(path) == room):
        for name in imports(path):
            parts = name.split(".")
            if parts[0] == "studio" and len(parts) > 1:
                assert parts[1] in MAY_IMPORT[room] | {room}, f"{path.relative_to(STUDIO)} imports {name}"


@pytest.mark.parametrize("room", ["provider", "fetch", "decoder", "sandbox", "money", "tokens"])
def test_what_is_no_part_of_the_site_knows_nothing_of_django(room: str) -> None:
    for path in (path for path in sources() if room_of(path) == room):
        assert not [name for name in imports(path) if name.split(".")[0] == "django"], path


def test_only_the_wire_knows_an_http_client() -> None:
    for path in sources():
        place = path.relative_to(STUDIO).as_posix()
        if not place.startswith(KNOW_HTTP):
            found = {name for name in imports(path) for client in HTTP_CLIENTS if name.startswith(client)}
            assert not found, f"{place} imports {found}"


def test_only_the_two_doors_use_the_wire() -> None:
    for path in sources():
        if any(name.startswith("studio.wire") for name in imports(path)):
            assert room_of(path) in OUTBOUND_DOORS, path


def test_only_the_ledger_writes_ledger_entries() -> None:
    for path in sources():
        if room_of(path) != "ledger":
            assert "LedgerEntry(" not in path.read_text().replace("class LedgerEntry(", ""), path
