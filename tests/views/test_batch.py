"""A batch: looked at row by row, then all of it or nothing."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from studio.ledger.balance import month_of, month_summary
from studio.library.wording import Blank, Wording
from studio.models import Attempt, Generation, Instance, LedgerEntry, Price, Prompt, Run, User
from studio.question import question_hash
from tests.library.kept import make_prompt
from tests.people import Cast, allow
from tests.runs import make_attempt, make_run
from tests.views.composing import make_upload

type SignIn = Callable[[User], Client]

VASE = Wording("A {{colour}} {{thing}}, {{side}}", (Blank("side", ("left", "right"), "left"),))
TABLE = "colour,thing\nred,vase\nblue,cup\ngreen,bowl"
SETTINGS = {"model": "pro", "size": "1K", "ratio": "1:1", "variations": "1"}


def address(cast: Cast) -> str:
    return reverse("batch", args=[cast.project.public_id])


@pytest.fixture
def prompt(cast: Cast) -> Prompt:
    return make_prompt(cast.bob, cast.project, title="Vases", wording=VASE)


def look(client: Client, cast: Cast, **fields: object) -> tuple[str, dict[str, str]]:
    """The page with the rows, and the form as its button would send it."""
    sent = {**SETTINGS, "look": "1", **fields}
    text = client.post(address(cast), sent).content.decode()
    hidden = {name: _value(text, name) for name in ("form_token", "quoted_micros", "seen")}
    sent.pop("look")
    return text, {**{name: str(value) for name, value in sent.items()}, **hidden, "send": "1"}


def _value(text: str, name: str) -> str:
    return text.partition(f'name="{name}" value="')[2].partition('"')[0]


def of(prompt: Prompt) -> dict[str, str]:
    version = prompt.versions.latest("number")
    return {"version": str(version.public_id), "table": TABLE}


def left_micros(person: User) -> int:
    return month_summary(person, month_of(timezone.now())).left_micros


@pytest.mark.parametrize(("who", "status"), [("alice", 200), ("bob", 200), ("vera", 403), ("charlie", 404)])
def test_makers_send_batches(cast: Cast, signed_in: SignIn, who: str, status: int) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(address(cast)).status_code == status
    if status != 200:
        assert client.post(address(cast), {"table": "A boat", "send": "1", **SETTINGS}).status_code == status


def test_rows_are_shown_with_the_price_of_each_and_the_sum(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    text, form = look(signed_in(cast.bob), cast, **of(prompt), variations="2")
    for words in (
        "3 rows",
        "<mark>blue</mark> <mark>cup</mark>",
        "$0.18",
        "6 images in all",
        "$0.54",
        "Generate 6 images",
    ):
        assert words in text
    assert form["quoted_micros"] == "540000"
    assert not Run.objects.exists()


def test_each_row_becomes_a_run_that_notes_its_prompt(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    bob = signed_in(cast.bob)
    _text, form = look(bob, cast, **of(prompt), variations="2")
    answer = bob.post(address(cast), form)
    assert answer["Location"] == cast.project.get_absolute_url()
    runs = Run.objects.order_by("number")
    assert [run.prompt for run in runs] == ["A red vase, left", "A blue cup, left", "A green bowl, left"]
    assert {run.prompt_version for run in runs} == {prompt.versions.get()}
    assert Generation.objects.count() == 6
    assert left_micros(cast.bob) == 10_000_000 - 6 * 90_000
    assert "3 runs queued, $0.54 held" in bob.get(answer["Location"]).content.decode()


def test_a_list_needs_no_prompt_of_the_library(cast: Cast, signed_in: SignIn) -> None:
    upload = make_upload(cast.project, cast.bob)
    bob = signed_in(cast.bob)
    _text, form = look(
        bob, cast, table="A red boat\n\nA blue boat", inputs=f"upload:{upload.public_id}", ratio="source"
    )
    bob.post(address(cast), form)
    assert [(run.prompt, run.ratio, run.inputs.count()) for run in Run.objects.order_by("number")] == [
        ("A red boat", "", 1),
        ("A blue boat", "", 1),
    ]


def test_the_same_form_twice_is_one_batch(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    bob = signed_in(cast.bob)
    _text, form = look(bob, cast, **of(prompt))
    assert [bob.post(address(cast), form).status_code for _ in range(2)] == [302, 302]
    assert Run.objects.count() == 3
    assert left_micros(cast.bob) == 10_000_000 - 3 * 90_000


def test_over_budget_nothing_is_held_of_any_row(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    bob = signed_in(cast.bob)
    _text, form = look(bob, cast, **of(prompt))
    allow(cast.bob, 200_000)  # enough for two of three
    entries = LedgerEntry.objects.count()
    answer = bob.post(address(cast), form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "It costs $0.27, and $0.20 is left. Nothing was held, of no row." in text
    assert "blue,cup" in text
    assert (Run.objects.count(), LedgerEntry.objects.count(), left_micros(cast.bob)) == (0, entries, 200_000)
    assert "This batch costs more than is left" in look(bob, cast, **of(prompt))[0]


def test_a_price_that_changed_is_shown_and_not_taken(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    bob = signed_in(cast.bob)
    _text, form = look(bob, cast, **of(prompt))
    Price.objects.create(model_key="pro", amount_micros=100_000, effective_at=timezone.now())
    answer = bob.post(address(cast), form)
    assert answer.status_code == 409
    assert "The price is now $0.30" in answer.content.decode()
    assert not Run.objects.exists()


def test_what_was_not_looked_at_is_not_sent(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    bob = signed_in(cast.bob)
    _text, form = look(bob, cast, **of(prompt))
    answer = bob.post(address(cast), form | {"table": TABLE + "\nblack,pot"})
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Something changed since you looked at it" in text
    assert "4 rows" in text
    assert not Run.objects.exists()
    assert bob.post(address(cast), form | {"seen": "", "quoted_micros": "x"}).status_code == 409


def test_a_dear_batch_wants_a_tick(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    Instance.current()
    Instance.objects.update(confirm_above_micros=200_000)
    bob = signed_in(cast.bob)
    text, form = look(bob, cast, **of(prompt))
    assert "Yes, spend $0.27" in text
    assert bob.post(address(cast), form).status_code == 409
    assert not Run.objects.exists()
    assert bob.post(address(cast), form | {"confirmed": "270000"}).status_code == 302


def test_a_paused_studio_says_why(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    bob = signed_in(cast.bob)
    _text, form = look(bob, cast, **of(prompt))
    Instance.current()
    Instance.objects.update(paused_reason="We change the key.")
    answer = bob.post(address(cast), form)
    assert answer.status_code == 409
    assert "We change the key. Nothing was held." in answer.content.decode()


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("colour,thing\nred", "Line 2: 1 cells, and the first line has 2."),
        ("colour,thing\nred,", "Line 2: Fill in thing."),
        ("colour,thing,side\nred,vase,up", "Line 2: Choose one of the choices for side."),
        ("colour,thing,size\nred,vase,9", "Line 1: there is no blank called “size”."),
        ("thing\nvase", "Line 1: the column colour is missing, and it has no default."),
        ('colour,thing\n"red,vase', "Line 2: a quotation mark is not closed"),
        ("colour,thing\n" + "red,vase\n" * 51, "51 rows are too many. At most 50 are held in one go."),
        ("", "Nothing is in it yet."),
    ],
)
def test_a_malformed_table_is_said_line_by_line_and_kept(
    cast: Cast, signed_in: SignIn, prompt: Prompt, table: str, sentence: str
) -> None:
    bob = signed_in(cast.bob)
    for verb in ("look", "send"):
        sent = {**SETTINGS, **of(prompt), "table": table, verb: "1"}
        answer = bob.post(address(cast), sent)
        text = answer.content.decode()
        assert answer.status_code == 422
        assert sentence in text
        assert table.replace('"', "&quot;") in text
        assert "Generate" not in text
    assert not Run.objects.exists()


def test_too_many_images_in_all_are_refused(cast: Cast, signed_in: SignIn) -> None:
    text, _form = look(signed_in(cast.bob), cast, table="A boat\n" * 50, variations="3")
    assert "That makes 150 images. At most 100 go out in one batch." in text


def test_a_prompt_that_is_too_long_is_named_by_its_line(cast: Cast, signed_in: SignIn) -> None:
    text, _form = look(signed_in(cast.bob), cast, table="A boat\n" + "x" * 20_001)
    assert "Line 2: 20,001 characters are too many." in text


def test_a_file_comes_into_the_field(cast: Cast, signed_in: SignIn, prompt: Prompt) -> None:
    file = SimpleUploadedFile("table.csv", "\ufeffcolour;thing\nrot;Vase für Ä".encode(), content_type="text/csv")
    text, form = look(signed_in(cast.bob), cast, **of(prompt), file=file)
    assert "<mark>Vase für Ä</mark>" in text
    assert "rot;Vase für Ä</textarea>" in text
    assert form["quoted_micros"] == "90000"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("Vase für Ä".encode("utf-16"), "table.csv is no text in UTF-8."),
        (b"\xff\xd8\xff\xe0", "table.csv is no text in UTF-8."),
        (b"x" * 900_000, "table.csv is too large for a table."),
    ],
)
def test_a_file_that_is_no_table_is_refused_by_name(
    cast: Cast, signed_in: SignIn, prompt: Prompt, content: bytes, sentence: str
) -> None:
    sent = {**SETTINGS, **of(prompt), "look": "1", "file": SimpleUploadedFile("table.csv", content)}
    answer = signed_in(cast.bob).post(address(cast), sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "blue,cup" in answer.content.decode()


def test_what_was_declined_before_is_said_in_its_row(cast: Cast, signed_in: SignIn) -> None:
    run = make_run(cast.bob, cast.project, prompt="A red boat")
    attempt = make_attempt(run.generations.get())
    Attempt.objects.filter(pk=attempt.pk).update(outcome="refused_output", charge="charged")
    Run.objects.update(question_hash=question_hash("A red boat", "", []))
    text, _form = look(signed_in(cast.bob), cast, table="A red boat\nA blue boat")
    assert text.count("Declined 1 time before") == 1


def test_the_empty_table_is_safe_in_a_spreadsheet(cast: Cast, signed_in: SignIn) -> None:
    wording = Wording("{{a}} {{b}}", (Blank("a", ("=1+1", "2")), Blank("b", default="x")))
    prompt = make_prompt(cast.bob, cast.project, wording=wording)
    vera = signed_in(cast.vera)
    answer = vera.get(reverse("prompt-table", args=[prompt.public_id]))
    assert b"".join(answer).decode() == "\ufeffa,b\r\n'=1+1,x\r\n"  # type: ignore[arg-type]
    bob = signed_in(cast.bob)
    text, _form = look(bob, cast, **of(prompt) | {"table": "a,b\r\n'=1+1,x"})
    assert "<mark>=1+1</mark>" in text


def test_looking_asks_the_same_however_many_rows(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    look(bob, cast, table="A boat")
    asked = []
    for rows in (1, 40):
        with CaptureQueriesContext(connection) as queries:
            look(bob, cast, table="\n".join(f"A boat {number}" for number in range(rows)))
        asked.append(len(queries))
    assert asked[0] == asked[1]
