"""Letters over a real wire: what they say, to whom they go, and what happens when they cannot."""

import logging
import re
import statistics
import time
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings as PytestSettings

from nbweb.sign_in import SignIn
from studio.accounts import post
from studio.models import Instance, Membership
from tests import people
from tests.invited import open_invitation
from tests.mail import Sink, mail_server
from tests.people import PASSWORD, Cast

NEW = "a wholly different sentence"


@pytest.fixture(scope="module")
def server() -> Iterator[Sink]:
    with mail_server() as sink:
        yield sink


@pytest.fixture
def sink(server: Sink, settings: PytestSettings) -> Sink:
    """The studio sends through it, by the variable an owner sets."""
    server.letters.clear()
    server.refused.clear()
    read = SignIn.read({"NB_MAIL_URL": server.url, "NB_MAIL_FROM": "Fieldhouse <studio@fieldhouse.example>"})
    assert read.mail is not None
    settings.MAILERS = {"default": read.mail}
    settings.DEFAULT_FROM_EMAIL = read.mail_from
    settings.NB_MAIL = settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    return server


def text_of(letter: EmailMessage) -> str:
    return str(letter.get_content())


def link_in(letter: EmailMessage) -> str:
    found = re.search(r"http://\S+", text_of(letter))
    assert found
    return found[0]


def ask_for_reset(email: str, **headers: str) -> None:
    Client(headers=headers).post("/accounts/password/reset/", {"email": email})
    post.wait()


def set_password(link: str, password: str = NEW) -> str:
    """What the page says that the form leads to."""
    client = Client()
    form = client.get(link, follow=True)
    if not form.redirect_chain:
        return form.text
    typed = {"password1": password, "password2": password}
    return client.post(form.redirect_chain[-1][0], typed, follow=True).text


def test_a_lost_password_is_replaced_by_a_letter(cast: Cast, sink: Sink) -> None:
    ask_for_reset("bob@example.com")
    (letter,) = sink.to("bob@example.com")
    assert letter["From"] == "Fieldhouse <studio@fieldhouse.example>"
    assert letter["Subject"].startswith("NB Studio: ")
    assert "The new password holds" in set_password(link_in(letter))
    post.wait()
    assert len(sink.to("bob@example.com")) == 2  # and that it was done
    cast.bob.refresh_from_db()
    assert cast.bob.check_password(NEW)


def test_a_link_works_once_and_a_newer_password_ends_it(cast: Cast, sink: Sink) -> None:
    ask_for_reset("bob@example.com")
    ask_for_reset("bob@example.com")
    first, second = sink.to("bob@example.com")
    set_password(link_in(second))
    assert "This link is used up" in set_password(link_in(second))
    assert "This link is used up" in set_password(link_in(first))


def test_a_studio_writes_to_nobody_it_does_not_know(cast: Cast, sink: Sink) -> None:
    ask_for_reset("nobody@example.com")
    assert sink.letters == []


def test_a_letter_leads_to_an_address_of_the_studio_alone(cast: Cast, sink: Sink) -> None:
    ask_for_reset("bob@example.com", host="evil.example")
    assert sink.letters == []
    ask_for_reset("bob@example.com", host="localhost")
    assert link_in(sink.letters[0]).startswith("http://localhost/")


def test_a_letter_speaks_the_readers_language(cast: Cast, sink: Sink) -> None:
    ask_for_reset("bob@example.com", accept_language="zh-hans")
    assert "密码" in text_of(sink.letters[0])


def test_a_change_of_ways_in_is_told_to_their_owner(cast: Cast, sink: Sink) -> None:
    bob = Client()
    people.come_in(bob, cast.bob)
    bob.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    secret = bob.get(reverse("mfa_activate_totp")).context["form"].secret
    bob.post(reverse("mfa_activate_totp"), {"code": people.code_of_app(secret=secret)})
    post.wait()
    assert [letter["To"] for letter in sink.letters] == ["bob@example.com"] * len(sink.letters)
    assert len(sink.letters) >= 1


def test_an_address_changes_when_its_letter_is_answered(cast: Cast, sink: Sink) -> None:
    bob = Client()
    people.come_in(bob, cast.bob)
    bob.post(reverse("account_email"), {"action_add": "1", "email": "robert@example.com"})
    post.wait()
    cast.bob.refresh_from_db()
    assert cast.bob.email == "bob@example.com"
    link = link_in(sink.to("robert@example.com")[0])
    assert "robert@example.com" in bob.get(link).text
    bob.post(link)
    cast.bob.refresh_from_db()
    assert cast.bob.email == "robert@example.com"
    assert EmailAddress.objects.filter(user=cast.bob).count() == 1


def test_an_invitation_comes_by_mail_and_its_link_leads_inside(cast: Cast, sink: Sink) -> None:
    Instance.current()
    Instance.objects.update(name="Fieldhouse")
    alice, lena = Client(), Client()
    people.come_in(alice, cast.alice)
    invited = {"role": "maker", "email": "lena@example.com", "language": "en"}
    page = alice.post(reverse("invitations", args=[cast.project.public_id]), invited)
    assert "Sent to lena@example.com" in page.text
    (letter,) = sink.to("lena@example.com")
    assert letter["Subject"] == "Alice invites you to Autumn catalogue"
    assert "in Fieldhouse, as Maker." in text_of(letter)
    assert "Create an account" in lena.get(link_in(letter), follow=True).text
    form = {"name": "Lena", "email": "lena@example.com", "password1": NEW, "next": "/invitation/"}
    assert lena.post("/accounts/signup/", form, follow=True).redirect_chain[-1][0] == cast.project.get_absolute_url()
    assert Membership.objects.get(person__email="lena@example.com").role == "maker"


def test_a_mailbox_that_is_gone_leaves_the_link_to_hand_over(cast: Cast, sink: Sink) -> None:
    sink.refused.add("lena@example.com")
    alice = Client()
    people.come_in(alice, cast.alice)
    invited = {"role": "maker", "email": "lena@example.com", "language": "en"}
    page = alice.post(reverse("invitations", args=[cast.project.public_id]), invited).text
    assert "The email could not be sent" in page
    assert "/invitations/" in page


def test_without_mail_an_address_is_changed_by_an_admin_alone(cast: Cast) -> None:
    bob = Client()
    people.come_in(bob, cast.bob)
    assert "Ask an admin to change it." in bob.get(reverse("account_email")).text
    assert bob.post(reverse("account_email"), {"action_add": "1", "email": "x@example.com"}).status_code == 403
    assert not EmailAddress.objects.filter(email="x@example.com").exists()


def test_a_mailbox_that_is_gone_is_an_error_in_the_log(
    cast: Cast, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    sink.refused.add("bob@example.com")
    with caplog.at_level(logging.ERROR, "studio"):
        ask_for_reset("bob@example.com")
    assert "could not be sent" in caplog.text
    assert "key" not in caplog.text


def test_a_mail_server_that_is_down_breaks_no_page(
    cast: Cast, settings: PytestSettings, sink: Sink, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MAILERS = {"default": settings.MAILERS["default"] | {"OPTIONS": {"host": "127.0.0.1", "port": 9}}}
    with caplog.at_level(logging.ERROR, "studio"):
        response = Client().post("/accounts/password/reset/", {"email": "bob@example.com"})
        post.wait()
    assert response.status_code == 302
    assert "could not be sent" in caplog.text


def test_the_time_of_an_answer_tells_nobody_who_is_inside(cast: Cast, sink: Sink, settings: PytestSettings) -> None:
    """Median gap under 20 ms over 200 tries, half of them for somebody who is there."""
    settings.ACCOUNT_RATE_LIMITS = False
    client = Client()

    def seconds(email: str) -> float:
        began = time.perf_counter()
        client.post("/accounts/password/reset/", {"email": email})
        return time.perf_counter() - began

    pairs = [(seconds("bob@example.com"), seconds("nobody@example.com")) for _ in range(100)]
    post.wait()
    known, unknown = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert abs(known - unknown) < 0.020


# ── A new browser ──────────────────────────────────────────────────────────────────────────────────

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def sign_in(client: Client, login: str = "bob") -> None:
    answer = client.post("/accounts/login/", {"login": login, "password": PASSWORD}, headers={"user-agent": FIREFOX})
    assert answer.status_code == 302
    post.wait()


def test_C33_a_sign_in_from_a_browser_of_nobodys_is_told_once(cast: Cast, sink: Sink) -> None:
    browser = Client()
    sign_in(browser)
    (letter,) = sink.to("bob@example.com")
    assert letter["Subject"] == "NB Studio: A new browser signed in"
    for words in ("Firefox on Windows", "127.0.0.1", f"{timezone.localtime():%Y}", "(UTC)"):
        assert words in text_of(letter)
    assert browser.get(link_in(letter)).status_code == 200  # where one is signed in
    browser.post("/accounts/logout/")
    sign_in(browser)
    assert len(sink.to("bob@example.com")) == 1
    browser.post("/accounts/logout/")
    sign_in(browser, "vera")  # Bob's browser is a new one to Vera
    assert len(sink.to("vera@example.com")) == 1


def test_C33_who_just_made_their_account_is_told_nothing(cast: Cast, sink: Sink) -> None:
    client = Client()
    open_invitation(client, by=cast.dana)
    typed = {"email": "eve@example.com", "password1": NEW, "name": "Eve Ek"}
    assert client.post("/accounts/signup/", typed).status_code == 302
    post.wait()
    assert [letter for letter in sink.letters if "new browser" in letter["Subject"]] == []


def test_C33_a_mail_server_that_is_away_keeps_nobody_out(
    cast: Cast, settings: PytestSettings, caplog: pytest.LogCaptureFixture
) -> None:
    read = SignIn.read({"NB_MAIL_URL": "smtp://127.0.0.1:1"})
    settings.MAILERS = {"default": read.mail}
    settings.NB_MAIL = settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    with caplog.at_level(logging.ERROR):
        sign_in(Client())
    assert "could not be sent" in caplog.text
