"""A log line: its fields, its ids, its size, and that it is one line."""

import json
import logging
import sys
from collections.abc import Callable, Iterator

import pytest

from studio.telemetry.events import Event, tell
from studio.telemetry.ids import bound, current, learn
from studio.telemetry.lines import BYTES_MAX, JsonLines, Line, TextLines

type Written = Callable[[], list[str]]


@pytest.fixture
def written(request: pytest.FixtureRequest) -> Iterator[Written]:
    """What the logger `studio` wrote so far, in the form the test asks for; JSON unless it does."""
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler = Kept()
    handler.setFormatter(getattr(request, "param", JsonLines)(secrets=["a canary value"]))
    logger = logging.getLogger("studio")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield lambda: lines
    logger.removeHandler(handler)
    logger.setLevel(level)


def record(words: str, *arguments: object) -> logging.LogRecord:
    return logging.LogRecord("studio", logging.INFO, __file__, 1, words, arguments, None)


def fail() -> None:
    raise ValueError("sk-canary-000111222 is no number")


def test_a_json_line_has_the_fields_of_the_schema_and_no_other(written: Written) -> None:
    with bound(request="r-1", person=7):
        learn(attempt="a-1")
        tell(Event.AUDIT, "attempt %s was decided on", "a-1")
    line = json.loads(written()[0])
    assert line.pop("time").endswith("Z")
    assert line == {
        "level": "INFO",
        "logger": "studio.events",
        "message": "attempt a-1 was decided on",
        "event": "audit",
        "request": "r-1",
        "person": "7",
        "attempt": "a-1",
    }
    assert line.keys() <= set(Line.__struct_fields__)


@pytest.mark.parametrize("written", [TextLines], indirect=True)
def test_a_line_for_people_ends_with_its_event_and_its_ids(written: Written) -> None:
    with bound(request="r-1", person=7):
        tell(Event.AUDIT, "attempt %s was decided on", "a-1")
    assert written()[0].endswith("INFO studio.events attempt a-1 was decided on event=audit request=r-1 person=7")


@pytest.mark.parametrize(
    ("event", "labels", "level"),
    [(Event.FETCH_BLOCKED, {"why": "provider"}, "WARNING"), (Event.FORM_REPEATED, {}, "INFO")],
)
def test_what_somebody_should_look_at_is_a_warning(
    written: Written, event: Event, labels: dict[str, str], level: str
) -> None:
    tell(event, "it happened", **labels)
    assert json.loads(written()[0])["level"] == level


def test_ids_end_with_what_they_belong_to(written: Written) -> None:
    with bound(generation="g"):
        with bound(attempt="a"):
            learn(provider_request="p")
            assert current() == {"generation": "g", "attempt": "a", "provider_request": "p"}
        assert current() == {"generation": "g"}
    assert current() == {}
    learn(attempt="nobody's")
    assert current() == {}


def test_an_id_with_a_name_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="cookie"), bound(cookie="x"):
        pass


@pytest.mark.parametrize("written", [JsonLines, TextLines], indirect=True)
def test_a_traceback_is_told_without_its_secrets(written: Written) -> None:
    try:
        fail()
    except ValueError:
        logging.getLogger("studio").exception("it broke with a canary value")
    assert "ValueError" in written()[0]
    assert "in fail" in written()[0]
    assert "canary" not in written()[0]


@pytest.mark.parametrize("form", [JsonLines, TextLines])
@pytest.mark.parametrize(
    "typed",
    ["a\r\nERROR studio forged", "\x1b[31mred", "\x00", "line\u2028separator", "\x85", "\N{FOX FACE}", "\ud800"],
    ids=["new line", "escape", "NUL", "separator", "C1", "fox", "half a pair"],
)
def test_B96_nobody_begins_a_line_or_colours_a_terminal(form: type[logging.Formatter], typed: str) -> None:
    """Formatted here and logged nowhere: the report of a test has no form for half a pair."""
    line = form().format(record("a project named %s", typed))
    assert len(line.splitlines()) == 1
    assert not any(ord(letter) < 0x20 or 0x7F <= ord(letter) < 0xA0 for letter in line)
    line.encode()


@pytest.mark.parametrize("letter", ["x ", "\x01", "狐", "\N{FOX FACE}", "\\"])
def test_B96_a_line_of_a_megabyte_is_cut(written: Written, letter: str) -> None:
    try:
        raise RuntimeError(letter * 1_000_000)
    except RuntimeError:
        with bound(**dict.fromkeys(("request", "person", "generation", "attempt", "worker"), letter * 5_000)):
            logging.getLogger("studio").exception("%s", letter * 1_000_000)
    assert len(written()[0].encode()) <= BYTES_MAX
    assert json.loads(written()[0])["error"] == "RuntimeError"


def test_arguments_that_do_not_fit_lose_no_line() -> None:
    assert json.loads(JsonLines().format(record("%s and %s", "one")))["message"] == "%s and %s ('one',)"


def test_a_line_about_nothing_that_is_being_raised_has_no_traceback() -> None:
    calm = logging.LogRecord("studio", logging.ERROR, __file__, 1, "calm", (), sys.exc_info())
    assert "traceback" not in json.loads(JsonLines().format(calm))
