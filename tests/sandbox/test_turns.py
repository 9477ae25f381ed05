"""Histories of several turns: their pictures, their signatures, and what the next picture builds on."""

import base64
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.sandbox.client import NB2, PRO, Client, images, inline, parts, photo, question
from tests.sandbox.process import running_sandbox


def follow_up(first: httpx2.Response, prompt: str, *pictures: bytes, **config: Any) -> dict[str, Any]:
    """The body of a second turn, with what the model said in between exactly as it came."""
    body = question(prompt, *pictures, **config)
    body["contents"] = [*question("a cat")["contents"], {"role": "model", "parts": parts(first)}, *body["contents"]]
    return body


def made_of(*pictures: bytes) -> list[dict[str, Any]]:
    return [inline(picture) for picture in pictures]


def test_a_history_as_it_came_is_taken(client: Client) -> None:
    first = client.ask("a cat", ratio="16:9")
    second = client.post(follow_up(first, "now with a hat"))
    assert second.status_code == 200
    request = client.sandbox.requests()[-1]
    assert (request["images"], request["prompt"], request["ignored"]) == (1, "now with a hat", [])


def test_without_a_ratio_the_last_picture_of_all_turns_decides(client: Client) -> None:
    first = client.ask("a cat", ratio="16:9")
    assert images(client.post(follow_up(first, "now with a hat")))[0].size == (1376, 768)
    assert images(client.post(follow_up(first, "now like this", photo(60, 90))))[0].size == (848, 1264)


def test_pictures_of_all_turns_count_towards_the_limit(client: Client) -> None:
    first = client.ask("a cat")
    assert client.post(follow_up(first, "like these", *[photo()] * 13)).status_code == 200
    refused = client.post(follow_up(first, "like these", *[photo()] * 14))
    assert "Too many images: 15" in refused.json()["error"]["message"]


def test_a_signature_is_good_for_its_model_and_its_key_alone(client: Client) -> None:
    first = client.ask("a cat")
    body = follow_up(first, "now with a hat")
    assert client.post(body, key="sk-another").status_code == 400
    assert client.post(body, model=NB2).status_code == 400
    body["contents"][1]["parts"][-1]["thoughtSignature"] = base64.b64encode(b"sandbox-thought/changed").decode()
    assert client.post(body).status_code == 400
    assert len(client.sandbox.charges()) == 1


def test_a_missing_signature_is_taken_unless_told_otherwise(client: Client) -> None:
    first = client.ask("a cat")
    body = follow_up(first, "now with a hat")
    signed = follow_up(first, "[sandbox:missing_signature] now with a hat")
    for part in body["contents"][1]["parts"]:
        del part["thoughtSignature"]
    assert client.post(body).status_code == 200
    strict = {**body, "contents": [*body["contents"][:2], *question("[sandbox:missing_signature]")["contents"]]}
    refused = client.post(strict)
    assert (refused.status_code, "missing a thought_signature" in refused.text) == (400, True)
    assert client.post(signed).status_code == 200
    assert len(client.sandbox.charges()) == 3


def test_orders_in_the_models_name_are_no_unsigned_turn(client: Client) -> None:
    body = question("[sandbox:missing_signature] a cat", photo())
    body["contents"].insert(0, {"role": "model", "parts": [{"text": "You paint in oil."}]})
    assert client.post(body).status_code == 200


def test_stripped_of_its_signatures_a_refused_history_is_taken(client: Client) -> None:
    first = client.ask("a cat")
    body = follow_up(first, "[sandbox:signature] now with a hat")
    assert client.post(body).status_code == 400
    for part in body["contents"][1]["parts"]:
        del part["thoughtSignature"]
    assert client.post(body).status_code == 200


@pytest.fixture(scope="module")
def painter() -> Iterator[Client]:
    """A sandbox that really looks at its photographs."""
    with running_sandbox() as sandbox, httpx2.Client(base_url=sandbox.url, trust_env=False, timeout=20) as http:
        yield Client(sandbox, http)


def halves(left: str, right: str) -> bytes:
    picture = Image.new("RGB", (200, 200), left)
    picture.paste(right, (100, 0, 200, 200))
    data = BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def brighter_half(answer: httpx2.Response) -> str:
    [picture] = images(answer)
    left, right = (
        picture.convert("L").crop((across, 200, across + 400, 800)).resize((1, 1)).getpixel((0, 0))
        for across in (50, 574)
    )
    assert isinstance(left, int | float)
    assert isinstance(right, int | float)
    return "left" if left > right else "right"


@pytest.mark.parametrize(
    ("models_own", "brought", "expected"),
    [
        (("white", "black"), [], "left"),
        (("black", "white"), [], "right"),
        (("black", "white"), [("white", "black")], "left"),
    ],
)
def test_the_next_picture_builds_on_the_last_one(
    painter: Client, models_own: tuple[str, str], brought: list[tuple[str, str]], expected: str
) -> None:
    body = question("softer light", *(halves(*each) for each in brought), ratio="1:1")
    body["contents"] = [
        *question("a cat", halves("grey", "grey"))["contents"],
        {"role": "model", "parts": made_of(halves(*models_own))},
        *body["contents"],
    ]
    assert brighter_half(painter.post(body, model=PRO)) == expected
