"""No regular expression takes for ever: none repeats what is repeated already, unless it is told here why that ends."""

import ast
import re
from collections.abc import Iterable, Iterator
from re import _constants as codes  # type: ignore[attr-defined]  # the one parser that surely agrees with `re`
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from nbweb.environment import BASE_DIR

ENDS = {
    r"\{\{[^{}]*\}\}|[^\W_]+(?:[_'’][^\W_]+)*|\s+|.": "each repeat begins with a sign that no word has",
    r"data:([\w.+-]+/[\w.+-]+)((?:;[\w=.+-]+)*?);base64,": "each repeat begins with a semicolon, which none contains",
}
"""Expressions that repeat what is repeated, and why there is only one way to read a text by them."""


def expressions() -> Iterator[tuple[str, str]]:
    """Where each is said, and what. For what is only known at run time stands an `x`."""
    for room in ("studio", "nbweb"):
        for path in sorted((BASE_DIR / room).rglob("*.py")):
            for call in ast.walk(ast.parse(path.read_text())):
                if is_of_re(call):
                    yield f"{path.relative_to(BASE_DIR)}:{call.lineno}", text_of(call.args[0])


def is_of_re(node: ast.AST) -> Any:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr != "escape"
    )


def text_of(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=bytes() as data):
            return data.decode("latin-1")
        case ast.Constant(value=str() as text):
            return text
        case ast.JoinedStr():
            return "".join(text_of(each) for each in node.values)
        case ast.BinOp():
            return text_of(node.left) + text_of(node.right)
    return "x"


def repeats_a_repeat(parts: Iterable[Any], *, is_repeated: bool = False) -> bool:
    for code, about in parts:
        match code:
            case codes.MAX_REPEAT | codes.MIN_REPEAT:
                is_open = about[1] == codes.MAXREPEAT
                if is_open and is_repeated:
                    return True
                inner, inside = [about[2]], is_repeated or is_open
            case codes.SUBPATTERN:
                inner, inside = [about[3]], is_repeated
            case codes.BRANCH:
                inner, inside = about[1], is_repeated
            case codes.ASSERT | codes.ASSERT_NOT:
                inner, inside = [about[1]], is_repeated
            case _:
                continue
        if any(repeats_a_repeat(each, is_repeated=inside) for each in inner):
            return True
    return False


@pytest.mark.parametrize("text", [r"(a+)+", r"(?:\w*-?)*x", r"(a|b+)*", r"((?=a+)a)+"])
def test_what_takes_for_ever_is_seen(text: str) -> None:
    assert repeats_a_repeat(parser.parse(text))


@pytest.mark.parametrize("text", [r"a+b*", r"(a{1,3})+", r"(?:ab)+", r"(a+){2}"])
def test_what_does_not_is_let_be(text: str) -> None:
    assert not repeats_a_repeat(parser.parse(text))


def test_C13_no_expression_repeats_what_is_repeated() -> None:
    found = dict(expressions())
    assert len(found) > 50
    bad = {where: text for where, text in found.items() if repeats_a_repeat(parser.parse(text))}
    assert {where: text for where, text in bad.items() if text not in ENDS} == {}
    assert set(bad.values()) == set(ENDS), "what is explained is there"


@pytest.mark.parametrize("text", ENDS)
def test_C13_what_is_explained_reads_a_long_text_at_once(text: str) -> None:
    """One that does not would not come back before the run is ended."""
    for piece in ("a", "a_", ";a", "a;", "'", "data:a/a;", "{{"):
        re.compile(text).match("data:a/a" + piece * 20_000 + "!")
