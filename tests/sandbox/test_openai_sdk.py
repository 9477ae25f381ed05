"""OpenAI's own client talks to the sandbox, as one that only knows that way would."""

import base64
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx2
import msgspec
import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletion, ChatCompletionSystemMessageParam, ChatCompletionUserMessageParam
from openai.types.chat.completion_create_params import CompletionCreateParamsNonStreaming
from PIL import Image
from pydantic import TypeAdapter

from studio.provider.body import Body
from studio.provider.request import GenerationRequest, InputImage
from studio.provider.way import Mode, SystemPromptMode, Way
from tests.sandbox.client import NB2, PRO, image_url, photo
from tests.sandbox.process import RunningSandbox


@pytest.fixture(scope="module")
def client(one_sandbox: RunningSandbox) -> Iterator[OpenAI]:
    with openai_client(one_sandbox, "sk-test") as made:
        yield made


def openai_client(sandbox: RunningSandbox, key: str) -> OpenAI:
    plain = httpx2.Client(trust_env=False, timeout=10)
    return OpenAI(api_key=key, base_url=f"{sandbox.url}/v1", max_retries=0, http_client=plain)


@pytest.fixture(autouse=True)
def _empty_books(sandbox: RunningSandbox) -> None:
    """The client is made once, the books are empty for each test."""


def ask(client: OpenAI, content: Any, model: str = PRO) -> ChatCompletion:
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": content}])


def picture(completion: ChatCompletion) -> Image.Image:
    # A field that OpenAI does not have; its types keep it all the same.
    [image] = getattr(completion.choices[0].message, "images", [])
    return opened(image["image_url"]["url"])


def opened(uri: str) -> Image.Image:
    return Image.open(BytesIO(base64.b64decode(uri.partition(";base64,")[2], validate=True)))


def test_text_to_image(client: OpenAI, sandbox: RunningSandbox) -> None:
    completion = ask(client, "a cat")
    assert picture(completion).size == (1024, 1024)
    assert completion.choices[0].finish_reason == "stop"
    assert completion.usage is not None
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens
    assert sandbox.charged_quota == 45_000


def test_edit_with_a_data_uri(client: OpenAI, sandbox: RunningSandbox) -> None:
    completion = ask(client, [{"type": "text", "text": "with a hat"}, image_url(photo(60, 90))], NB2)
    assert picture(completion).size == (848, 1264)
    [request] = sandbox.requests()
    assert (request["images"], request["ignored"], request["attempt"]) == (1, [], "")


def test_the_picture_may_stand_in_markdown(client: OpenAI) -> None:
    content = ask(client, "a cat [sandbox:layout=markdown]").choices[0].message.content or ""
    assert opened(content.partition("![image](")[2].rstrip(")")).size == (1024, 1024)


def test_refusals_are_no_errors(client: OpenAI, sandbox: RunningSandbox) -> None:
    words = ask(client, "[sandbox:text_refusal]").choices[0]
    assert (words.finish_reason, "not able" in (words.message.content or "")) == ("stop", True)
    filtered = ask(client, "[sandbox:finish:IMAGE_SAFETY]").choices[0]
    assert (filtered.finish_reason, filtered.message.content) == ("content_filter", "")
    blocked = ask(client, "[sandbox:block:SAFETY]").choices[0]
    assert (blocked.message.content, blocked.message.refusal) == (None, "blocked: SAFETY")
    assert ask(client, "[sandbox:null_candidates]").choices == []
    assert len(sandbox.charges()) == 4


ERRORS = {
    400: openai.BadRequestError,
    401: openai.AuthenticationError,
    403: openai.PermissionDeniedError,
    404: openai.NotFoundError,
    429: openai.RateLimitError,
    500: openai.InternalServerError,
    502: openai.InternalServerError,
    503: openai.InternalServerError,
    524: openai.InternalServerError,
}


@pytest.mark.parametrize("status", ERRORS)
def test_errors_are_mapped(client: OpenAI, sandbox: RunningSandbox, status: int) -> None:
    with pytest.raises(openai.APIStatusError) as raised:
        ask(client, f"[sandbox:status:{status}]")
    assert (type(raised.value), raised.value.status_code) == (ERRORS[status], status)
    assert raised.value.request_id == sandbox.requests()[0]["id"]
    # Told not to try again, it does not.
    assert len(sandbox.requests()) == 1


def test_errors_of_the_checks_are_mapped_too(client: OpenAI, one_sandbox: RunningSandbox) -> None:
    with pytest.raises(openai.NotFoundError) as raised:
        ask(client, "a cat", "gpt-nobody")
    assert raised.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        client.images.generate(model=PRO, prompt="a cat")
    with openai_client(one_sandbox, "sk-empty") as poor, pytest.raises(openai.PermissionDeniedError) as refused:
        ask(poor, "a cat")
    assert refused.value.code == "insufficient_user_quota"


@pytest.mark.parametrize("marker", ["reset", "cut"])
def test_what_does_not_arrive_is_an_error_of_the_connection(
    client: OpenAI, sandbox: RunningSandbox, marker: str
) -> None:
    with pytest.raises((openai.APIConnectionError, httpx2.RemoteProtocolError)):
        ask(client, f"[sandbox:{marker}]")
    sandbox.wait_for_requests(1)
    assert len(sandbox.charges()) == 1


@pytest.mark.parametrize("orders", ["system_instruction", "prefix"])
def test_openais_types_read_the_bodies_we_write(orders: SystemPromptMode) -> None:
    data = photo(60, 90)
    request = GenerationRequest(
        model_key="pro",
        prompt="with a hat",
        ratio="",
        images=(InputImage("image/png", len(data), lambda: BytesIO(data)),),
        system_prompt="Paint in oil.",
        way=Way(mode=Mode.CHAT, system_prompt_mode=orders),
    )
    document = msgspec.json.decode(b"".join(Body.of(request)))
    assert document.keys() <= CompletionCreateParamsNonStreaming.__annotations__.keys()
    *system, user = document["messages"]
    # What the types do not know is gone after reading.
    read = TypeAdapter(ChatCompletionUserMessageParam).validate_python(user)
    assert {**read, "content": list(read["content"])} == user
    assert [each["role"] for each in system] == (["system"] if orders == "system_instruction" else [])
    for each in system:
        assert each == TypeAdapter(ChatCompletionSystemMessageParam).validate_python(each)
    assert user["content"][1] == image_url(data)


def test_it_lists_the_models(client: OpenAI) -> None:
    assert PRO in {model.id for model in client.models.list()}
