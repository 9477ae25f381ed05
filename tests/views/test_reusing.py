"""From a frame's page back into the composer: the whole, a part of it, its picture, or the final of a draft."""

from collections.abc import Callable

import pytest
from django.test import Client

from studio.models import Generation, ModelSwitch, Output, User
from tests.people import Cast
from tests.views.composing import make_upload
from tests.views.test_generations import delivered, read

type SignIn = Callable[[User], Client]


def composed(client: Client, cast: Cast, query: str) -> object:
    """The composer as the link opens it."""
    response = client.get(f"{cast.project.get_absolute_url()}?{query}")
    assert response.status_code == 200
    return response.context["composer"].composition


def a_draft(cast: Cast, **facts: object) -> Generation:
    chosen = {"model_key": "nb2", "size": "512", "ratio": "4:5", "prompt": "A harbour", "variations": 3}
    return delivered(cast, **chosen | facts)


def test_settings_only(cast: Cast, signed_in: SignIn) -> None:
    frame = a_draft(cast, system_prompt="Be bold")
    frame.run.inputs.create(position=1, upload=make_upload(cast.project, cast.bob))
    chosen = composed(signed_in(cast.bob), cast, f"settings={frame.public_id}")
    assert (chosen.model.key, chosen.size, chosen.ratio, chosen.variations) == ("nb2", "512", "4:5", 3)  # type: ignore[attr-defined]
    assert (chosen.prompt, chosen.pictures, chosen.system_prompt) == ("", (), "Be bold")  # type: ignore[attr-defined]


def test_any_pictures_as_inputs(cast: Cast, signed_in: SignIn) -> None:
    output, upload = delivered(cast).outputs.get(), make_upload(cast.project, cast.bob)
    query = f"inputs=output:{output.public_id}&inputs=upload:{upload.public_id}&inputs=output:nonsense"
    chosen = composed(signed_in(cast.bob), cast, query)
    assert chosen.pictures == (output, upload)  # type: ignore[attr-defined]
    assert chosen.follows_source  # type: ignore[attr-defined]


def test_a_further_picture_is_edited_when_it_is_the_one_looked_at(cast: Cast, signed_in: SignIn) -> None:
    frame = delivered(cast)
    extra = Output.objects.get(generation=frame)
    extra.pk, extra.role, extra.position = None, "variant", 1
    extra.public_id = "11111111-1111-4111-8111-111111111111"  # type: ignore[assignment]
    extra.save(force_insert=True)
    chosen = composed(signed_in(cast.bob), cast, f"edit={frame.public_id}&picture={extra.public_id}")
    assert chosen.pictures == (extra,)  # type: ignore[attr-defined]
    other = delivered(cast)
    chosen = composed(signed_in(cast.bob), cast, f"edit={other.public_id}&picture={extra.public_id}")
    assert extra not in chosen.pictures, "a picture of another frame"  # type: ignore[attr-defined]


def test_the_final_of_a_draft_keeps_words_inputs_and_shape(cast: Cast, signed_in: SignIn) -> None:
    frame = a_draft(cast)
    upload = make_upload(cast.project, cast.bob)
    frame.run.inputs.create(position=1, upload=upload)
    bob = signed_in(cast.bob)
    text = read(bob, frame)
    assert "Final at 2K, $" in text
    assert "Final at 4K, $" in text
    chosen = composed(bob, cast, f"final={frame.public_id}&size=4K")
    assert (chosen.size, chosen.ratio, chosen.prompt, chosen.variations) == ("4K", "4:5", "A harbour", 1)  # type: ignore[attr-defined]
    assert chosen.pictures == (upload, frame.outputs.get())  # type: ignore[attr-defined]


def test_the_price_of_a_final_is_the_one_the_composer_asks(cast: Cast, signed_in: SignIn) -> None:
    frame = a_draft(cast)
    bob = signed_in(cast.bob)
    offered = {final.size: final.price.micros for final in bob.get(frame.get_absolute_url()).context["detail"].finals}
    for size, micros in offered.items():
        response = bob.get(f"{cast.project.get_absolute_url()}?final={frame.public_id}&size={size}")
        assert response.context["composer"].quote.total_micros == micros


@pytest.mark.parametrize(
    "facts", [{"size": "2K"}, {"model_key": "gen1", "size": "1K"}, {"model_key": "lite", "size": "1K"}]
)
def test_what_is_no_draft_or_cannot_grow_has_no_final(cast: Cast, signed_in: SignIn, facts: dict[str, object]) -> None:
    assert "Final at" not in read(signed_in(cast.bob), a_draft(cast, **facts))


def test_a_model_that_was_switched_off_makes_no_final(cast: Cast, signed_in: SignIn) -> None:
    frame = a_draft(cast)
    ModelSwitch.objects.create(model_key="nb2", is_enabled=False)
    assert "Final at" not in read(signed_in(cast.bob), frame)


def test_who_may_only_look_is_offered_nothing_of_it(cast: Cast, signed_in: SignIn) -> None:
    text = read(signed_in(cast.vera), a_draft(cast))
    for words in ("Final at", "Use as input", "Settings only"):
        assert words not in text
