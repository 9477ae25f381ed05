"""Google's own client talks to the sandbox, and Google's own types read what we write: the wire is the wire."""

import base64
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import msgspec
import pytest
from google import genai
from google.genai import errors, types
from PIL import Image

from studio.provider.body import Body
from studio.provider.catalogue import MODELS, Model
from studio.provider.request import GenerationRequest, InputImage, InputLink, Part, Turn
from studio.provider.way import Way
from tests.sandbox.client import GEN_1, NB2, PRO, Client, photo, question
from tests.sandbox.process import RunningSandbox

type Google = genai.Client

SIGNATURE = base64.b64encode(b"signed").decode()


@pytest.fixture(scope="module")
def google(one_sandbox: RunningSandbox) -> Iterator[Google]:
    options = types.HttpOptions(base_url=one_sandbox.url, timeout=10_000, client_args={"trust_env": False})
    with genai.Client(api_key="sk-test", http_options=options) as client:
        yield client


@pytest.fixture(autouse=True)
def _empty_books(sandbox: RunningSandbox) -> None:
    """The client is made once, the books are empty for each test."""


def pictures(response: types.GenerateContentResponse) -> list[Image.Image]:
    found = [part.inline_data for part in response.parts or [] if part.inline_data]
    return [Image.open(BytesIO(blob.data or b"")) for blob in found]


def photo_part(width: int = 60, height: int = 40) -> types.Part:
    return types.Part.from_bytes(data=photo(width, height), mime_type="image/png")


def test_text_to_image(google: Google, sandbox: RunningSandbox) -> None:
    response = google.models.generate_content(
        model=PRO,
        contents="a cat",
        config=types.GenerateContentConfig(
            response_modalities=["TEXT", "IMAGE"],
            image_config=types.ImageConfig(aspect_ratio="16:9", image_size="2K"),
            system_instruction="You paint in oil.",
        ),
    )
    assert [picture.size for picture in pictures(response)] == [(2752, 1536)]
    assert response.text is not None
    assert response.candidates is not None
    assert response.candidates[0].finish_reason is types.FinishReason.STOP
    assert sandbox.charged_quota == 45_000


def test_edit_with_an_inline_picture(google: Google, sandbox: RunningSandbox) -> None:
    response = google.models.generate_content(model=NB2, contents=["with a hat", photo_part(60, 90)])
    assert pictures(response)[0].size == (848, 1264)
    [request] = sandbox.requests()
    assert (request["images"], request["ignored"]) == (1, [])


def test_all_of_its_config_is_understood(google: Google, sandbox: RunningSandbox) -> None:
    link = types.Part.from_uri(file_uri="https://example.com/a.png", mime_type="image/png")
    response = google.models.generate_content(
        model=NB2,
        contents=["a cat", link],
        config=types.GenerateContentConfig(
            thinking_config=types.ThinkingConfig(thinking_level=types.ThinkingLevel.HIGH),
            tools=[types.Tool(google_search=types.GoogleSearch())],
            safety_settings=[
                types.SafetySetting(
                    category=types.HarmCategory.HARM_CATEGORY_HARASSMENT, threshold=types.HarmBlockThreshold.OFF
                )
            ],
            seed=7,
            temperature=1.0,
        ),
    )
    assert response.usage_metadata is not None
    assert 700 <= (response.usage_metadata.thoughts_token_count or 0) <= 800
    assert response.candidates is not None
    assert response.candidates[0].grounding_metadata is not None
    [request] = sandbox.requests()
    assert (request["images"], request["ignored"]) == (1, [])


def test_a_chat_brings_its_signatures_back(google: Google, sandbox: RunningSandbox) -> None:
    chat = google.chats.create(model=PRO)
    first = chat.send_message(["a cat", photo_part(60, 90)])
    assert all(part.thought_signature for part in first.parts or [])
    second = chat.send_message("now with a hat")
    assert pictures(second)[0].size == pictures(first)[0].size == (848, 1264)
    # Its own picture and the photograph; a signature that was lost or changed on the way would be a 400.
    assert [request["images"] for request in sandbox.requests()] == [1, 2]
    refused = google.chats.create(model=NB2, history=chat.get_history())
    with pytest.raises(errors.ClientError, match="thought signature"):
        refused.send_message("and a tie")


def test_several_pictures_have_words_between_them(google: Google) -> None:
    response = google.models.generate_content(model=PRO, contents="[sandbox:several=4] a cat")
    kinds = ["picture" if part.inline_data else "words" for part in response.parts or []]
    assert kinds == ["words", "picture"] * 4


def test_refusals_are_no_errors(google: Google, sandbox: RunningSandbox) -> None:
    def ask(marker: str) -> types.GenerateContentResponse:
        return google.models.generate_content(model=PRO, contents=f"[sandbox:{marker}]")

    words = ask("text_refusal")
    assert (pictures(words), words.text is not None) == ([], True)
    filtered = ask("finish:IMAGE_SAFETY")
    assert filtered.candidates is not None
    assert filtered.candidates[0].finish_reason is types.FinishReason.IMAGE_SAFETY
    assert filtered.parts is None
    blocked = ask("block:PROHIBITED_CONTENT")
    assert blocked.prompt_feedback is not None
    assert blocked.prompt_feedback.block_reason is types.BlockedReason.PROHIBITED_CONTENT
    assert ask("null_candidates").candidates is None
    assert len(sandbox.charges()) == 4


ERRORS = {
    400: errors.ClientError,
    401: errors.ClientError,
    403: errors.ClientError,
    404: errors.ClientError,
    429: errors.ClientError,
    500: errors.ServerError,
    503: errors.ServerError,
    504: errors.ServerError,
}


@pytest.mark.parametrize("status", ERRORS)
def test_errors_are_mapped(google: Google, sandbox: RunningSandbox, status: int) -> None:
    with pytest.raises(errors.APIError) as raised:
        google.models.generate_content(model=PRO, contents=f"[sandbox:status:{status}]")
    assert (type(raised.value), raised.value.code) == (ERRORS[status], status)
    assert "(sandbox)" in str(raised.value.message)
    # Without retry options it asks once.
    assert len(sandbox.requests()) == 1


def test_errors_of_the_checks_are_mapped_too(google: Google, one_sandbox: RunningSandbox) -> None:
    with pytest.raises(errors.ClientError) as raised:
        google.models.generate_content(model=GEN_1, contents="a cat", config={"image_config": {"image_size": "4K"}})
    assert (raised.value.code, raised.value.status) == (400, "INVALID_ARGUMENT")
    with pytest.raises(errors.ClientError) as raised:
        google.models.generate_content(model="gemini-nobody", contents="a cat")
    assert raised.value.code == 404
    options = types.HttpOptions(base_url=one_sandbox.url, client_args={"trust_env": False})
    with genai.Client(api_key="sk-invalid", http_options=options) as stranger, pytest.raises(errors.ClientError) as it:
        stranger.models.generate_content(model=PRO, contents="a cat")
    assert it.value.code == 401


def reference(size: tuple[int, int] = (60, 40)) -> InputImage:
    data = photo(*size)
    return InputImage("image/png", len(data), lambda: BytesIO(data))


LINK = InputLink("image/png", "https://example.com/cat.png")
HISTORY = (
    Turn("user", (Part("a cat"), Part(reference()))),
    Turn("model", (Part("Here you go.", SIGNATURE), Part(reference((40, 60)), SIGNATURE))),
)


def requests_of(model: Model) -> Iterator[GenerationRequest]:
    """Every choice of a model at least once, and each way to give orders."""
    orders: dict[str, Any] = {"model_key": model.key, "prompt": "a cat, 猫", "system_prompt": "Paint in oil."}
    for size in model.sizes:
        for ratio in ("", *model.ratios):
            pictures = () if ratio else (reference(),)
            yield GenerationRequest(model_key=model.key, prompt="a cat", size=size, ratio=ratio, images=pictures)
    for mode in ("model_role", "system_instruction", "prefix"):
        yield GenerationRequest(**orders, way=Way(system_prompt_mode=mode), images=(reference(), reference((40, 60))))
    for level in model.thinking_levels:
        yield GenerationRequest(model_key=model.key, prompt="a cat", thinking_level=level)
    yield GenerationRequest(model_key=model.key, prompt="with a hat", history=HISTORY, images=(LINK, reference()))
    in_bucket = InputLink("image/png", "gs://bucket/cat.png")
    yield GenerationRequest(
        model_key=model.key, prompt="a cat", images=(in_bucket,), way=Way(bucket_addresses=True), ratio="1:1"
    )
    if model.web_search:
        yield GenerationRequest(model_key=model.key, prompt="a cat", web_search=True, text_answer=False)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
def test_googles_types_read_every_body_we_write(model: Model) -> None:
    """They refuse names they do not know, so a misspelled or misplaced field fails here."""
    for request in requests_of(model):
        document = msgspec.json.decode(b"".join(Body.of(request)))
        contents = [read(types.Content, content) for content in document.pop("contents")]
        # The SDK's config is the body less its contents, with the generation's own settings laid open.
        config = read(types.GenerateContentConfig, {**document.pop("generationConfig"), **document})
        sent = [part.inline_data for content in contents for part in content.parts or [] if part.inline_data]
        inline = [image for image in request.pictures if isinstance(image, InputImage)]
        assert [blob.data for blob in sent] == [image.open().read() for image in inline]
        links = [part.file_data for content in contents for part in content.parts or [] if part.file_data]
        assert [(link.mime_type, link.file_uri) for link in links] == [
            (image.mime_type, image.uri) for image in request.images if isinstance(image, InputLink)
        ]
        signed = [part.thought_signature for content in contents for part in content.parts or []]
        assert signed.count(b"signed") == (2 if request.history else 0)
        image_config = config.image_config or types.ImageConfig()
        assert (image_config.aspect_ratio or "") == request.ratio
        assert image_config.image_size == (request.size if model.sends_size else None)
        assert (config.thinking_config is not None) == bool(request.thinking_level)
        assert (config.tools is not None) == request.web_search
        assert config.response_modalities == (["TEXT", "IMAGE"] if request.text_answer else ["IMAGE"])


def read[Kind: (types.Content, types.GenerateContentConfig)](kind: type[Kind], document: object) -> Kind:
    assert kind.model_config.get("extra") == "forbid"
    return kind.model_validate_json(msgspec.json.encode(document))


ANSWERS = [
    *("delivered", "several", "drafts", "duplicates", "thoughts", "thought_only", "unfinished", "data_uri", "oss"),
    *("snake_case", "corrupt", "wrong_mime", "text_refusal", "null_candidates", "block", "finish:IMAGE_SAFETY"),
    *("finish:PROHIBITED_CONTENT", "no_image", "max_tokens", "empty"),
]


@pytest.mark.parametrize("marker", ANSWERS)
def test_googles_types_read_every_answer(client: Client, marker: str) -> None:
    answer = client.ask(f"[sandbox:{marker}] a cat")
    response = types.GenerateContentResponse.model_validate_json(answer.content)
    assert response.usage_metadata is not None
    assert response.usage_metadata.total_token_count == answer.json()["usageMetadata"]["totalTokenCount"]
    assert response.response_id == answer.json()["responseId"]


def test_googles_types_read_a_searching_answer(client: Client) -> None:
    answer = client.post({**question("a cat"), "tools": [{"googleSearch": {}}]})
    response = types.GenerateContentResponse.model_validate_json(answer.content)
    assert response.candidates is not None
    assert response.candidates[0].grounding_metadata is not None
    assert response.candidates[0].grounding_metadata.web_search_queries
