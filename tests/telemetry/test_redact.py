"""What no log may hold is taken out, whoever wrote it; and what a log is read for stays."""

import time

import pytest

from studio.telemetry.redact import GONE, Redaction

KEY = "sk-canary-8d1f00aa31"
SIGNED = "https://bucket.oss-us-west-1.aliyuncs.com/a/b.png?Expires=1&Signature=c4n4ry%2Bx%3D"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (f"the key {KEY} was refused", f"the key sk-{GONE} was refused"),
        ("token sys-9f8e7d6c5b", f"token sys-{GONE}"),
        (f"{{'Authorization': 'Bearer {KEY}'}}", f"{{'Authorization': '{GONE}'}}"),
        ("authorization: Basic Y2FuYXJ5OmNhbmFyeQ==", f"authorization: {GONE}"),
        ("sent Bearer canary.canary.canary", f"sent Bearer {GONE}"),
        ("x-goog-api-key=canarycanary more", f"x-goog-api-key={GONE} more"),
        ("Cookie: sessionid=canary1; csrftoken=canary2", f"Cookie: {GONE}; csrftoken={GONE}"),
        ('{"password": "canary bread", "name": "x"}', f'{{"password": "{GONE} bread", "name": "x"}}'),
        ("password1=canary&next=/", f"password1={GONE}&next=/"),
        ("postgresql://studio:canary@db/studio", f"postgresql://{GONE}@db/studio"),
        (f"GET {SIGNED} answered 403", f"GET https://bucket.oss-us-west-1.aliyuncs.com/a/b.png?{GONE} answered 403"),
        (f"data {'iVBORw0KGgo' * 40}== end", "data [440 characters of Base64] end".replace("440", "442")),
    ],
)
def test_a_secret_is_taken_out_and_the_words_around_it_stay(said: str, kept: str) -> None:
    assert Redaction()(said) == kept


@pytest.mark.parametrize(
    "harmless",
    [
        "attempt 6b0c9a53-7a07-4c0d-9a0b-0d8c1f6c2b11 ended: succeeded, charged",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "POST /projects/6b0c9a53-7a07-4c0d-9a0b-0d8c1f6c2b11/runs/ answered 500, number r-0123456789",
        "https://api.apiyi.com/v1beta/models/gemini-3-pro-image:generateContent did not answer",
        "risk-free desk-top ask-me",
        "一只狐狸在雪地里",
    ],
)
def test_what_a_log_is_read_for_stays(harmless: str) -> None:
    assert Redaction()(harmless) == harmless


def test_a_secret_the_process_was_started_with_is_known_by_its_value() -> None:
    redact = Redaction(["an odd (secret)+", "", "short"])
    assert redact("it is an odd (secret)+, and short") == f"it is {GONE}, and short"


@pytest.mark.parametrize("piece", ["a", "=", "Bearer ", "https://", "password: ", "://@", "sk-", "?", " "])
def test_no_text_makes_it_slow(piece: str) -> None:
    """A megabyte of bait costs less than a second, where a nested repetition would take hours."""
    bait = piece * (1_000_000 // len(piece))
    began = time.process_time()
    Redaction([KEY])(bait)
    assert time.process_time() - began < 5
