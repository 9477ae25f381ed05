"""Prompts on their way into the composer: kept ones filled in, and one's own last ones."""

from uuid import uuid4

from studio.forms.tray import reference
from studio.library.wording import Wording
from studio.models import Prompt, Run
from tests.library.kept import make_prompt
from tests.people import Cast
from tests.runs import make_run
from tests.views.composing import HTMX, fields, make_upload
from tests.views.prompt_pages import SignIn, address, current, prompt

__all__ = ["prompt"]  # a fixture


# ── Into the composer ──────────────────────────────────────────────────────────────────────────────

FILLED = {"blank-material": "clay", "blank-object": "cup"}
WORDS = "Matte clay cup on seamless paper, light from the left"


def test_the_preview_shows_what_is_filled_in(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    sent = {"version": current(prompt).public_id, "blank-material": "<b>clay</b>"}
    for ask in (signed_in(cast.vera).get, signed_in(cast.vera).post):
        text = ask(address("prompt-preview", prompt), sent, headers=HTMX).content.decode()
        assert "<mark>&lt;b&gt;clay&lt;/b&gt;</mark>" in text
        assert '<span class="blank">{{object}}</span>' in text
        assert "<mark>left</mark>" in text


def test_use_in_composer_carries_words_settings_and_pictures(cast: Cast, signed_in: SignIn) -> None:
    upload = make_upload(cast.project, cast.bob)
    kept = make_prompt(cast.bob, cast.project, model_key="nb2", size="512", pictures=[upload], variations=2)
    bob = signed_in(cast.bob)
    answer = bob.post(address("prompt-composing", kept), FILLED)
    assert answer.status_code == 302
    text = bob.get(answer["Location"]).content.decode()
    assert f"{WORDS}</textarea>" in text
    assert 'id="model-nb2" name="model" value="nb2" autocomplete="off" checked' in text
    assert 'id="size-512" name="size" value="512" autocomplete="off" checked' in text
    assert f'name="inputs" value="{reference(upload)}"' in text
    assert "Still life</a>, version 1" in text
    assert "work is-composing" in text


def test_long_values_do_not_go_through_the_address(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    answer = signed_in(cast.bob).post(address("prompt-composing", prompt), {**FILLED, "blank-object": "花瓶" * 400})
    assert answer.status_code == 200
    assert "花瓶花瓶" in answer.content.decode()


def test_a_blank_that_is_empty_is_asked_for(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    bob = signed_in(cast.bob)
    for headers in ({}, HTMX):
        answer = bob.post(
            address("prompt-composing", prompt), {"blank-material": "clay", "blank-side": "up"}, headers=headers
        )
        text = answer.content.decode()
        assert answer.status_code == 422
        assert "Fill in object." in text
        assert "Choose one of the choices for side." in text
        assert 'value="clay"' in text


def test_in_the_dialog_the_words_go_into_the_composer_of_the_page(
    cast: Cast, signed_in: SignIn, prompt: Prompt
) -> None:
    upload = make_upload(cast.project, cast.bob)
    sent = fields(prompt="What I wrote", inputs=[reference(upload)], **FILLED)
    answer = signed_in(cast.bob).post(address("prompt-composing", prompt), sent, headers=HTMX)
    text = answer.content.decode()
    assert answer.headers["HX-Trigger-After-Swap"] == "prompt-filled"
    assert f"{WORDS}</textarea>" in text
    assert "What I wrote</p>" in text
    assert f'value="{reference(upload)}"' in text
    assert f'name="form_token" id="form-token" value="{sent["form_token"]}"' not in text


def test_a_run_notes_the_version_while_its_words_are_those(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    version, bob = current(prompt), signed_in(cast.bob)
    noted = fields(prompt=WORDS, prompt_version=version.public_id)
    bob.post(address("runs", cast.project), noted)
    bob.post(address("runs", cast.project), {**noted, "form_token": str(uuid4()), "prompt": "Glossy"})
    bob.post(
        address("runs", cast.project), {**noted, "form_token": str(uuid4()), "again": "1", "prompt_version": "nonsense"}
    )
    assert [run.prompt_version for run in Run.objects.order_by("number")] == [version, None, None]


def test_a_version_of_another_project_is_not_noted(cast: Cast, signed_in: SignIn) -> None:
    other = type(cast.project).objects.create(name="Other")
    version = make_prompt(cast.alice, other, wording=Wording("A red boat")).current
    assert version is not None
    sent = fields(prompt="A red boat", prompt_version=version.public_id)
    signed_in(cast.bob).post(address("runs", cast.project), sent)
    assert Run.objects.get().prompt_version is None
    answer = signed_in(cast.bob).get(f"{cast.project.get_absolute_url()}?library={version.public_id}")
    assert answer.status_code == 404


def test_the_composer_says_where_words_came_from_until_they_change(
    cast: Cast, signed_in: SignIn, prompt: Prompt
) -> None:
    bob, version = signed_in(cast.bob), current(prompt)
    for words, is_said in ((WORDS, True), ("Glossy", False), (WORDS, True)):
        sent = fields(prompt=words, prompt_version=version.public_id)
        text = bob.post(address("composition", cast.project), sent, headers=HTMX).content.decode()
        assert ("Still life</a>, version 1" in text) is is_said
        assert f'name="prompt_version" value="{version.public_id}"' in text


def test_reuse_notes_the_version_again(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    frame = make_run(cast.bob, cast.project, prompt=WORDS, prompt_version=current(prompt)).generations.get()
    for verb in ("reuse", "prompt", "again"):
        text = signed_in(cast.bob).get(f"{cast.project.get_absolute_url()}?{verb}={frame.public_id}").content.decode()
        assert "Still life</a>, version 1" in text


# ── One's own last prompts ─────────────────────────────────────────────────────────────────────────


def test_ones_own_prompts_each_once_newest_first(cast: Cast, signed_in: SignIn) -> None:
    for words in ("One", "Two", "One", "Three"):
        make_run(cast.bob, cast.project, prompt=words)
    make_run(cast.alice, cast.project, prompt="Alice's")
    text = signed_in(cast.bob).get(address("prompts-earlier", cast.project), headers=HTMX).content.decode()
    shown = [part.partition("<")[0] for part in text.split('data-words dir="auto">')[1:]]
    assert shown == ["Three", "One", "Two"]


def test_one_of_them_goes_into_the_composer(cast: Cast, signed_in: SignIn) -> None:
    run = make_run(cast.bob, cast.project, prompt="An earlier boat")
    foreign = make_run(cast.alice, cast.project, prompt="Alice's")
    bob = signed_in(cast.bob)
    sent = fields(prompt="What I wrote", run=str(run.number))
    text = bob.post(address("prompts-earlier", cast.project), sent, headers=HTMX).content.decode()
    assert "An earlier boat</textarea>" in text
    assert "What I wrote</p>" in text
    assert "An earlier boat</textarea>" in bob.post(address("prompts-earlier", cast.project), sent).content.decode()
    answer = bob.post(address("prompts-earlier", cast.project), fields(run=str(foreign.number)), headers=HTMX)
    assert answer.status_code == 409
    assert "Alice" not in answer.content.decode()
