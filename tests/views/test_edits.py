"""An image of the tray edited: a picture of its own in its place, the way back, and everything that is no edit."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from studio.forms.tray import reference
from studio.jobs.submit import _add_inputs
from studio.models import Input, Project, Upload
from studio.storage import objects, uploads
from tests.decoder.test_working import assert_same_pixels, corners, drawn, opened, saved
from tests.people import Cast
from tests.runs import make_run
from tests.views.composing import make_link, make_upload
from tests.views.test_smaller_copies import HEAVY, SignIn, ask, bring_in, make_output

STROKE = {"kind": "stroke", "colour": "red", "width": 2, "points": [10, 10, 60, 40]}
WORDS = {"kind": "text", "colour": "blue", "width": 1, "points": [5, 100], "text": "no spoon"}


def said(upload: object, *notes: object, **numbers: object) -> dict[str, object]:
    """The dialog as the page sends it."""
    one = reference(upload)  # type: ignore[arg-type]
    return {"inputs": one, "editing": one, "edit-apply": "1", "edit-notes": json.dumps(notes)} | {
        f"edit-{name}": value for name, value in numbers.items()
    }


def png(cast: Cast, client: object) -> Upload:
    return bring_in(cast, client, saved(drawn(), "PNG"), "drawn.png")  # type: ignore[arg-type]


def picture_of(upload: Upload) -> Image.Image:
    with objects.open_object(upload.sent.key) as file:
        return opened(file.read())


@pytest.mark.parametrize("htmx", [True, False])
def test_the_edited_picture_takes_the_place_and_the_first_stays(cast: Cast, signed_in: SignIn, *, htmx: bool) -> None:
    bob = signed_in(cast.bob)
    whole = png(cast, bob)
    text = ask(
        cast, bob, "edits", htmx=htmx, **said(whole, STROKE, turn="1", left="3", top="5", width="100", height="120")
    )
    edited = Upload.objects.get(made_from_upload=whole)
    assert f'name="inputs" value="{reference(edited)}"' in text
    assert f'name="inputs" value="{reference(whole)}"' not in text
    assert f'value="swap {reference(edited)} {reference(whole)}"' in text
    assert (edited.width, edited.height, edited.name) == (100, 120, "drawn.png")
    assert_same_pixels(picture_of(whole), drawn())
    again = ask(cast, bob, "edits", edit=reference(edited), inputs=reference(edited))
    assert "&quot;points&quot;:[10,10,60,40]" in again
    assert '<option value="1" selected>' in again
    assert picture_of(edited).size == (100, 120)


def test_an_edit_begins_from_the_first_picture_and_without_changes_is_that(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    whole = png(cast, bob)
    ask(cast, bob, "edits", **said(whole, width="50", height="60"))
    small = Upload.objects.get(made_from_upload=whole)
    ask(cast, bob, "edits", **said(small, WORDS, turn="2"))
    second = Upload.objects.exclude(pk__in=[whole.pk, small.pk]).get()
    assert (second.made_from_upload, second.width, second.height) == (whole, 301, 203)
    text = ask(cast, bob, "edits", **said(second))
    assert f'name="inputs" value="{reference(whole)}"' in text
    assert Upload.objects.count() == 3
    ask(cast, bob, "edits", **said(whole, width="50", height="60"))
    assert Upload.objects.count() == 3, "the same picture is stored once"


def test_a_smaller_copy_of_an_edited_picture_is_one_of_that(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    output = make_output(cast, HEAVY)
    output.__class__.objects.filter(pk=output.pk).update(width=3_000, height=2_000)
    ask(cast, bob, "edits", **said(output, width="2900", height="2000"))
    edited = Upload.objects.get(made_from_output=output)
    assert edited.mime_type == "image/jpeg", "too large to be sent without loss"
    ask(cast, bob, "smaller-copies", inputs=reference(edited), smaller=reference(edited))
    smaller = Upload.objects.get(made_from_upload=edited)
    run = make_run(cast.bob, cast.project, prompt="Further")
    _add_inputs(run, [smaller])
    assert Input.objects.get(run=run).output == output, "its child in the lineage"
    text = ask(cast, bob, "composition", inputs=reference(smaller))
    assert f'value="swap {reference(smaller)} {reference(edited)}"' in text
    assert f'value="swap {reference(smaller)} {reference(output)}"' in text
    output.generation.__class__.objects.filter(pk=output.generation.pk).update(trashed_at=timezone.now())
    text = ask(cast, bob, "composition", inputs=reference(smaller))
    assert reference(output) not in text
    ask(cast, bob, "edits", **said(edited, turn="1"))
    assert Upload.objects.order_by("-pk")[0].made_from_upload == edited, "edited further from what is left"


NUMBERS = "Left, top, width and height are whole numbers, and the crop lies within 301 × 203 pixels."
UNREAD = "The notes could not be read. Draw them again."
MUCH = "That is too much. At most 100 notes of 2000 points or 80 letters fit."
BAD: dict[str, tuple[dict[str, object], str]] = {
    "outside": ({"left": "200", "width": "102"}, NUMBERS),
    "beyond": ({"left": "301"}, NUMBERS),
    "negative": ({"left": "-1"}, NUMBERS),
    "nothing": ({"width": "0"}, NUMBERS),
    "NaN": ({"top": "NaN"}, NUMBERS),
    "infinite": ({"width": "1e999"}, NUMBERS),
    "a fraction": ({"width": "10.5"}, NUMBERS),
    "endless digits": ({"width": "9" * 6_000}, NUMBERS),
    "turned too far": ({"turn": "4"}, NUMBERS),
    "turned on its side it is narrower": ({"turn": "1", "width": "300"}, NUMBERS.replace("301 × 203", "203 × 301")),
    "no JSON": ({"notes": "[{"}, UNREAD),
    "JSON of another kind": ({"notes": '{"a":1}'}, UNREAD),
    "NaN in a point": ({"notes": json.dumps([{**STROKE, "points": [float("nan"), 3]}])}, UNREAD),
    "half a pixel": ({"notes": json.dumps([{**STROKE, "points": [1.5, 3]}])}, UNREAD),
    "half a point": ({"notes": json.dumps([{**STROKE, "points": [1, 2, 3]}])}, UNREAD),
    "an arrow of one end": ({"notes": json.dumps([{**STROKE, "kind": "arrow", "points": [1, 2]}])}, UNREAD),
    "another kind": ({"notes": json.dumps([{**STROKE, "kind": "script"}])}, UNREAD),
    "another colour": ({"notes": json.dumps([{**STROKE, "colour": "url(#x)"}])}, UNREAD),
    "more fields": ({"notes": json.dumps([{**STROKE, "onload": "x"}])}, UNREAD),
    "a note outside": ({"notes": json.dumps([{**STROKE, "points": [1, 2, 302, 5]}])}, "A note lies outside of the"),
    "many notes": ({"notes": json.dumps([STROKE] * 101)}, MUCH),
    "a long stroke": ({"notes": json.dumps([{**STROKE, "points": [1, 2] * 2_001}])}, MUCH),
    "long strokes": ({"notes": json.dumps([{**STROKE, "points": [1, 2] * 2_000}] * 11)}, MUCH),
    "a million strokes": ({"notes": "[" + "{}," * 600_000 + "{}]"}, MUCH),
    "a long text": ({"notes": json.dumps([{**WORDS, "text": "a" * 81}])}, MUCH),
    "no text": ({"notes": json.dumps([{**WORDS, "text": "  "}])}, "A note has no words in it."),
    "a text with controls": ({"notes": json.dumps([{**WORDS, "text": "a\u202eb"}])}, "without control characters"),
    "a text of two lines": ({"notes": json.dumps([{**WORDS, "text": "a\nb"}])}, "without control characters"),
    "half a letter": ({"notes": '[{"kind":"text","colour":"red","width":1,"points":[1,2],"text":"\\ud800"}]'}, UNREAD),
    "a letter of no font": ({"notes": json.dumps([{**WORDS, "text": "\U00010300"}])}, "no font for some of these"),
}


@pytest.mark.parametrize(("wrong", "sentence"), BAD.values(), ids=BAD)
def test_what_is_no_edit_is_said_to_be_none(
    cast: Cast, signed_in: SignIn, wrong: dict[str, object], sentence: str
) -> None:
    bob = signed_in(cast.bob)
    whole = png(cast, bob)
    text = ask(cast, bob, "edits", status=422, **said(whole, **wrong))
    assert sentence in text
    assert Upload.objects.count() == 1


def test_a_body_beyond_everything_is_refused_whole(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    whole = png(cast, bob)
    assert "request" in ask(cast, bob, "edits", status=400, **said(whole, notes="x" * 3_000_000)).lower()


def test_without_script_what_was_typed_stays_with_the_reason(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    whole = png(cast, bob)
    page = ask(cast, bob, "edits", htmx=False, edit=reference(whole), inputs=reference(whole))
    assert '<dialog class="image-editor"' in page
    assert 'name="edit-width" inputmode="numeric" value="301"' in page
    wrong = ask(cast, bob, "edits", htmx=False, status=422, **said(whole, STROKE, left="290", width="40", turn="2"))
    assert NUMBERS in wrong
    assert 'name="edit-left" inputmode="numeric" value="290"' in wrong
    assert "&quot;points&quot;: [10, 10, 60, 40]" in wrong
    assert '<option value="2" selected>' in wrong


def test_only_what_is_here_and_has_pixels_is_edited(cast: Cast, signed_in: SignIn) -> None:
    bob = signed_in(cast.bob)
    elsewhere = make_upload(Project.objects.create(name="Elsewhere"), cast.alice)
    link, gone = make_link(cast.project, cast.bob), make_upload(cast.project, cast.alice, name="lost.jpg")
    trashed = make_output(cast, saved(corners(), "JPEG"))
    trashed.generation.__class__.objects.update(trashed_at=timezone.now())
    for picture in (elsewhere, trashed):
        assert "This image is no longer here." in ask(cast, bob, "edits", status=422, **said(picture))
    assert "Only the address of this image is sent." in ask(cast, bob, "edits", status=422, edit=reference(link))
    assert "The file of lost.jpg is missing." in ask(cast, bob, "edits", status=422, **said(gone, turn="1"))
    for nonsense in ("", "upload:", "upload:x", "generation:1"):
        ask(cast, bob, "edits", status=422, edit=nonsense)
    assert "upload-file" not in ask(cast, bob, "composition", inputs=reference(link))
    assert Upload.objects.count() == 2


@pytest.mark.parametrize(("who", "status"), [("vera", 403), ("charlie", 404)])
def test_only_makers_edit(cast: Cast, signed_in: SignIn, who: str, status: int) -> None:
    whole = make_upload(cast.project, cast.bob)
    ask(cast, signed_in(getattr(cast, who)), "edits", status=status, **said(whole, turn="1"))


def test_edited_pictures_count_as_added(cast: Cast, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = signed_in(cast.bob)
    whole = png(cast, bob)
    monkeypatch.setattr(uploads, "UPLOADS_A_DAY_MAX", 2)
    ask(cast, bob, "edits", **said(whole, turn="1"))
    assert "more than 2 images in 24 hours" in ask(cast, bob, "edits", status=422, **said(whole, turn="2"))
    refused = bob.post(
        reverse("uploads", args=[cast.project.public_id]),
        {"files": SimpleUploadedFile("b.png", saved(corners(), "PNG"))},
        headers={"HX-Request": "true"},
    )
    assert refused.status_code == 422
