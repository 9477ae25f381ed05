"""Google's suggestions out of its HTML: their words, and addresses of Google's alone, whatever the HTML is."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.provider.searched import SUGGESTIONS_MAX, Found, Searched, chips_of, searched_of

SEARCH = "https://www.google.com/search?q=foxes&client=app"
REDIRECT = "https://vertexaisearch.cloud.google.com/grounding-api-redirect/AUZIYQ=="

# As Google sends it, shortened: styles for light and dark, a logo, and a carousel of chips.
AS_SENT = f"""
<style>.container {{ border-radius: 8px }} @media (prefers-color-scheme: dark) {{ .chip {{ color: #fff }} }}</style>
<div class="container"><div class="headline"><svg><path d="M1 1"/></svg></div>
<div class="carousel"><a class="chip" href="{SEARCH.replace("&", "&amp;")}">red foxes &amp; dens</a>
<a class="chip" href="{REDIRECT}">fox <b>tracks</b></a></div></div>
"""


def chips(html: str) -> list[Found]:
    return list(chips_of(html))


def test_words_and_addresses_are_read_out_of_it() -> None:
    assert chips(AS_SENT) == [Found("red foxes & dens", SEARCH), Found("fox tracks", REDIRECT)]


@pytest.mark.parametrize(
    "url",
    [
        "http://www.google.com/search?q=x",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "//www.google.com/search",
        "/search?q=x",
        "https://google.com.evil.example/",
        "https://notgoogle.com/",
        "https://evil.example/https://www.google.com/",
        "https://www.google.com@evil.example/",
        "https://user:word@www.google.com/",
        "https://www.google.com:8443/",
        "https://evil.example\\@www.google.com/",
        "https://www.google.com\\.evil.example/",
        "https://www.google.com\t.evil.example/",
        "https://www.google.com /",
        "https:/\\www.google.com/",
        "https://www.goog\u200ble.com/",
        "https://www.g\u043e\u043egle.com/",
        "https://[::1]/",
        "https://[www.google.com/",
        f"https://www.google.com/{'x' * 2_000}",
        "",
    ],
)
def test_an_address_that_is_not_plainly_googles_is_no_chip(url: str) -> None:
    assert chips(f'<a href="{url}">foxes</a>') == []


@pytest.mark.parametrize(
    ("html", "words"),
    [
        (f"<A HREF='{SEARCH}' onclick=alert(1) style=x>foxes</A>", "foxes"),
        (f"<a href={SEARCH}>foxes<img src=x onerror=alert(1)></a>", "foxes"),
        (
            f'<a href="{SEARCH}">&lt;script&gt;alert(1)&lt;/script&gt;</a>',
            "<script>alert(1)</script>",
        ),  # words, escaped
        (f'<a href="{SEARCH}">fo<script>alert(1)</script>xes</a>', "foxes"),
        (f'<a href="{SEARCH}">  red\n\t foxes </a>', "red foxes"),
        (f'<a href="{SEARCH}">\u202efoxes\u202c\u0007</a>', "foxes"),
        (f'<a href="{SEARCH}">{"x" * 500}</a>', "x" * 120),
        (f'<a href="{SEARCH}">foxes<a href="https://evil.example/">more</a>', "foxes"),
        (f'<a href="https://evil.example/">evil</a><a href="{SEARCH}">foxes</a>', "foxes"),
        (f'<iframe src="https://evil.example"></iframe><a href="{SEARCH}">foxes', "foxes"),
    ],
)
def test_what_else_is_in_it_comes_to_nothing(html: str, words: str) -> None:
    assert [chip.words for chip in chips(html)] == [words]


@pytest.mark.parametrize(
    "html", ["", "<div>foxes</div>", f'<a href="{SEARCH}"></a>', f'<a href="{SEARCH}"><b/></a>', "<a "]
)
def test_without_words_or_a_link_there_is_none(html: str) -> None:
    assert chips(html) == []


@pytest.mark.parametrize(
    "unit", ["<a ", "<b ", "<a b='", "<!--", "<a href=x>", "</", "<![CDATA[", "&#", "<svg ", "<a\n<"]
)
def test_html_that_is_made_to_take_long_does_not(unit: str) -> None:
    began = time.process_time()
    chips('<a href="https://www.google.com/">x' + unit * (50_000 // len(unit)))
    chips(f'<a href="https://www.google.com/">{unit * 900}' * 16)
    assert time.process_time() - began < 5


@given(st.text(alphabet="<>a/ ='\"hrefx:&;#-!\u202e\0", max_size=200))
def test_nothing_breaks_it(html: str) -> None:
    for chip in chips(f'<a href="{SEARCH}">{html}'):
        assert chip.url == SEARCH


def test_without_a_chip_the_queries_themselves_are_suggested() -> None:
    found = searched_of({"webSearchQueries": ["red foxes", "dens & tracks", 7, ""]})
    assert found.suggestions == (
        Found("red foxes", "https://www.google.com/search?q=red+foxes"),
        Found("dens & tracks", "https://www.google.com/search?q=dens+%26+tracks"),
    )


def test_there_are_not_too_many_and_each_is_there_once() -> None:
    many = "".join(f'<a href="https://www.google.com/search?q={n}">{n}</a>' * 2 for n in range(50))
    assert len(searched_of({"searchEntryPoint": {"renderedContent": many}}).suggestions) == SUGGESTIONS_MAX


def test_sources_lead_wherever_was_read_and_nowhere_odd() -> None:
    webs = [
        {"uri": "https://en.wikipedia.org/wiki/Fox", "title": "wikipedia.org"},
        {"uri": "javascript:alert(1)", "title": "Bad"},
        {"uri": "https://foxes.example/"},
        {"uri": "http://127.0.0.1/", "title": ""},
        None,
    ]
    found = searched_of({"groundingChunks": [{"web": web} for web in webs]})
    assert found.sources == (
        Found("wikipedia.org", "https://en.wikipedia.org/wiki/Fox"),
        Found("Bad"),
        Found("foxes.example", "https://foxes.example/"),
    )


@pytest.mark.parametrize("odd", [None, 7, "x", [], {}, [None], [{"web": 7}], {"renderedContent": ["<a>"]}])
def test_any_shape_is_tolerated(odd: Any) -> None:
    assert not searched_of({"searchEntryPoint": odd, "webSearchQueries": odd and None, "groundingChunks": odd})


def test_what_was_kept_is_looked_at_again_before_it_is_shown() -> None:
    found = searched_of(
        {"searchEntryPoint": {"renderedContent": AS_SENT}, "groundingChunks": [{"web": {"title": "a"}}]}
    )
    assert Searched.from_json(json.loads(json.dumps(found.to_json()))) == found
    tampered = {"suggestions": [{"words": "x", "url": "javascript:alert(1)"}, 7], "sources": "x"}
    assert not Searched.from_json(tampered)
    assert Searched().to_json() == {}
