"""The corpus of bad addresses at every door that takes one: no socket is opened to any of them, none is repeated."""

import ast
import functools
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from studio.fetch import FetchFailed, FetchRefused, download, download_public, notify, plain_url
from studio.links.refusal import AddressRefused
from studio.links.take import Wanted, take
from studio.models import AddressCheck, Link, Upload
from studio.provider.catalogue import BY_KEY
from tests import people
from tests.badinputs.addresses import HOST, LETTERS, MOVED, RESOLVED, SECRET, TYPED, BadAddress
from tests.fetch.internet import OPEN_ADDRESS, Internet
from tests.provider.peer import answers

STUDIO = Path(__file__).parent.parent.parent / "studio"
INSIDE = "127.0.0.1"

type Door = Callable[[str], object]
every_bad_address = pytest.mark.parametrize("bad", TYPED, ids=str)


@pytest.fixture
def internet(tmp_path: Path) -> Iterator[Internet]:
    """One in which a name is known and nobody answers: nobody is to be asked."""
    with Internet(tmp_path) as internet:
        yield internet


def of_the_provider(internet: Internet) -> Door:
    """The door for the addresses that an answer of the provider holds; the host is on the list."""
    how = {"hosts": (HOST, "inside.example", "first.example"), "bytes_max": 10, "deadline_seconds": 5}
    return lambda url: download(url, into=io.BytesIO(), resolve=internet.resolve, **how)  # type: ignore[arg-type]


def of_a_person(internet: Internet) -> Door:
    """The door for what a person types."""
    return lambda url: internet.fetch(plain_url(url))


def of_a_webhook(internet: Internet) -> Door:
    """The door for what a person wants told."""
    how: dict[str, Any] = {"headers": (), "deadline_seconds": 5, "resolve": internet.resolve, "dial": internet.dial}
    return lambda url: notify(plain_url(url), b"{}", **how)


DOORS = pytest.mark.parametrize("door", [of_the_provider, of_a_person, of_a_webhook])


@DOORS
@every_bad_address
def test_a_bad_address_is_refused_before_anybody_is_asked(
    internet: Internet, door: Callable[[Internet], Door], bad: BadAddress
) -> None:
    with pytest.raises(FetchRefused) as refusal:
        door(internet)(bad.url)
    assert refusal.value.reason == bad.reason
    assert SECRET not in str(refusal.value)
    assert (internet.asked, internet.dialled) == ([], [])


@DOORS
@pytest.mark.parametrize("place", ["alone", "B123 behind an open one", "B123 before an open one"])
@pytest.mark.parametrize("number", RESOLVED)
def test_a_name_that_leads_inside_is_refused_before_a_byte_is_sent(
    internet: Internet, door: Callable[[Internet], Door], number: str, place: str
) -> None:
    inside = RESOLVED[number]
    found = {"alone": [inside], "B123 behind an open one": [OPEN_ADDRESS, inside]}
    internet.addresses[HOST] = found.get(place, [inside, OPEN_ADDRESS])
    with pytest.raises(FetchRefused) as refusal:
        door(internet)(f"https://{HOST}/a.png?signature={SECRET}")
    assert refusal.value.reason == "internal_address"
    assert SECRET not in str(refusal.value)
    assert (internet.asked, internet.dialled) == ([HOST], [])


@pytest.mark.parametrize("where", MOVED, ids=repr)
def test_B125_a_server_may_send_nobody_there(tmp_path: Path, where: str) -> None:
    moved = answers(b"", status="302 Found", headers=f"Location: {where}\r\n" if where else "")
    with Internet(tmp_path, first_example=moved) as internet:
        internet.addresses["inside.example"] = [INSIDE]
        if where.startswith("//"):  # on https it stays on https: another host, and no harm in that
            internet.addresses[HOST] = [INSIDE]
        with pytest.raises(FetchFailed, match="redirect_refused"):
            internet.fetch("https://first.example/")
    assert internet.dialled == [("first.example", OPEN_ADDRESS)]


def test_B126_a_chain_of_redirects_ends_after_two(tmp_path: Path) -> None:
    with Internet(tmp_path, first_example=answers(b"", status="302 Found", headers="Location: /round\r\n")) as internet:
        with pytest.raises(FetchFailed, match="too_many_redirects"):
            internet.fetch("https://first.example/")
        assert len(internet.requests("first.example")) == 3


@pytest.mark.parametrize(("number", "typed", "plain"), LETTERS)
def test_other_letters_are_judged_and_shown_as_what_they_are(
    internet: Internet, number: str, typed: str, plain: str
) -> None:
    assert plain_url(typed) == plain
    with pytest.raises(FetchRefused):  # as it stands, it is no address at all
        of_the_provider(internet)(typed)
    internet.addresses = {name: [INSIDE] for name in ("xn--pypal-4ve.example", "xn--bcher-kva.example")}
    with pytest.raises(FetchRefused):
        of_a_person(internet)(typed)
    assert internet.dialled == []


# ── As a person meets it ───────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db
@pytest.mark.parametrize("is_sent", [False, True], ids=["copied in", "B130 sent along"])
@every_bad_address
def test_nothing_of_a_bad_address_is_kept(internet: Internet, bad: BadAddress, *, is_sent: bool) -> None:
    cast = people.cast()
    fetch = functools.partial(download_public, resolve=internet.resolve, dial=internet.dial)
    wanted = Wanted(plain_url(bad.url), is_sent=is_sent, model=BY_KEY["pro"])
    with pytest.raises(AddressRefused) as refusal:
        take(wanted, project=cast.project, person=cast.bob, now=timezone.now(), fetch=fetch)
    assert SECRET not in f"{refusal.value} {refusal.value.facts}"
    assert not Upload.objects.exists()
    assert not Link.objects.exists()
    assert not AddressCheck.objects.exists(), "what is wrong as it stands costs no look"
    assert (internet.asked, internet.dialled) == ([], [])


# ── No further door ────────────────────────────────────────────────────────────────────────────────

KNOWN = {
    ("accounts/breaches.py", "read_page"),  # one address, which nobody types
    ("jobs/store.py", "download"),
    ("links/look.py", "download_public"),
    ("links/take.py", "download_public"),
    ("webhooks/deliver.py", "notify"),
    ("reconcile/account.py", "read_page"),  # the gateway's own address, which is a setting
}


def test_every_door_that_fetches_is_one_of_these() -> None:
    """Whoever adds one lets the corpus loop over it, and then enters it here."""
    found = set()
    for path in STUDIO.rglob("*.py"):
        place = path.relative_to(STUDIO).as_posix()
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("fetch") and node.level == 2:
                names = {alias.name for alias in node.names}
                found |= {(place, name) for name in names & {"download", "download_public", "notify", "read_page"}}
    assert found == KNOWN
