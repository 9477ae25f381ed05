"""Faults by chance: the seed says which, and says it again."""

import json
from pathlib import Path

import httpx2
import pytest

from studio.sandbox.behaviour import UnknownBehaviour
from studio.sandbox.faults import WEIGHTS, Faults, faults
from tests.sandbox.client import Client
from tests.sandbox.inside import sandbox_inside


def labels(made: Faults, count: int) -> list[str]:
    return [made.next().label for _ in range(count)]


def test_the_same_seed_brings_the_same_faults_back() -> None:
    first = labels(Faults(7, 0.5, WEIGHTS), 60)
    assert labels(Faults(7, 0.5, WEIGHTS), 60) == first
    assert labels(Faults(8, 0.5, WEIGHTS), 60) != first


def test_the_rate_is_the_share_of_calls_that_go_wrong() -> None:
    met = labels(Faults(1, 0.2, WEIGHTS), 2_000)
    assert 0.17 < sum(label != "delivered" for label in met) / 2_000 < 0.23
    # Every one of them, sooner or later.
    assert set(labels(Faults(1, 1.0, WEIGHTS), 2_000)) == {Faults(1, 1, {name: 1}).next().label for name in WEIGHTS}
    assert set(labels(faults(1, None, None), 200)) == {"delivered"}


def test_a_reset_starts_the_count_again() -> None:
    made = Faults(3, None, WEIGHTS)
    first = labels(made, 20)
    made.reset()
    assert labels(made, 20) == first


def test_a_file_brings_weights_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text(json.dumps({"delivered": 3, "several=2, cut": 1}))
    met = labels(faults(1, None, file), 400)
    assert set(met) == {"delivered", "several, cut"}
    assert 60 < met.count("several, cut") < 140


@pytest.mark.parametrize("weights", [{}, {"nonsense": 1}, {"cut": 0}, {"cut": -1, "reset": 2}])
def test_weights_that_mean_nothing_are_a_mistake(weights: dict[str, float]) -> None:
    with pytest.raises(UnknownBehaviour):
        Faults(1, None, weights)


def test_calls_meet_them_unless_told_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text(json.dumps({"status:503": 1}))
    with (
        sandbox_inside(faults=file) as server,
        httpx2.Client(base_url=server.url, trust_env=False) as http,
    ):
        headers = {"Authorization": "Bearer sk-test"}

        def status(prompt: str, **more: str) -> int:
            body = {"model": "gemini-2.5-flash-image", "messages": [{"role": "user", "content": prompt}]}
            return http.post("/v1/chat/completions", json=body, headers={**headers, **more}).status_code

        assert status("a cat") == 503
        assert status("[sandbox:delivered] a cat") == 200
        assert status("a cat", **{"X-Sandbox-Scenario": "status:429"}) == 429
        server.script.set(["delivered"])
        assert [status("a cat"), status("a cat")] == [200, 503]
        assert [request["scenario"] for request in server.books.requests()][-1] == "status:503"


def test_without_them_nothing_goes_wrong(client: Client) -> None:
    assert {client.ask("a cat").status_code for _ in range(10)} == {200}
