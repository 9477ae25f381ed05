"""Whatever is typed is words, and never a sign that a database would obey."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.tokens import WORDS_MAX, Words, searchable

WORDS = {
    "A red Boat": "a red boat",
    "golden-hour, f/1.8": "golden hour f 1 8",
    "Café MÜLLER": "cafe muller",
    "ＦＵＬＬ　ｗｉｄｔｈ": "full width",
    "一只红色的船": "一 只 红 色 的 船",
    "4K红船 poster": "4k 红 船 poster",
    "浮世絵ポスター": "浮 世 絵 ホ ス タ ー",
    "붉은 배": "붉은 배",
    "🚤 *!?": "",
    "": "",
}


@pytest.mark.parametrize("text", WORDS)
def test_text_becomes_words(text: str) -> None:
    assert searchable(text) == WORDS[text]


def test_beginnings_of_words_are_enough_from_three_letters_on() -> None:
    assert Words.read("boa in a lake").fts5() == '"boa"* AND "in" AND "a" AND "lake"*'
    assert Words.read("boa in").tsquery() == "'boa':* & 'in'"


def test_the_last_word_goes_on_from_its_first_letter_while_it_is_typed() -> None:
    typed = Words.read("in bo", is_being_typed=True)
    assert typed.fts5() == '"in" AND "bo"*'
    assert typed.tsquery() == "'in' & 'bo':*"
    assert Words.read("bo 船", is_being_typed=True).fts5() == '"bo" AND "船"'


def test_chinese_characters_have_to_stand_side_by_side() -> None:
    assert Words.read("红色 船").fts5() == '"红 色" AND "船"'
    assert Words.read("红色 船").tsquery() == "('红' <-> '色') & '船'"


@given(st.text())
def test_nothing_but_quoted_letters_is_ever_asked(text: str) -> None:
    words = Words.read(text)
    letters = r"[^\W_]+"
    assert re.fullmatch(rf'("{letters}( {letters})*"\*?( AND )?)*', words.fts5())
    assert re.fullmatch(rf"(\(?'{letters}'(:\*)?( <-> '{letters}')*\)?( & )?)*", words.tsquery())
    assert len(words.runs) <= WORDS_MAX


@given(st.text())
def test_what_was_cut_once_is_cut_alike_again(text: str) -> None:
    assert searchable(searchable(text)) == searchable(text)
