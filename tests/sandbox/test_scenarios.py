"""How a test or a person says what is to happen: script, header, markers."""

import json
import re
from pathlib import Path

import pytest

from studio.sandbox.answers import ANSWERS
from studio.sandbox.behaviour import UnknownBehaviour
from studio.sandbox.delivery import DELIVERIES
from studio.sandbox.scenario import MODIFIERS, from_header, from_prompt, from_script, without_markers
from tests.sandbox.client import NB2, Client, question, texts

DOCS = Path(__file__).parent.parent.parent / "docs/sandbox.md"


def test_the_nth_call_takes_the_nth_entry(client: Client) -> None:
    client.sandbox.script([{"then": "status", "status": 429, "retry_after": 2}, {"then": "refuse_text"}, "503"])
    answers = [client.ask("a cat", model=NB2) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [429, 200, 503, 200]
    assert answers[0].headers["retry-after"] == "2"
    assert "not able" in texts(answers[1])[0]


def test_429_then_ok_is_two_calls(client: Client) -> None:
    client.sandbox.script([{"then": "429-then-ok", "retry_after": 1}])
    assert [client.ask("a cat").status_code for _ in range(2)] == [429, 200]
    assert [client.ask("x [sandbox:429-then-ok]").status_code for _ in range(2)] == [429, 200]


def test_once_is_once_for_each_prompt(client: Client) -> None:
    prompts = ["one [sandbox:once=429]", "one [sandbox:once=429]", "two [sandbox:once=429]"]
    assert [client.ask(prompt).status_code for prompt in prompts] == [429, 200, 429]
    assert [client.ask("[sandbox:503] [sandbox:times=2]").status_code for _ in range(3)] == [503, 503, 200]


def test_the_script_goes_before_the_header_and_the_header_before_the_prompt(client: Client) -> None:
    client.sandbox.script([{"then": "status", "status": 500}])
    codes = [
        client.post(question("[sandbox:status:503]"), X_Sandbox_Scenario="status:502").status_code for _ in range(2)
    ]
    assert [*codes, client.ask("[sandbox:status:503]").status_code] == [500, 502, 503]


def test_a_header_may_be_an_object(client: Client) -> None:
    header = '{"then": "status", "status": 503, "headers": {"X-Seen": "yes"}}'
    answer = client.post(question("a cat"), X_Sandbox_Scenario=header)
    assert (answer.status_code, answer.headers["x-seen"]) == (503, "yes")


def test_a_header_that_means_nothing_is_a_mistake(client: Client) -> None:
    for header in ("nonsense", "{broken", "pixels=big"):
        answer = client.post(question("a cat"), X_Sandbox_Scenario=header)
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "unknown_scenario")


def test_a_script_that_means_nothing_is_a_mistake(client: Client) -> None:
    for script in ('["nonsense"]', '[{"them": "cut"}]', '[{"then": "cut", "after_bytes": "ten"}]', "{}", "[1]"):
        assert client.http.post("/sandbox/script", content=script).status_code == 400


def test_a_marker_that_means_nothing_is_text(client: Client) -> None:
    assert from_prompt("a cat [sandbox:nonsense] [sandbox:slow=soon]") is None
    assert client.ask("a cat [sandbox:nonsense]").status_code == 200


def test_only_the_last_turn_is_looked_at_for_markers(client: Client) -> None:
    body = question("and now in blue")
    body["contents"] = [*question("[sandbox:status:503]")["contents"], *body["contents"]]
    assert client.post(body).status_code == 200


def test_several_markers_make_one_behaviour() -> None:
    found = from_prompt("a [sandbox:several=4] b [sandbox:PNG] [sandbox:slow=2.5] [sandbox:cut=9]")
    assert found is not None
    assert (found.then, found.delivery, found.count, found.png, found.delay) == ("several", "cut", 4, True, 2.5)
    assert found.after_bytes == 9
    assert without_markers("a [sandbox:several=4] b [sandbox:png]") == "a b"


@pytest.mark.parametrize("text", ["finish:IMAGE_SAFETY", "finish=IMAGE_SAFETY"])
def test_colon_and_equals_sign_are_the_same(text: str) -> None:
    assert from_header(text).reason == "IMAGE_SAFETY"


def test_the_labels_in_the_book_name_what_happened() -> None:
    named = [from_header(text).label for text in ("png", "429", "finish:SPII", "several, cut")]
    assert named == ["delivered", "status:429", "finish:SPII", "several, cut"]


def test_a_script_entry_may_not_invent_fields() -> None:
    with pytest.raises(UnknownBehaviour):
        from_script([{"then": "delivered", "colour": "red"}])


def test_every_name_is_in_the_documentation_and_every_documented_name_exists() -> None:
    documented = set(re.findall(r"^\| `([a-z_0-9]+)", DOCS.read_text(), re.MULTILINE))
    names = {*ANSWERS, *DELIVERIES, *MODIFIERS} - {"whole"}
    assert documented == names


def test_the_script_in_the_documentation_works() -> None:
    [example] = re.findall(r"```json\n(.*?)```", DOCS.read_text(), re.DOTALL)
    labels = [behaviour.label for behaviour in from_script(json.loads(example))]
    assert labels == ["status:429", "text_refusal", "delivered, reset", "status:429", "delivered"]
