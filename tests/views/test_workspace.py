"""The workspace: composer and feed for those who make, the feed for those who look."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from studio.models import ModelSwitch, Project, User
from studio.provider.outcome import Outcome
from tests.people import Cast, allow
from tests.runs import make_attempt, make_run
from tests.views.booked import end
from tests.views.composing import make_upload

type SignIn = Callable[[User], Client]


def address(cast: Cast, name: str = "project") -> str:
    return reverse(name, args=[cast.project.public_id])


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("who", ["alice", "bob", "dana"])
@pytest.mark.parametrize("name", ["project", "compose"])
def test_a_maker_can_compose(cast: Cast, signed_in: SignIn, who: str, name: str) -> None:
    text = read(signed_in(getattr(cast, who)), address(cast, name))
    assert 'id="composer"' in text
    for label in ("Prompt", "Input images", "Model", "Size", "Aspect ratio", "Variations"):
        assert label in text


def test_an_onlooker_gets_the_feed_alone(cast: Cast, signed_in: SignIn) -> None:
    make_run(cast.bob, cast.project)
    text = read(signed_in(cast.vera), address(cast))
    assert "You can look and comment" in text
    assert 'id="composer"' not in text
    assert "Cancel" not in text
    assert signed_in(cast.vera).get(address(cast, "compose")).status_code == 403


@pytest.mark.parametrize("name", ["project", "compose"])
def test_a_stranger_learns_nothing(cast: Cast, signed_in: SignIn, name: str) -> None:
    missing = reverse(name, args=[uuid4()])
    charlie = signed_in(cast.charlie)
    assert charlie.get(address(cast, name)).status_code == charlie.get(missing).status_code == 404


@pytest.mark.parametrize("name", ["project", "compose"])
def test_only_reading(cast: Cast, signed_in: SignIn, client: Client, name: str) -> None:
    assert signed_in(cast.bob).post(address(cast, name)).status_code == 405
    assert client.get(address(cast, name)).status_code == 302


def test_what_the_model_does_not_take_is_not_there(cast: Cast, signed_in: SignIn) -> None:
    run = make_run(cast.bob, cast.project, model_key="gen1", size="1K")
    text = read(signed_in(cast.bob), f"{address(cast)}?reuse={run.generations.get().public_id}")
    assert "Gen 1 makes 1K images only." in text
    assert 'name="size"' not in text
    assert 'name="thinking_level"' not in text
    assert 'name="web_search"' not in text
    assert 'value="8:1"' not in text


def test_what_it_takes_is_there(cast: Cast, signed_in: SignIn) -> None:
    run = make_run(cast.bob, cast.project, model_key="nb2", size="512")
    text = read(signed_in(cast.bob), f"{address(cast)}?reuse={run.generations.get().public_id}")
    for name in ('value="512"', 'name="thinking_level"', 'value="8:1"'):
        assert name in text


def test_a_switched_off_model_has_no_card(cast: Cast, signed_in: SignIn) -> None:
    ModelSwitch.objects.create(model_key="lite", is_enabled=False)
    assert 'id="model-lite"' not in read(signed_in(cast.bob), address(cast))


def test_the_price_stands_on_the_button_and_the_budget_beside_it(cast: Cast, signed_in: SignIn) -> None:
    text = read(signed_in(cast.bob), address(cast))
    assert "1 × $0.09 = $0.09" in text
    assert "$10.00 of your $10.00 left this month" in text
    assert "Generate 1 image" in text
    assert "Write a prompt first" in text


def test_without_enough_money_the_button_says_how_much_is_missing(cast: Cast, signed_in: SignIn) -> None:
    allow(cast.bob, 50_000)
    text = read(signed_in(cast.bob), address(cast))
    assert "$0.04 over your budget" in text
    assert "Generate 1 image" not in text


def test_an_empty_project_says_how_to_begin(cast: Cast, signed_in: SignIn) -> None:
    text = read(signed_in(cast.bob), address(cast))
    assert "An empty contact sheet" in text
    assert "Two-colour risograph poster" in read(signed_in(cast.bob), f"{address(cast)}?idea=poster")


def test_reusing_brings_settings_and_inputs(cast: Cast, signed_in: SignIn) -> None:
    run = make_run(cast.alice, cast.project, variations=3, prompt="A harbour", size="4K", ratio="21:9")
    upload = make_upload(cast.project, cast.alice)
    run.inputs.create(position=1, upload=upload)
    frame = run.generations.first()
    assert frame is not None
    text = read(signed_in(cast.bob), f"{address(cast)}?reuse={frame.public_id}")
    assert f'name="inputs" value="upload:{upload.public_id}"' in text
    assert ">\nA harbour</textarea>" in text
    assert "3 × $0.09 = $0.27" in text
    assert "1 × $0.09" in read(signed_in(cast.bob), f"{address(cast)}?again={frame.public_id}")


def test_editing_takes_the_picture_along(cast: Cast, signed_in: SignIn) -> None:
    frame = make_run(cast.alice, cast.project, prompt="A harbour").generations.get()
    output = end(frame, Outcome.DELIVERED).outputs.get()
    text = read(signed_in(cast.bob), f"{address(cast)}?edit={frame.public_id}")
    assert f'name="inputs" value="output:{output.public_id}"' in text
    assert "The last image sets the ratio: image 1, 4:5." in text
    assert "A harbour</textarea>" not in text


def test_taking_the_prompt_takes_nothing_else(cast: Cast, signed_in: SignIn) -> None:
    frame = make_run(cast.alice, cast.project, prompt="A harbour", size="4K").generations.get()
    text = read(signed_in(cast.bob), f"{address(cast)}?prompt={frame.public_id}")
    assert "A harbour</textarea>" in text
    assert 'value="1K" autocomplete="off" checked' in text


@pytest.mark.parametrize("verb", ["reuse", "again", "edit", "prompt"])
def test_a_frame_of_another_project_brings_nothing(cast: Cast, signed_in: SignIn, verb: str) -> None:
    frame = make_run(cast.charlie, Project.objects.create(name="Elsewhere")).generations.get()
    for text in (str(frame.public_id), str(uuid4()), "x"):
        assert signed_in(cast.bob).get(f"{address(cast)}?{verb}={text}").status_code == 404


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{% debug %}", "</textarea>"]
)
def test_words_are_only_words(cast: Cast, signed_in: SignIn, words: str) -> None:
    frame = make_run(cast.bob, cast.project, prompt=words).generations.get()
    text = read(signed_in(cast.bob), f"{address(cast)}?reuse={frame.public_id}")
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert text.count("</textarea>") == 2  # the prompt's and the instructions'


# ── The feed ───────────────────────────────────────────────────────────────────────────────────────


def test_every_state_of_a_frame_has_its_words(cast: Cast, signed_in: SignIn) -> None:
    frames = list(make_run(cast.bob, cast.project, variations=8).generations.all())
    end(frames[0], Outcome.DELIVERED)
    end(frames[1], Outcome.REFUSED_PROMPT)
    end(frames[2], Outcome.REFUSED_TEXT)
    end(frames[3], Outcome.FAILED_BUSY)
    end(frames[4], Outcome.OUTCOME_UNKNOWN)
    make_attempt(frames[5])
    text = read(signed_in(cast.bob), address(cast))
    for words in (
        "Open 1A",
        "Refused",
        "No image",
        "Provider busy.",
        "No answer",
        "Sending",
        "Next in line",
        "2nd in line",
    ):
        assert words in text
    assert "$0.09 charged, $0.27 presumed, $0.27 held" in text


def test_further_pictures_of_one_answer_are_told_of(cast: Cast, signed_in: SignIn) -> None:
    attempt = end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    for position in (1, 2):
        extra = attempt.outputs.get(position=0)
        extra.pk, extra.role, extra.position, extra.public_id = None, "variant", position, uuid4()
        extra.save(force_insert=True)
    assert "2 further pictures of 1A" in read(signed_in(cast.bob), address(cast))


def test_the_newest_run_is_first_and_older_ones_are_behind_a_link(cast: Cast, signed_in: SignIn) -> None:
    for _ in range(12):
        make_run(cast.bob, cast.project, held=False)
    text = read(signed_in(cast.bob), address(cast))
    assert text.index('id="run-12"') < text.index('id="run-3"')
    assert 'id="run-2"' not in text
    assert "?before=3" in text
    older = read(signed_in(cast.bob), f"{address(cast)}?before=3")
    assert 'id="run-2"' in older
    assert 'id="run-3"' not in older


def test_a_page_of_full_strips_has_fewer_of_them(cast: Cast, signed_in: SignIn) -> None:
    for _ in range(6):
        make_run(cast.bob, cast.project, held=False, variations=8)
    text = read(signed_in(cast.bob), address(cast))
    assert text.count('class="frame"') == 40
    assert "?before=2" in text
    assert 'id="run-1"' not in text


def test_mine_is_remembered(cast: Cast, signed_in: SignIn) -> None:
    make_run(cast.alice, cast.project, held=False)
    make_run(cast.bob, cast.project, held=False)
    bob = signed_in(cast.bob)
    for url in (f"{address(cast)}?whose=mine", address(cast)):
        text = read(bob, url)
        assert 'id="run-2"' in text
        assert 'id="run-1"' not in text
    assert 'id="run-1"' in read(bob, f"{address(cast)}?whose=everyone")


def test_a_page_asks_again_only_while_something_runs(cast: Cast, signed_in: SignIn) -> None:
    run = make_run(cast.bob, cast.project)
    assert 'hx-trigger="every 1.4s' in read(signed_in(cast.bob), address(cast))
    end(run.generations.get(), Outcome.DELIVERED)
    assert 'hx-trigger="every 1.4s' not in read(signed_in(cast.bob), address(cast))


def test_ten_strips_cost_no_more_questions_than_one(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    upload = make_upload(cast.project, cast.bob)
    for number in range(10):
        run = make_run([cast.alice, cast.bob][number % 2], cast.project, variations=4)
        run.inputs.create(position=1, upload=upload)
        first, second, third, _waiting = run.generations.all()
        end(first, Outcome.DELIVERED)
        end(second, Outcome.FAILED_BUSY)
        make_attempt(third)
    bob = signed_in(cast.bob)
    read(bob, address(cast))
    with django_assert_max_num_queries(38):
        read(bob, address(cast))
