"""Words with blanks: what is one, what fills it, and whether a text is these words still."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.library.wording import VALUE_CHARACTERS_MAX, Blank, Wording, choices_of

STILL_LIFE = Wording(
    "Matte {{material}} {{object}} on {{ palette }} paper, {{object}} centred",
    (Blank("palette", ("terracotta", "sage"), "sage"), Blank("gone", default="x")),
)
NAMES = st.from_regex(r"[^\W\d]\w{0,10}", fullmatch=True)
PLAIN = st.text(st.characters(exclude_characters="{}"), max_size=20)


def test_blanks_stand_in_the_order_of_the_text_each_once() -> None:
    assert [blank.name for blank in STILL_LIFE.blanks] == ["material", "object", "palette"]
    assert STILL_LIFE.blanks[2].choices == ("terracotta", "sage")


@pytest.mark.parametrize(
    "text",
    [
        '{"subject": {"kind": "vase", "colours": ["red"]}}',
        "{material}",
        "{{}} {{ }} {{a-b}} {{1st}} {{{",
        "{{" + "x" * 41 + "}}",
        "{{two\nlines}}",
    ],
)
def test_braces_that_are_no_blank_are_text(text: str) -> None:
    assert Wording(text).blanks == ()
    assert Wording(text).fill({"material": "clay"}) == text


def test_a_prompt_in_json_keeps_its_braces_around_a_blank() -> None:
    wording = Wording('{"subject": {"name": "{{thing}}"}}')
    assert json.loads(wording.fill({"thing": "a vase"})) == {"subject": {"name": "a vase"}}


def test_a_blank_may_have_a_name_in_any_script() -> None:
    assert Wording("一只{{颜色}}的花瓶").fill({"颜色": "红色"}) == "一只红色的花瓶"


def test_what_is_filled_in_is_never_read_for_blanks() -> None:
    assert Wording("{{a}} {{b}}").fill({"a": "{{b}}", "b": "2"}) == "{{b}} 2"


def test_a_default_stands_where_nothing_is_given() -> None:
    values = STILL_LIFE.values({"material": " clay ", "object": "cup"})
    assert values == {"material": "clay", "object": "cup", "palette": "sage"}
    assert STILL_LIFE.fill(values) == "Matte clay cup on sage paper, cup centred"


@pytest.mark.parametrize(
    ("values", "unfit"),
    [
        ({"material": "clay", "object": "cup", "palette": "sage"}, []),
        ({"material": "clay", "palette": "sage"}, [("object", "missing")]),
        ({"material": "", "object": "", "palette": "sage"}, [("material", "missing"), ("object", "missing")]),
        ({"material": "clay", "object": "cup", "palette": "navy"}, [("palette", "not_a_choice")]),
        (
            {"material": "c" * (VALUE_CHARACTERS_MAX + 1), "object": "cup", "palette": "sage"},
            [("material", "too_long")],
        ),
    ],
)
def test_a_value_that_does_not_fit_is_named(values: dict[str, str], unfit: list[tuple[str, str]]) -> None:
    assert [(each.name, each.code) for each in STILL_LIFE.unfit(values)] == unfit


def test_choices_are_lines() -> None:
    assert choices_of(" red \n\nblue\r\nred") == ("red", "blue")


@pytest.mark.parametrize(
    ("text", "is_still"),
    [
        ("Matte clay cup on sage paper, cup centred", True),
        ("Matte clay cup on sage paper, cup centred!", False),
        ("Matte  cup on sage paper, cup centred", False),  # nothing between "Matte " and " "
        ("Matte clay cup on paper on sage paper, cup centred", True),
        ("Glossy clay cup on sage paper, cup centred", False),
        ("", False),
    ],
)
def test_a_text_is_the_wording_while_only_its_blanks_differ(text: str, is_still: bool) -> None:
    assert STILL_LIFE.is_wording_of(text) is is_still


def test_words_without_blanks_are_theirs_to_the_letter() -> None:
    assert Wording("A red boat").is_wording_of("A red boat")
    assert not Wording("A red boat").is_wording_of("A red boat ")


@given(st.lists(st.tuples(PLAIN, NAMES), min_size=1, max_size=8), PLAIN, st.data())
def test_every_filling_is_the_wording(pieces: list[tuple[str, str]], last: str, data: st.DataObject) -> None:
    wording = Wording("".join(f"{plain}{{{{{name}}}}}" for plain, name in pieces) + last)
    assert "".join(part.text for part in wording.parts) == wording.text
    values = {blank.name: data.draw(st.text(min_size=1, max_size=12)) for blank in wording.blanks}
    assert wording.is_wording_of(wording.fill(values))


def test_many_blanks_in_a_long_text_take_no_time() -> None:
    wording = Wording("{{a}} " * 2_000 + "end")
    assert not wording.is_wording_of("x " * 9_000)
    assert wording.is_wording_of("x " * 2_000 + "end")
