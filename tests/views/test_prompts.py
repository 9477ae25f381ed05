"""The prompt library: list, detail, writing, versions and archiving."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from studio.forms.tray import reference
from studio.library.wording import Wording
from studio.models import Prompt, User
from studio.views.library import PROMPTS_PER_PAGE
from tests.library.kept import STILL_LIFE, make_prompt
from tests.people import Cast
from tests.runs import make_run
from tests.views.composing import HTMX, fields, make_link, make_upload
from tests.views.prompt_pages import SignIn, address, prompt

__all__ = ["prompt"]  # a fixture


# ── Who may ────────────────────────────────────────────────────────────────────────────────────────

READING = ("prompts", "prompt", "prompt-preview")
WRITING = ("prompt-new", "prompt-editing", "prompts-earlier")
POSTING = ("prompt-versions", "prompt-archiving", "prompt-composing")


@pytest.mark.parametrize("name", [*READING, *WRITING])
@pytest.mark.parametrize(("who", "reads", "writes"), [("alice", 200, 200), ("vera", 200, 403), ("charlie", 404, 404)])
def test_viewers_read_and_makers_write(
    cast: Cast, signed_in: SignIn, prompt: Prompt, who: str, reads: int, writes: int, name: str
) -> None:
    of_project = name in ("prompts", "prompt-new", "prompts-earlier")
    answer = signed_in(getattr(cast, who)).get(address(name, cast.project if of_project else prompt))
    assert answer.status_code == (reads if name in READING else writes)


@pytest.mark.parametrize("name", POSTING)
@pytest.mark.parametrize(("who", "status"), [("vera", 403), ("charlie", 404)])
def test_nobody_else_changes_anything(
    cast: Cast, signed_in: SignIn, prompt: Prompt, who: str, status: int, name: str
) -> None:
    assert signed_in(getattr(cast, who)).post(address(name, prompt)).status_code == status
    assert signed_in(cast.bob).get(address(name, prompt)).status_code == 405


@pytest.mark.parametrize(("who", "is_archived"), [("bob", True), ("alice", True), ("ben", False)])
def test_makers_archive_their_own_and_owners_all(
    cast: Cast, signed_in: SignIn, prompt: Prompt, who: str, is_archived: bool
) -> None:
    ben = User.objects.create_user("ben", first_name="Ben")
    cast.project.memberships.create(person=ben, role="maker")
    person = ben if who == "ben" else getattr(cast, who)
    answer = signed_in(person).post(address("prompt-archiving", prompt))
    prompt.refresh_from_db()
    assert answer.status_code == (302 if is_archived else 403)
    assert prompt.is_archived is is_archived


# ── List ───────────────────────────────────────────────────────────────────────────────────────────


def test_an_empty_library_says_how_to_begin(cast: Cast, signed_in: SignIn) -> None:
    text = signed_in(cast.bob).get(address("prompts", cast.project)).content.decode()
    assert "No saved prompts yet" in text
    assert "Save one from any image: open it and choose Save prompt." in text


def test_the_list_shows_titles_words_and_uses(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    make_run(cast.bob, cast.project, prompt_version=prompt.current)
    text = signed_in(cast.vera).get(address("prompts", cast.project)).content.decode()
    assert "Still life" in text
    assert "1 use<" in text
    assert '<span class="blank">{{material}}</span>' in text
    assert "Use in composer" not in text


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("still", True),
        ("MATERIAL paper", True),
        ("paper boat", False),
        ("%", False),
        ("_", False),
        ("' OR 1=1 --", False),
        ("light\\", False),
    ],
)
def test_whatever_is_typed_into_search_is_data(cast: Cast, signed_in: SignIn, words: str, found: bool) -> None:
    make_prompt(cast.bob, cast.project, wording=Wording("Matte {{material}} on seamless paper"))
    answer = signed_in(cast.bob).get(address("prompts", cast.project), {"q": words}, headers=HTMX)
    assert ("Still life" in answer.content.decode()) is found
    assert "<html" not in answer.content.decode()


def test_older_prompts_come_by_their_cursor(cast: Cast, signed_in: SignIn) -> None:
    for number in range(PROMPTS_PER_PAGE + 2):
        make_prompt(cast.bob, cast.project, title=f"Prompt no {number}.")
    bob = signed_in(cast.bob)
    text = bob.get(address("prompts", cast.project)).content.decode()
    assert text.count("Prompt no ") - text.count("prompt-title") <= PROMPTS_PER_PAGE + 1
    older = text.partition("?before=")[2].partition('"')[0]
    text = bob.get(address("prompts", cast.project), {"before": older}, headers=HTMX).content.decode()
    assert "Prompt no 0." in text
    assert "Prompt no 1." in text
    assert text.count("<li>") == 2


def test_a_page_asks_the_same_however_much_is_on_it(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    bob = signed_in(cast.bob)
    bob.get(address("prompt", prompt))

    with CaptureQueriesContext(connection) as few:
        bob.get(address("prompt", prompt))
    for number in range(5):
        make_prompt(cast.bob, cast.project, title=f"Another {number}")
        make_run(cast.bob, cast.project, prompt_version=prompt.current)
        bob.post(address("prompt-versions", prompt), {"title": "T", "text": f"{number}", "base": str(number + 1)})
    with CaptureQueriesContext(connection) as many:
        bob.get(address("prompt", prompt))
    assert len(many) == len(few)


# ── Writing ────────────────────────────────────────────────────────────────────────────────────────


def test_a_new_prompt_is_kept_with_its_blanks_and_settings(cast: Cast, signed_in: SignIn) -> None:
    upload = make_upload(cast.project, cast.bob)
    sent = {
        "title": "  Still   life ",
        "text": "A {{colour}} vase\r\nfrom the {{side}}",
        "choices-colour": "red\nblue",
        "default-colour": "red",
        "model": "nb2",
        "size": "512",
        "ratio": "source",
        "variations": "3",
        "inputs": [reference(upload), reference(make_link(cast.project, cast.bob))],
    }
    answer = signed_in(cast.bob).post(address("prompts", cast.project), sent)
    kept = Prompt.objects.get()
    version = kept.current
    assert answer.status_code == 302
    assert answer["Location"] == kept.get_absolute_url()
    assert kept.title == "Still life"
    assert version is not None
    assert version.text == "A {{colour}} vase\nfrom the {{side}}"
    assert version.blanks[0] == {"name": "colour", "choices": ["red", "blue"], "default": "red"}
    assert (version.model_key, version.size, version.ratio, version.variations) == ("nb2", "512", "source", 3)
    assert [row.picture for row in version.references.all()] == [upload]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": " "}, "Give it a title to find it by."),
        ({"text": ""}, "Write a prompt first."),
        ({"model": "pro", "size": "512"}, "Nano Banana Pro does not make 512 images."),
        ({"model": "pro", "ratio": "8:1"}, "Nano Banana Pro does not make 8:1 images."),
        ({"choices-side": "left\nright", "default-side": "top"}, "The default of side is none of its choices."),
        ({"text": " ".join(f"{{{{b{number}}}}}" for number in range(21))}, "21 blanks are too many. At most 20 fit."),
        ({"variations": "9"}, "less than or equal to 8"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    cast: Cast, signed_in: SignIn, changed: dict[str, str], sentence: str
) -> None:
    sent = {"title": "Kept title", "text": "From the {{side}}", **changed}
    answer = signed_in(cast.bob).post(address("prompts", cast.project), sent)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in text
    assert all(value.strip() in text for value in sent.values())
    assert not Prompt.objects.exists()


def test_the_form_shows_the_blanks_of_what_is_typed(cast: Cast, signed_in: SignIn) -> None:
    sent = {"show": "blanks", "title": "", "text": "A {{colour}} vase"}
    bob = signed_in(cast.bob)
    part = bob.post(address("prompt-new", cast.project), sent, headers=HTMX).content.decode()
    assert part.strip().startswith('<div id="prompt-blanks"')
    assert 'name="choices-colour"' in part
    assert "<h1>New prompt</h1>" in bob.post(address("prompt-new", cast.project), sent).content.decode()


def test_a_frame_fills_the_form(cast: Cast, signed_in: SignIn) -> None:
    frame = make_run(cast.alice, cast.project, prompt="A blue boat", ratio="").generations.get()
    text = signed_in(cast.bob).get(f"{address('prompt-new', cast.project)}?frame={frame.public_id}").content.decode()
    assert "A blue boat</textarea>" in text
    assert '<option value="pro" selected>' in text
    assert '<option value="source" selected>' in text
    assert signed_in(cast.bob).get(f"{address('prompt-new', cast.project)}?frame={uuid4()}").status_code == 404


def test_the_composer_fills_the_form_in_its_dialog(cast: Cast, signed_in: SignIn) -> None:
    upload = make_upload(cast.project, cast.bob)
    sent = fields(prompt="A green boat", inputs=[reference(upload)], variations="2")
    text = signed_in(cast.bob).post(address("prompt-new", cast.project), sent, headers=HTMX).content.decode()
    assert "A green boat</textarea>" in text
    assert f'value="{reference(upload)}" checked' in text
    assert "<html" not in text


def test_saved_from_the_dialog_the_page_stays(cast: Cast, signed_in: SignIn) -> None:
    sent = {"title": "Boats", "text": "A {{colour}} boat"}
    answer = signed_in(cast.bob).post(address("prompts", cast.project), sent, headers=HTMX)
    assert answer.headers["HX-Trigger"] == "dialog-done"
    assert "Boats is in the library" in answer.content.decode()
    assert 'name="prompt_version"' in answer.content.decode()


def test_an_edit_makes_the_next_version_and_shows_what_changed(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    alice = signed_in(cast.alice)
    form = alice.get(address("prompt-editing", prompt)).content.decode()
    assert 'name="base" value="1"' in form
    sent = {"title": "Still life", "text": STILL_LIFE.text.replace("Matte", "Glossy"), "base": "1"}
    assert alice.post(address("prompt-versions", prompt), sent).status_code == 302
    text = alice.get(address("prompt", prompt)).content.decode()
    assert "Version 2 by" in text
    assert "<del>Matte</del>" in text
    assert "<ins>Glossy</ins>" in text
    answer = alice.post(address("prompt-versions", prompt), {"restore": "1"})
    assert answer.status_code == 302
    assert "Version 1 again." in alice.get(address("prompt", prompt)).content.decode()
    assert alice.post(address("prompt-versions", prompt), {"restore": "99"}).status_code == 404


def test_an_edit_on_top_of_somebody_elses_asks_first(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    alice, bob = signed_in(cast.alice), signed_in(cast.bob)
    bob.post(address("prompt-versions", prompt), {"title": "T", "text": "Bob's words", "base": "1"})
    sent = {"title": "T", "text": "Alice's words", "base": "1"}
    answer = alice.post(address("prompt-versions", prompt), sent)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Bob saved version 2 meanwhile" in text
    assert "Alice&#x27;s words</textarea>" in text
    assert 'name="base" value="2"' in text
    assert alice.post(address("prompt-versions", prompt), sent | {"base": "2"}).status_code == 302


def test_archived_prompts_are_put_away_and_come_back(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    bob = signed_in(cast.bob)
    listed = bob.post(address("prompt-archiving", prompt), follow=True).content.decode()
    assert "Still life archived" in listed
    assert 'name="undo"' in listed
    assert prompt.get_absolute_url() in bob.get(address("prompts", cast.project), {"show": "archived"}).content.decode()
    assert "Archived: it is not in the library" in bob.get(address("prompt", prompt)).content.decode()
    bob.post(address("prompt-archiving", prompt), {"undo": "1"})
    prompt.refresh_from_db()
    assert not prompt.is_archived
