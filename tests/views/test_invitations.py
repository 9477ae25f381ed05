"""Invitations, from both sides: written by an owner, opened by anybody, accepted by one person's own click."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from studio.models import Account, Invitation, Membership, User
from tests.people import PASSWORD, Cast

type SignIn = Callable[[User], Client]
SIGN_UP = {"name": "Lena", "password1": "a quiet lake at dawn"}


def write(client: Client, cast: Cast, **typed: str) -> str:
    """The link of a new invitation, as the page says it."""
    form = {"role": "maker", "email": "", "language": "en"} | typed
    page = client.post(reverse("invitations", args=[cast.project.public_id]), form)
    assert page.status_code == 200
    return link_on(page.content.decode())


def link_on(page: str) -> str:
    found = re.search(r'<code id="fresh-link">http://testserver(/invitations/[\w-]+/)</code>', page)
    assert found
    return found[1]


@pytest.mark.parametrize(("name", "status"), [("alice", 200), ("dana", 200), ("bob", 403), ("charlie", 404)])
def test_owners_invite(cast: Cast, signed_in: SignIn, name: str, status: int) -> None:
    address = reverse("invitations", args=[cast.project.public_id])
    assert signed_in(getattr(cast, name)).post(address, {"role": "maker"}).status_code == status


def test_the_link_is_shown_once(cast: Cast, signed_in: SignIn) -> None:
    alice = signed_in(cast.alice)
    link = write(alice, cast, email="lena@example.com")
    page = alice.get(reverse("members", args=[cast.project.public_id])).content.decode()
    assert "lena@example.com" in page
    assert link not in page


@pytest.mark.parametrize("typed", [{"email": "nobody"}, {"role": "admin"}, {"email": "a@example.com\r\nBcc: b@x.org"}])
def test_a_bad_invitation_is_not_written(cast: Cast, signed_in: SignIn, typed: dict[str, str]) -> None:
    form = {"role": "maker", "language": "en"} | typed
    response = signed_in(cast.alice).post(reverse("invitations", args=[cast.project.public_id]), form)
    assert response.status_code == 422
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("who", ["nobody", "charlie"])
@pytest.mark.parametrize("verb", ["get", "head"])
def test_B170_opening_a_link_accepts_nothing(cast: Cast, signed_in: SignIn, who: str, verb: str) -> None:
    """Scanners of mail open every link, and follow where it leads."""
    link = write(signed_in(cast.alice), cast)
    client = signed_in(cast.charlie) if who == "charlie" else Client()
    for _time in range(2):
        assert getattr(client, verb)(link, follow=True).status_code == 200
    assert Invitation.objects.get().accepted_at is None
    assert Membership.objects.count() == 3


def test_B170_the_secret_leaves_the_address_at_once(cast: Cast, signed_in: SignIn) -> None:
    """So it is in no Referer and in no page; and no row of the sessions holds it."""
    link = write(signed_in(cast.alice), cast)
    client = Client()
    response = client.get(link)
    assert response["Location"] == "/invitation/"
    token = link.split("/")[2]
    assert token not in client.get("/invitation/").content.decode()
    assert token not in str(dict(client.session.items()))


def test_whoever_has_an_account_joins_by_a_click(cast: Cast, signed_in: SignIn) -> None:
    link = write(signed_in(cast.alice), cast)
    charlie = signed_in(cast.charlie)
    page = charlie.get(link, follow=True).content.decode()
    assert "Alice invites you to the project Autumn catalogue, as Maker." in page
    response = charlie.post("/invitation/")
    assert response["Location"] == cast.project.get_absolute_url()
    assert charlie.get(cast.project.get_absolute_url()).status_code == 200
    assert Invitation.objects.get().accepted_by == cast.charlie
    # The link once more: it leads inside, and lets nobody else in.
    assert charlie.get(link, follow=True).redirect_chain[-1][0] == cast.project.get_absolute_url()


def test_signed_out_it_leads_to_the_door_and_back(cast: Cast, signed_in: SignIn) -> None:
    link = write(signed_in(cast.alice), cast)
    client = Client()
    client.get(link)
    assert client.post("/invitation/")["Location"] == "/accounts/login/?next=%2Finvitation%2F"
    client.post("/accounts/login/?next=/invitation/", {"login": "charlie", "password": PASSWORD})
    assert client.post("/invitation/")["Location"] == cast.project.get_absolute_url()


def test_somebody_new_makes_an_account_and_is_in(cast: Cast, signed_in: SignIn) -> None:
    link = write(signed_in(cast.alice), cast)
    client = Client()
    assert client.get("/accounts/signup/").content.decode().count('name="password1"') == 0
    page = client.get(link, follow=True).content.decode()
    assert "Create an account" in page
    typed = SIGN_UP | {"email": "lena@example.com", "next": "/invitation/"}
    response = client.post("/accounts/signup/", typed, follow=True)
    assert response.redirect_chain[-1][0] == cast.project.get_absolute_url()
    lena = User.objects.get(username="lena")
    assert not lena.is_staff
    assert Membership.objects.get(person=lena).role == "maker"


@pytest.mark.parametrize(("name", "allowance"), [("dana", 12_000_000), ("alice", 0)])
def test_an_admin_gives_a_budget_along_and_nobody_else_does(
    cast: Cast, signed_in: SignIn, name: str, allowance: int
) -> None:
    """A new person at $0 could make nothing in the project they were invited to make pictures in."""
    inviting = signed_in(getattr(cast, name))
    is_offered = 'name="budget"' in inviting.get(reverse("members", args=[cast.project.public_id])).text
    assert is_offered == bool(allowance)
    link, lena = write(inviting, cast, budget="12"), Client()
    lena.get(link)
    lena.post("/accounts/signup/", SIGN_UP | {"email": "lena@example.com"})
    person = User.objects.get(username="lena")
    assert Membership.objects.filter(person=person, project=cast.project).exists()
    assert sum(Account.objects.filter(person=person).values_list("monthly_allowance_micros", flat=True)) == allowance


def test_without_an_invitation_nobody_makes_an_account(cast: Cast, client: Client) -> None:
    client.post("/accounts/signup/", SIGN_UP | {"email": "lena@example.com"})
    assert not User.objects.filter(username="lena").exists()


def test_two_new_people_with_one_link_make_one_account(cast: Cast, signed_in: SignIn) -> None:
    """The second is told, and no account without a place is left behind."""
    link = write(signed_in(cast.alice), cast)
    first, second = Client(), Client()
    first.get(link), second.get(link)
    first.post("/accounts/signup/", SIGN_UP | {"email": "lena@example.com"})
    typed = SIGN_UP | {"name": "Eve", "email": "eve@example.com"}
    response = second.post("/accounts/signup/", typed, follow=True)
    assert User.objects.filter(username="lena").exists()
    assert not User.objects.filter(username="eve").exists()
    assert response.status_code == 200


def test_with_an_address_an_account_of_another_is_not_made(cast: Cast, signed_in: SignIn) -> None:
    link = write(signed_in(cast.alice), cast, email="lena@example.com")
    client = Client()
    client.get(link)
    assert 'value="lena@example.com"' in client.get("/accounts/signup/").content.decode()
    client.post("/accounts/signup/", SIGN_UP | {"email": "eve@example.com"})
    assert Membership.objects.get(person__username="lena").person.email == "lena@example.com"
    assert not User.objects.filter(email="eve@example.com").exists()


def test_B170_used_revoked_and_unknown_links_say_so_and_name_no_project(cast: Cast, signed_in: SignIn) -> None:
    alice, charlie = signed_in(cast.alice), signed_in(cast.charlie)
    used, revoked = write(alice, cast), write(alice, cast)
    charlie.get(used)
    charlie.post("/invitation/")
    last = Invitation.objects.first()
    assert last is not None
    alice.post(reverse("invitation-revocation", args=[cast.project.public_id, last.public_id]))
    for link, words in ((used, "was used"), (revoked, "was revoked")):
        page = Client().get(link, follow=True).content.decode()
        assert words in page
        assert "Autumn catalogue" not in page
    assert Client().get("/invitations/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/").status_code == 404
    assert Client().get("/invitation/").status_code == 404


def test_a_new_link_ends_the_one_before(cast: Cast, signed_in: SignIn) -> None:
    alice = signed_in(cast.alice)
    old = write(alice, cast)
    renewal = reverse("invitation-renewal", args=[cast.project.public_id, Invitation.objects.get().public_id])
    new = link_on(alice.post(renewal).content.decode())
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 302


def test_an_invitation_of_another_project_is_not_there(cast: Cast, signed_in: SignIn) -> None:
    write(signed_in(cast.alice), cast)
    signed_in(cast.charlie).post("/projects/", {"name": "Café launch"})
    own = Membership.objects.get(person=cast.charlie).project
    for name in ("invitation-renewal", "invitation-revocation"):
        address = reverse(name, args=[own.public_id, Invitation.objects.get().public_id])
        assert signed_in(cast.charlie).post(address).status_code == 404


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Alice invites you to the project"), ("zh-hans", "Alice 邀请你加入项目")]
)
def test_it_is_sent_by_mail_in_the_language_that_was_asked_for(
    cast: Cast, signed_in: SignIn, settings: Settings, language: str, words: str
) -> None:
    settings.NB_MAIL = True
    link = write(signed_in(cast.alice), cast, email="lena@example.com", language=language)
    (letter,) = mail.outbox
    assert letter.to == ["lena@example.com"]
    assert words in letter.body
    assert f"http://testserver{link}" in letter.body


def test_B97_a_project_whose_name_has_two_lines_writes_one_subject(
    cast: Cast, signed_in: SignIn, settings: Settings
) -> None:
    """From before names were checked."""
    settings.NB_MAIL = True
    cast.project.name = "Cups\r\nBcc: eve@example.com"
    cast.project.save()
    write(signed_in(cast.alice), cast, email="lena@example.com")
    (letter,) = mail.outbox
    assert letter.subject == "Alice invites you to Cups Bcc: eve@example.com"
    assert letter.recipients() == ["lena@example.com"]
