"""The OpenAI-compatible way: what is sent, and both layouts of the answer."""

import base64
import io
import json
from typing import Any

import pytest

from studio.provider.answer import ImageRole, read_answer
from studio.provider.body import Body
from studio.provider.catalogue import BY_KEY, MODELS
from studio.provider.chat import as_candidates, is_chat
from studio.provider.classify import classify
from studio.provider.evidence import Evidence, Stage
from studio.provider.gateway import Gateway
from studio.provider.outcome import Outcome
from studio.provider.request import GenerationRequest, InputImage, InputLink, InvalidRequest, Part, Turn
from studio.provider.rules import FOLLOW_SOURCE, Choices, ImageFacts, keep_legal, problems
from studio.provider.way import Mode, Way, through

from .documents import picture
from .test_answer import Keep, uri

CHAT = Way(mode=Mode.CHAT)
PICTURE = picture()
DATA_URI = uri(PICTURE)


def sent(request: GenerationRequest) -> Any:
    return json.loads(b"".join(Body.of(request)))


def completion(message: dict[str, Any], reason: str | None = "stop", **more: Any) -> dict[str, Any]:
    usage = {"prompt_tokens": 18, "completion_tokens": 1231, "total_tokens": 1249}
    choice = {"index": 0, "message": {"role": "assistant", **message}, "finish_reason": reason}
    return {"id": "chatcmpl-1", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage, **more}


def test_a_question_is_messages_with_data_uris_and_an_exact_length() -> None:
    data = b"1" * 100_000
    image = InputImage("image/png", len(data), open=lambda: io.BytesIO(data))
    request = GenerationRequest(
        model_key="pro", prompt="a fox", images=(image,), system_prompt="Be terse.", ratio=FOLLOW_SOURCE, way=CHAT
    )
    body = Body.of(request, "gemini-3-pro-image")
    assert json.loads(b"".join(body)) == {
        "model": "gemini-3-pro-image",
        "stream": False,
        "messages": [
            {"role": "system", "content": "Be terse."},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "a fox"},
                    {
                        "type": "image_url",
                        "image_url": {"url": f"data:image/png;base64,{base64.b64encode(data).decode()}"},
                    },
                ],
            },
        ],
    }
    assert body.size_bytes == len(b"".join(body))


def test_the_system_prompt_may_stand_before_the_prompt_here_too() -> None:
    way = Way(mode=Mode.CHAT, system_prompt_mode="prefix")
    messages = sent(GenerationRequest(model_key="pro", prompt="a fox", system_prompt="Terse.", way=way))["messages"]
    assert messages == [{"role": "user", "content": [{"type": "text", "text": "Terse.\n\na fox"}]}]


def test_the_path_is_the_chats_whatever_the_model() -> None:
    gateway = Gateway(base_url="https://x.example/nb", api_key="sk-1", way=CHAT)
    assert gateway.path_for(BY_KEY["pro"]) == "/nb/v1/chat/completions"


@pytest.mark.parametrize(
    "choices",
    [
        {"size": "4K"},
        {"ratio": "16:9"},
        {"images": (InputImage("image/png", 1, open=io.BytesIO),)},  # its ratio cannot be 1:1: the source decides
        {"images": (InputLink("image/png", "https://x.example/a.png"),), "ratio": ""},
        {"web_search": True},
        {"history": (Turn("user", (Part("A fox"),)),)},
    ],
    ids=lambda choices: next(iter(choices)),
)
def test_what_the_chat_has_no_field_for_cannot_be_asked(choices: dict[str, Any]) -> None:
    with pytest.raises(InvalidRequest):
        GenerationRequest(model_key="pro", prompt="a fox", way=CHAT, **choices)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.key)
@pytest.mark.parametrize("image_count", [0, 2])
@pytest.mark.parametrize("ratio", ["1:1", "16:9", FOLLOW_SOURCE])
@pytest.mark.parametrize("mode", Mode)
def test_choices_made_legal_are_legal_by_every_way(model: Any, image_count: int, ratio: str, mode: Mode) -> None:
    model = through(model, Way(mode=mode)) or model
    images = (ImageFacts("image/png", 100),) * image_count
    legal, _changes = keep_legal(model, Choices(prompt="a fox", size="4K", ratio=ratio, images=images, web_search=True))
    assert problems(model, legal) == ()


@pytest.mark.parametrize(
    "message",
    [
        {"content": None, "images": [{"type": "image_url", "image_url": {"url": DATA_URI}}]},
        {"content": "Here it is.", "images": [{"type": "image_url", "image_url": {"url": DATA_URI}}]},
        {"content": "Here it is.", "images": [{"image_url": DATA_URI}]},
        {"content": f"Here it is.\n\n![image]({DATA_URI})"},
        {"content": DATA_URI},
        {"content": [{"type": "text", "text": "Here"}, {"type": "image_url", "image_url": {"url": DATA_URI}}]},
        {"content": f"![image]({DATA_URI})", "images": [{"type": "image_url", "image_url": {"url": DATA_URI}}]},
    ],
    ids=["images", "words and images", "bare address", "markdown", "data uri", "list", "both, the same picture"],
)
def test_either_layout_of_the_answer_is_one_picture(spooled: Keep, message: dict[str, Any]) -> None:
    reading = read_answer(spooled(completion(message)))
    assert [(image.role, image.size_bytes, image.mime_type) for image in reading.images] == [
        (ImageRole.PRIMARY, len(PICTURE), "image/png")
    ]
    assert reading.finish_reason == "STOP"
    assert reading.response_id == "chatcmpl-1"
    assert (reading.usage.prompt_tokens, reading.usage.output_tokens) == (18, 1231)
    assert "base64" not in reading.model_text
    assert reading.model_text in {"", "Here it is.", "Here"}


@pytest.mark.parametrize(
    ("message", "reason", "outcome"),
    [
        ({"content": "I cannot draw that."}, "stop", Outcome.REFUSED_TEXT),
        ({"content": None, "refusal": "I cannot draw that."}, "stop", Outcome.REFUSED_TEXT),
        ({"content": ""}, "content_filter", Outcome.REFUSED_PROMPT),
        ({"content": "Once upon"}, "length", Outcome.TRUNCATED),
        ({"content": None}, "stop", Outcome.PROVIDER_FAULT),
        ({"content": "?"}, "never_heard_of", Outcome.PROVIDER_FAULT),
        ({"content": "?"}, None, Outcome.PROVIDER_FAULT),
    ],
)
def test_an_answer_without_a_picture_is_classified_like_any_other(
    spooled: Keep, message: dict[str, Any], reason: str | None, outcome: Outcome
) -> None:
    reading = read_answer(spooled(completion(message, reason)))
    assert classify(Evidence(stage=Stage.COMPLETE, http_status=200), reading).outcome is outcome


@pytest.mark.parametrize(
    "document",
    [{"choices": None}, {"choices": [None, 3, {}]}, {"choices": [{"message": 3}]}, {"choices": 7, "usage": 3}],
)
def test_a_broken_completion_is_no_candidates_and_never_raises(document: dict[str, Any]) -> None:
    assert is_chat(document)
    as_candidates(document)
