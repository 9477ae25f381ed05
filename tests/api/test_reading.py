"""What a program reads by the API is what its person sees, in the same words."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from studio.models import AccessToken, Generation, Membership, Project, Role
from studio.provider.outcome import Outcome
from studio.storage.objects import put_bytes
from tests.api.calling import caller, kind_of, secret_of, with_token
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

API = "/api/v1"


def test_a_program_is_told_whose_it_is_and_what_it_may_spend(cast: Cast) -> None:
    make_run(cast.bob, cast.project, variations=2)
    me = caller(cast.bob, ["read"]).get(f"{API}/me").json()
    assert (me["username"], me["token"]["scopes"], me["is_admin"]) == ("bob", ["read"], False)
    assert me["month"]["left_micros"] == 10_000_000 - 180_000
    assert me["month"]["held_micros"] == 180_000
    assert me["limits"]["variations_max"] == 8


def test_projects_are_those_its_person_sees(cast: Cast) -> None:
    Project.objects.create(name="Somebody else's")
    listed = {each["name"]: each for each in caller(cast.vera).get(f"{API}/projects").json()["projects"]}
    assert set(listed) == {"Autumn catalogue"}
    assert (listed["Autumn catalogue"]["role"], listed["Autumn catalogue"]["can_generate"]) == ("viewer", False)
    assert len(caller(cast.dana).get(f"{API}/projects").json()["projects"]) == 2


def test_models_are_the_catalogue_with_its_prices(cast: Cast) -> None:
    models = {each["key"]: each for each in caller(cast.bob).get(f"{API}/models").json()["models"]}
    assert [size["price_micros"] for size in models["pro"]["sizes"]] == [90_000] * 3
    assert models["gen1"]["sizes"][0]["size"] == "1K"
    assert "4:1" in models["nb2"]["ratios"]


def test_a_quote_says_what_the_button_would(cast: Cast) -> None:
    client = caller(cast.bob)
    quote = client.get(f"{API}/quote", {"model": "pro", "size": "4K", "variations": 4}).json()
    assert (quote["total_micros"], quote["fits"], quote["needs_confirmation"]) == (360_000, True, False)
    refused = client.get(f"{API}/quote", {"model": "lite", "size": "4K"})
    assert (refused.status_code, kind_of(refused)) == (422, "invalid")
    assert refused.json()["errors"] == {"size": ["2 Lite makes 1K images only."]}


def test_a_generation_has_its_facts_its_money_and_the_words_of_its_page(cast: Cast) -> None:
    run = make_run(cast.bob, cast.project, variations=2)
    first, second = run.generations.order_by("variation")
    end(first, Outcome.DELIVERED)
    end(second, Outcome.REFUSED_PROMPT)
    told = caller(cast.vera).get(f"{API}/runs/{run.public_id}").json()
    assert (told["number"], told["quoted_micros"], told["ratio"]) == (run.number, 180_000, "1:1")
    delivered, refused = told["generations"]
    assert (delivered["status"], delivered["charge"], delivered["charged_micros"]) == ("succeeded", "charged", 90_000)
    assert delivered["ending"] is None
    assert delivered["outputs"][0]["reference"] == f"output:{first.outputs.get().public_id}"
    assert (refused["status"], refused["charge"], refused["outcome"]) == ("refused", "presumed", "refused_prompt")
    assert refused["ending"]["title"] == "Refused"
    assert refused["ending"]["cost"] == "The provider probably charged; we count it until its bill says otherwise."


def test_the_words_are_in_the_language_that_is_asked_for(cast: Cast) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    end(generation, Outcome.REFUSED_PROMPT)
    address = f"{API}/generations/{generation.public_id}"
    told = caller(cast.bob).get(address, headers={"Accept-Language": "zh-Hans"}).json()
    assert told["ending"]["title"] == "被拒绝"


def test_the_history_is_paged_by_a_cursor_and_filtered_as_the_gallery_is(cast: Cast) -> None:
    for prompt in ("A red boat", "A green tree", "A red barn"):
        end(make_run(cast.bob, cast.project, prompt=prompt).generations.get(), Outcome.DELIVERED)
    client = caller(cast.vera)
    first = client.get(f"{API}/generations", {"limit": 2}).json()
    second = client.get(f"{API}/generations", {"limit": 2, "after": first["after"]}).json()
    frames = [each["frame"] for each in (*first["generations"], *second["generations"])]
    assert (len(frames), len(set(frames)), second["after"]) == (3, 3, None)
    red = client.get(f"{API}/generations", {"q": "red", "project": cast.project.public_id}).json()
    assert len(red["generations"]) == 2
    refused = client.get(f"{API}/generations", {"model": ["pro", "nonsense"], "after": ""})
    assert list(refused.json()["errors"]) == ["model"]
    assert list(client.get(f"{API}/generations", {"after": "x"}).json()["errors"]) == ["after"]
    assert caller(cast.charlie).get(f"{API}/generations").json()["generations"] == []


def test_a_picture_leaves_by_the_media_door(cast: Cast) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    output = end(generation, Outcome.DELIVERED).outputs.get()
    put_bytes(output.key, b"the picture")
    address = f"{API}/outputs/{output.public_id}/file"
    response = caller(cast.vera).get(address)
    assert b"".join(response.streaming_content) == b"the picture"
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/png", "private, no-store")
    part = caller(cast.vera).get(address, headers={"Range": "bytes=4-6"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"pic")
    assert kind_of(caller(cast.charlie).get(address)) == "not-found"


def test_the_ledger_is_its_persons_own_as_it_was_booked(cast: Cast) -> None:
    generation = make_run(cast.bob, cast.project).generations.get()
    end(generation, Outcome.DELIVERED)
    make_run(cast.alice, cast.project)
    told = caller(cast.bob).get(f"{API}/ledger").json()
    assert [(each["kind"], each["amount_micros"]) for each in told["entries"]] == [
        ("charge", -90_000),
        ("release", 90_000),
        ("hold", -90_000),
        ("allowance", 10_000_000),
    ]
    assert told["entries"][0]["generation"] == str(generation.public_id)
    Membership.objects.filter(person=cast.bob).delete()
    assert caller(cast.bob).get(f"{API}/ledger").json()["entries"][0]["generation"] is None
    assert list(caller(cast.bob).get(f"{API}/ledger", {"month": "2999-01"}).json()["errors"]) == ["month"]


def test_what_is_not_there_and_what_is_hidden_are_answered_alike(cast: Cast) -> None:
    run = make_run(cast.bob, cast.project)
    frame = run.generations.get().public_id
    hidden = [f"{API}/runs/{run.public_id}", f"{API}/generations/{frame}", f"{API}/nothing", f"{API}/runs/1", API + "/"]
    for address in hidden:
        response = caller(cast.charlie).get(address)
        assert (response.status_code, kind_of(response)) == (404, "not-found"), address


def test_a_session_opens_nothing(cast: Cast) -> None:
    """So another site cannot have a browser ask in somebody's name, and no form token is needed."""
    client = Client()
    client.force_login(cast.dana)
    response = client.get(f"{API}/me")
    assert (response.status_code, kind_of(response)) == (401, "no-token")
    assert response["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("spoilt", ["expired", "revoked", "mistyped", "unknown", "closed", "of another scheme"])
def test_a_token_that_is_no_good_is_told_from_none_by_nothing(cast: Cast, spoilt: str) -> None:
    secret = secret_of(cast.bob)
    client = with_token(secret)
    assert client.get(f"{API}/me").status_code == 200
    token, now = AccessToken.objects.filter(person=cast.bob), timezone.now()
    match spoilt:
        case "expired":
            token.update(expires_at=now - timedelta(seconds=1))
        case "revoked":
            token.update(revoked_at=now)
        case "mistyped":
            client = with_token(secret[:-1] + ("a" if secret[-1] != "a" else "b"))
        case "unknown":
            token.update(token_hash="0" * 64)
        case "closed":
            cast.bob.is_active = False
            cast.bob.save()
        case _scheme:
            client = Client(headers={"Authorization": f"Token {secret}"})
    response = client.get(f"{API}/me")
    assert (response.status_code, kind_of(response)) == (401, "no-token")


def test_a_token_does_what_its_scopes_say_and_no_more(cast: Cast) -> None:
    Membership.objects.filter(person=cast.bob).update(role=Role.OWNER)
    generation = make_run(cast.bob, cast.project).generations.get()
    address = f"{API}/generations/{generation.public_id}/cancellation"
    refused = caller(cast.bob, ["read"]).post(address)
    assert (refused.status_code, kind_of(refused)) == (403, "scope")
    assert 'scope="generate"' in refused["WWW-Authenticate"]
    assert kind_of(caller(cast.bob, ["generate"]).get(f"{API}/projects")) == "scope"
    assert Generation.objects.get().status == "queued"
