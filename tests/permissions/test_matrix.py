"""P9, C37: every route, asked by everybody with every verb, answers as the table says, and nobody else writes a row."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoDbBlocker as Blocker

from tests.badinputs.bodies import MULTIPART
from tests.permissions.routes import routes
from tests.permissions.table import ADMIN_SITE, NOBODY, ROLES, TABLE, VERBS, Answer, Answers, Row
from tests.permissions.world import World, Writing, missing

pytestmark = pytest.mark.django_db
thorough = pytest.mark.thorough

OURS = sorted(name for name in routes() if not name.startswith(ADMIN_SITE))
DJANGOS = sorted(name for name in routes() if name.startswith(ADMIN_SITE))
WHAT_TO_ADD = """
The route {name!r} ({address}) has no row in tests/permissions/table.py. Add one that says who may read and who may
change something there, such as

    "{name}": Row(get=MEMBERS, post=MAKERS, of="project"),

where `of` names the thing in the address (tests/permissions/world.py), and print docs/permissions.md anew:
`make permissions`.
"""
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
KINDS = {403: Answer.NO, 404: Answer.HIDDEN, 405: Answer.VERB}


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Blocker) -> Iterator[World]:
    """The people, made and signed in once for all tests here; each of them is undone on top of it."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = World.made()
        for role in ROLES:
            world.client(role)
            world.caller(role)
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(made: World, db: None) -> World:
    return made.again()


def answer_of(response: HttpResponseBase) -> Answer:
    assert response.status_code < 500, f"answered {response.status_code}"
    if response.status_code == 302 and response["Location"].startswith("/accounts/login/?next="):
        return Answer.DOOR
    if response.status_code == 401 and response.get("WWW-Authenticate") == "Bearer":
        return Answer.TOKEN
    return KINDS.get(response.status_code, Answer.OPEN)


def expected(row: Row, verb: str) -> Answers:
    return {"GET": row.get, "HEAD": row.get, "POST": row.post}.get(verb, NOBODY)


def asked(row: Row) -> Iterator[str]:
    yield from VERBS[:3] if row.is_foreign else VERBS


def asker(world: World, role: str, row: Row) -> Client:
    return world.caller(role) if row.is_api else world.client(role)


def kind_of(body: str, *, is_api: bool) -> str:
    if not is_api:
        return FORM
    return MULTIPART if body.startswith("--") else JSON


def ask(
    client: Client, verb: str, address: str, body: str = "", *, is_api: bool = False
) -> tuple[Answer, list[str], HttpResponseBase]:
    """The answer and what it wrote; both undone afterwards."""
    kind = kind_of(body, is_api=is_api) if verb == "POST" else "text/plain"
    headers = {"Idempotency-Key": "once"} if is_api else {}
    with transaction.atomic(), Writing() as writing:
        response = client.generic(verb, address, body, kind, headers=headers)
        transaction.set_rollback(True)
    for close in response._resource_closers:  # not `close()`, which would let go of the database as well
        close()
    return answer_of(response), writing.statements, response


def test_every_route_has_its_row_and_every_row_its_route() -> None:
    for name in OURS:
        assert name in TABLE, WHAT_TO_ADD.format(name=name, address=routes()[name])
    assert set(TABLE) - set(OURS) == set(), "rows without a route"


@thorough
@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_route_answers_as_its_row_says(world: World, name: str) -> None:
    row = TABLE[name]
    world.close_the_account()
    address = reverse(name, kwargs=world.keys(row.of))
    wrong = []
    for role in ROLES:
        for verb in asked(row):
            answer, written, response = ask(asker(world, role, row), verb, address, row.body, is_api=row.is_api)
            wanted = expected(row, verb)[role]
            if answer != wanted:
                wrong.append(f"{verb} as {role}: {answer.name} ({response.status_code}), wanted {wanted.name}")
            if written and (wanted != Answer.OPEN or verb in {"GET", "HEAD"}):
                wrong.append(f"{verb} as {role} wrote: {written[0]}")
    assert wrong == []


@thorough
def test_C44_no_page_of_somebody_signed_in_is_kept_on_the_way(world: World) -> None:
    """B176: not by the browser either, so that going back after signing out shows nothing."""
    kept = {}
    for name, row in TABLE.items():
        if row.get["admin"] == Answer.OPEN and row.get["anonymous"] != Answer.OPEN:
            address = reverse(name, kwargs=world.keys(row.of))
            said = ask(asker(world, "admin", row), "GET", address, is_api=row.is_api)[2].get("Cache-Control", "")
            if "no-store" not in said:
                kept[name] = said
    assert kept == {}


FORMS = sorted(
    name for name, row in TABLE.items() if Answer.OPEN in row.post.values() and not (row.is_told or row.is_api)
)
HIDING = sorted(name for name, row in TABLE.items() if Answer.HIDDEN in {*row.get.values(), *row.post.values()})


@thorough
@pytest.mark.parametrize("name", HIDING)
def test_B141_what_is_hidden_looks_like_what_never_was(world: World, name: str) -> None:
    row = TABLE[name]
    keys = world.keys(row.of)
    for verb, answers in (("GET", row.get), ("POST", row.post)):
        for role in ("stranger", "removed"):
            if answers[role] == Answer.HIDDEN:
                client = asker(world, role, row)
                hidden, never = (
                    ask(client, verb, reverse(name, kwargs=each), row.body, is_api=row.is_api)[2]
                    for each in (keys, missing(keys))
                )
                assert (hidden.status_code, plain(hidden)) == (never.status_code, plain(never)), (verb, role)


def plain(response: Any) -> str:
    """Without what differs from one answer to the next: tokens, and the ids that were asked for."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", response.content.decode())
    return re.sub(r"[A-Za-z0-9]{64}", "TOKEN", text)


@thorough
@pytest.mark.parametrize("name", FORMS)
def test_B145_without_its_token_no_form_is_taken(world: World, name: str) -> None:
    """From an admin, who may nearly everything."""
    row = TABLE[name]
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.cast.dana)
    address = reverse(name, kwargs=world.keys(row.of))
    for verb in ("POST", "PUT", "PATCH", "DELETE"):
        answer, written, response = ask(client, verb, address)
        assert (answer, written) in ((Answer.NO, []), (Answer.VERB, [])), f"{verb} answered {response.status_code}"
    assert ask(client, "POST", address)[0] == Answer.NO


@thorough
@pytest.mark.parametrize("name", FORMS)
def test_B146_the_token_of_somebody_else_is_none(world: World, name: str) -> None:
    row = TABLE[name]
    client, other = Client(enforce_csrf_checks=True), Client()
    client.force_login(world.cast.dana)
    other.get("/accounts/login/")
    client.get("/accounts/password/change/")
    token = other.cookies["csrftoken"].value
    address = reverse(name, kwargs=world.keys(row.of))
    with transaction.atomic(), Writing() as writing:
        response = client.post(address, {"csrfmiddlewaretoken": token})
        transaction.set_rollback(True)
    assert (response.status_code, writing.statements) == (403, [])


@thorough
def test_no_session_opens_the_api(world: World) -> None:
    """Not even an admin's. So no other site can have a browser ask, and no form token is needed."""
    for name, row in TABLE.items():
        if row.is_api:
            address = reverse(name, kwargs=world.keys(row.of))
            for verb, answers in (("GET", row.get), ("POST", row.post)):
                if answers is not NOBODY:
                    answer, written, _response = ask(world.client("admin"), verb, address, row.body, is_api=True)
                    assert (answer, written) == (Answer.TOKEN, []), (name, verb)


@thorough
@pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if not (row.is_foreign or row.is_api)))
def test_B148_htmx_is_no_reason_to_let_anybody_in(world: World, name: str) -> None:
    """`HX-Request` and its like decide how much of a page is sent, never whether."""
    row = TABLE[name]
    world.close_the_account()
    address = reverse(name, kwargs=world.keys(row.of))
    forged: Mapping[str, str] = {
        "HX-Request": "true",
        "HX-Boosted": "true",
        "HX-Current-URL": "javascript:alert(1)",
        "HX-Target": '"><script>',
        "HX-Prompt": "{{7*7}}",
        "X-HTTP-Method-Override": "DELETE",
    }
    for role in ROLES:
        for verb, answers in (("GET", row.get), ("POST", row.post)):
            if answers[role] != Answer.OPEN:
                with transaction.atomic():
                    response = world.client(role).generic(verb, address, headers=forged)
                    transaction.set_rollback(True)
                assert answer_of(response) == answers[role], (verb, role)


@thorough
@pytest.mark.parametrize("role", ROLES[:-1])
def test_nobody_but_admins_gets_into_djangos_admin(world: World, role: str) -> None:
    client = world.client(role)
    world.close_the_account()
    for name in DJANGOS:
        if name in {"admin:login", "admin:logout"}:
            continue
        for verb in VERBS:
            answer, written, response = ask(client, verb, admin_address(name))
            is_sent_away = "/login/" in response.get("Location", "")
            assert is_sent_away or answer in {Answer.NO, Answer.VERB}, (name, verb, response.status_code)
            assert written == [], (name, verb)


def admin_address(name: str) -> str:
    """With a 1 in every place for a key: nobody who is asked about comes as far as looking for it."""
    address = routes()[name]
    return "/admin/studio/" if "(?P<" in address else re.sub(r"<(\w+:)?\w+>", "1", address)
