"""How amounts, durations, moments and costs are written."""

from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.utils import timezone

from studio.provider.outcome import Charge
from studio.templatetags.icons import icon
from studio.templatetags.studio_format import ago, clock, dollars, signed, statement


@pytest.mark.parametrize(
    ("seconds", "words"), [(0, "0:00"), (9, "0:09"), (38.9, "0:38"), (60, "1:00"), (300, "5:00"), (3725, "1:02:05")]
)
def test_a_duration_is_a_clock(seconds: float, words: str) -> None:
    assert clock(seconds) == words


@pytest.mark.parametrize(
    ("past", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=23), "23 h ago"),
    ],
)
def test_what_was_lately_is_told_by_its_age(past: timedelta, words: str) -> None:
    assert ago(timezone.now() - past) == words


def test_what_was_earlier_is_told_by_its_day() -> None:
    moment = timezone.now() - timedelta(days=400)
    assert ago(moment) == f"{moment.day} {moment:%b %Y}"


def test_amounts_are_never_rounded() -> None:
    assert (dollars(55_000), statement(-90_000), signed(180_000)) == ("$0.055", "−0.090", "+0.180")


@pytest.mark.parametrize(
    ("charge", "words"),
    [
        (Charge.HELD, "<b>$0.09</b> held"),
        (Charge.CHARGED, "<b>$0.09</b> charged"),
        (Charge.NONE, "not charged"),
        (Charge.RELEASED, "not charged"),
        (Charge.PRESUMED, "<b>$0.09</b> presumed charged"),
        (Charge.REIMBURSED, "<b>$0.09</b> reimbursed"),
    ],
)
def test_every_charge_has_its_chip(charge: Charge, words: str) -> None:
    assert words in render_to_string("parts/_cost.html", {"amount_micros": 90_000, "charge": charge})


def test_the_chips_differ_in_form_and_not_only_in_words() -> None:
    chips = [render_to_string("parts/_cost.html", {"amount_micros": 1, "charge": charge}) for charge in Charge]
    classes = {chip.split('class="')[1].split('"')[0] for chip in chips}
    assert len(classes) == 5


def test_an_icon_is_decoration() -> None:
    assert 'aria-hidden="true"' in icon("clock")
    assert "#i-clock" in icon("clock", "i-lg")
