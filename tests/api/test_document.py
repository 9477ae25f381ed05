"""The OpenAPI document and the API say the same: schemathesis makes its requests of the one, and asks the other."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import positive_data_acceptance

from studio import access_tokens
from studio.provider.outcome import Outcome
from tests.api.calling import secret_of
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

EXAMPLES = 8
"""Good ones of each operation, and as many bad ones."""
NAMED = {"project_id": "project", "run_id": "run", "generation_id": "generation", "output_id": "output"}


def closing(application: Any) -> Any:
    """As a server does, and schemathesis's client does not: an answer is closed when it was read."""

    def answer(environ: Any, start_response: Any) -> list[bytes]:
        response = application(environ, start_response)
        try:
            return [b"".join(response)]
        finally:
            response.close()

    return answer


@pytest.fixture
def one_connection() -> Iterator[None]:
    """The application would close its connection after each request, and this test's transaction with it."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("one_connection")
def test_the_api_answers_as_its_document_says(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the real WSGI application, in a studio that has something to tell: never a 500, no status, type or shape that
    is not in the document, and nothing that it forbids is taken.
    """
    monkeypatch.setattr(access_tokens, "BURST", 10**6)
    for outcome in (Outcome.REFUSED_PROMPT, Outcome.OUTCOME_UNKNOWN, Outcome.DELIVERED):
        frame = make_run(cast.bob, cast.project).generations.get()
        end(frame, outcome)
    things = {"project": cast.project, "run": frame.run, "generation": frame, "output": frame.outputs.get()}
    headers = {"Authorization": f"Bearer {secret_of(cast.bob)}", "Host": "testserver"}
    document = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", closing(get_wsgi_application()), headers=headers)
    asked = set()
    for found in document.get_all_operations():
        operation = found.ok()
        keys = {name: str(things[thing].public_id) for name, thing in NAMED.items() if f"{{{name}}}" in operation.path}
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            _hold(operation, mode, keys, headers)
        asked.add(operation.definition.raw["operationId"])
    assert {"getMe", "createRun", "uploadImage", "cancelGeneration", "listGenerations"} <= asked


def _hold(operation: Any, mode: GenerationMode, keys: dict[str, str], headers: dict[str, str]) -> None:
    @settings(
        max_examples=EXAMPLES,
        phases=[Phase.explicit, Phase.generate],
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(mode))
    def hold(case: Any) -> None:
        if keys and mode is GenerationMode.POSITIVE:
            case.path_parameters = keys
        # That a value may be refused for what it means, such as a month to come, is not for the document to say.
        case.call_and_validate(headers=headers, excluded_checks=[positive_data_acceptance])

    hold()
