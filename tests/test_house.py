"""The house is in order: locks, names, and what the repository says about the machine it was written on."""

import re
import socket
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests import licences, network

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-dev.lock")
EXTRAS_OF_A_SERVER = ("postgres", "s3", "traces")
# The brackets keep this file from holding what it looks for.
INDEX_ADDRESS = re.compile(r"[p]ypi\.(org|python)|python[h]osted|registry\.[n]pmjs|--(extra-)?[i]ndex-url|[f]ind-links")
MACHINE_PATH = re.compile(r"/[r]oot/|/[w]ork/(main|shared|\.)|/[U]sers/|[f]ile:///")


# ── Dependencies and locks ─────────────────────────────────────────────────────────────────────────


@cache
def project() -> dict[str, Any]:
    described: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return described


def wanted(*extras: str) -> list[Requirement]:
    lists = [project()["dependencies"], *(project()["optional-dependencies"][extra] for extra in extras)]
    return [Requirement(line) for one in lists for line in one]


@cache
def pins(lock: str) -> dict[str, Requirement]:
    """Every package a lock names, with its exact version."""
    lines = re.findall(r"^([a-z0-9][^\s;]*==.*?)\s*\\?$", (ROOT / lock).read_text(), re.MULTILINE)
    return {canonicalize_name(pin.name): pin for pin in map(Requirement, lines)}


def version(pin: Requirement) -> Version:
    return Version(str(pin.specifier).removeprefix("=="))


def applies(requirement: Requirement, extras: frozenset[str] = frozenset({""})) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)


def needed(requirements: list[Requirement]) -> set[str]:
    """The names of all packages that `requirements` bring in on this machine, by what the packages say themselves."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = [each for each in requirements if applies(each)]
    while waiting:
        one = waiting.pop()
        key = (canonicalize_name(one.name), frozenset(one.extras) | {""})
        if key not in seen:
            seen.add(key)
            asked = map(Requirement, metadata.requires(one.name) or [])
            waiting += [each for each in asked if applies(each, key[1])]
    return {name for name, _ in seen}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_package_index(lock: str) -> None:
    text = re.sub(r"^    --hash=sha256:[0-9a-f]{64}", "", (ROOT / lock).read_text(), flags=re.MULTILINE)
    assert re.findall(r"^.*://.*$|^ *-.*$", text, re.MULTILINE) == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_of_a_lock_has_a_hash(lock: str) -> None:
    without = re.findall(r"^[^#\s].*[^\\]$", (ROOT / lock).read_text(), re.MULTILINE)
    assert without == []


@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], EXTRAS_OF_A_SERVER), (LOCKS[1], (*EXTRAS_OF_A_SERVER, "dev"))])
def test_a_lock_holds_what_pyproject_asks_for(lock: str, extras: tuple[str, ...]) -> None:
    unmet = [
        f"{each}: locked is {found}"
        for each in wanted(*extras)
        if (found := pins(lock).get(canonicalize_name(each.name))) is None or version(found) not in each.specifier
    ]
    assert unmet == [], "run `make lock`"


@pytest.mark.parametrize(("lock", "extras"), [(LOCKS[0], EXTRAS_OF_A_SERVER), (LOCKS[1], (*EXTRAS_OF_A_SERVER, "dev"))])
def test_a_lock_holds_what_its_packages_need_and_no_more(lock: str, extras: tuple[str, ...]) -> None:
    assert {name for name, pin in pins(lock).items() if applies(pin)} == needed(wanted(*extras)), "run `make lock`"


def test_the_locks_agree_so_that_tests_try_what_servers_run() -> None:
    of_developers = pins(LOCKS[1])
    differing = {name: str(pin) for name, pin in pins(LOCKS[0]).items() if version(of_developers[name]) != version(pin)}
    assert differing == {}, "run `make lock`"


def test_what_is_installed_is_what_the_lock_says() -> None:
    differing = {
        name: metadata.version(name)
        for name, pin in pins(LOCKS[1]).items()
        if applies(pin) and Version(metadata.version(name)) != version(pin)
    }
    assert differing == {}, "run `make setup-dev`"


def test_every_dependency_has_its_reason_above_it() -> None:
    lines = [line.strip() for line in (ROOT / "pyproject.toml").read_text().splitlines()]
    without = [
        line
        for above, line in pairwise(lines)
        if re.fullmatch(r'"[A-Za-z][\w.-]*(\[[\w,]+\])?[<>=~!].*",', line) and not above.startswith("# ")
    ]
    assert without == []


def test_every_licence_is_on_the_page_and_none_is_unfit() -> None:
    assert licences.PAGE.read_text() == licences.printed(), "run `make licences`"
    assert {name: of for name, of in licences.licences().items() if licences.UNFIT.search(of)} == {}


# ── Python ─────────────────────────────────────────────────────────────────────────────────────────


def test_the_named_python_is_one_that_is_supported() -> None:
    named = (ROOT / ".python-version").read_text().strip()
    assert SpecifierSet(project()["requires-python"]).contains(f"{named}.0")


def test_every_tool_is_told_of_the_oldest_python_supported() -> None:
    oldest = project()["requires-python"].removeprefix(">=")
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    assert tools["ruff"]["target-version"] == f"py{oldest.replace('.', '')}"
    assert tools["mypy"]["python_version"] == oldest
    assert f"--python-version {oldest}" in (ROOT / "Makefile").read_text()


def test_the_image_runs_the_named_python() -> None:
    named = (ROOT / ".python-version").read_text().strip()
    images = re.findall(r"^FROM (\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE)
    assert images
    assert {image.rpartition("/")[2] for image in images} == {f"python:{named}-slim"}


# ── What is in git ─────────────────────────────────────────────────────────────────────────────────


def git(*arguments: str) -> str:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout


def texts() -> Iterator[tuple[str, str]]:
    """Every text file that git keeps, by its path; other people's scripts aside."""
    for name in git("ls-files").splitlines():
        path = ROOT / name
        if path.is_file() and "/vendor/" not in name:
            data = path.read_bytes()
            if b"\0" not in data:
                yield name, data.decode()


def test_no_file_tells_of_the_machine_it_was_written_on() -> None:
    assert [name for name, text in texts() if MACHINE_PATH.search(text)] == []


def test_no_file_names_a_package_index() -> None:
    # The Makefile tells uv not to write them.
    told = ((name, re.sub(r"--no-emit-\S+", "", text)) for name, text in texts())
    assert [name for name, text in told if INDEX_ADDRESS.search(text)] == []


def test_nothing_a_studio_writes_is_in_git() -> None:
    assert git("ls-files", "--cached", "--ignored", "--exclude-standard").splitlines() == []


def test_every_photograph_of_the_demo_says_whose_it_is() -> None:
    told = (ROOT / "demo/photos/SOURCES.md").read_text()
    assert [photo.name for photo in (ROOT / "demo/photos").glob("*.jpg") if f"`{photo.name}`" not in told] == []


# ── The network ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1", "169.254.169.254"])
def test_no_test_reaches_another_machine(host: str) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as attempt, pytest.raises(network.NetworkClosed):
        attempt.connect((host, 80))


def test_no_test_asks_for_the_address_of_another_machine() -> None:
    with pytest.raises(network.NetworkClosed):
        socket.create_connection(("example.com", 80))


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass


# ── The shell ──────────────────────────────────────────────────────────────────────────────────────


def test_no_key_of_a_real_studio_reaches_the_tests() -> None:
    show = "import nbweb.settings_test as s; print(s.NB_API_KEY, s.NB_PRACTICE)"
    told = {"PATH": "/usr/bin:/bin", "NB_API_KEY": "sk-real", "DATABASE_URL": "postgresql://real@db.example/real"}
    seen = subprocess.run([sys.executable, "-c", show], cwd=ROOT, env=told, check=True, capture_output=True, text=True)
    assert seen.stdout.split() == ["sk-sandbox", "True"]
