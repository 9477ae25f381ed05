"""A studio in which every page has something to show, and the addresses of all of its pages."""

from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from studio.ledger import decisions, post
from studio.models import Attempt, GatewayKey, Generation, Kind, LedgerEntry, MissingLogRow, ModelSwitch, Notice
from studio.models.gateway_key import Stop
from studio.provider.outcome import Charge, Outcome
from studio.provider.searched import Found, Searched
from studio.talk.comments import say
from studio.talk.verdicts import decide
from studio.trash.move import to_trash
from tests.e2e.light_table import lay_out
from tests.library.kept import make_prompt
from tests.permissions.table import TABLE, Answer
from tests.permissions.world import World
from tests.reconcile.calls import made, run
from tests.reconcile.rows import row
from tests.reimbursement.claimed import declined, sent
from tests.runs import make_run
from tests.views.booked import end

PROMPTS: Final = (
    "Matte ceramic vase on seamless paper, one soft window light from the left",
    "A lighthouse on a cliff at dusk, wide and quiet. Two small figures on the path give it scale; no text anywhere",
)
ENDINGS: Final = (
    *(Outcome.REFUSED_OUTPUT, Outcome.REFUSED_TEXT, Outcome.NO_IMAGE, Outcome.OUTCOME_UNKNOWN),
    *(Outcome.FAILED_BUSY, Outcome.FAILED_INPUT, Outcome.CANCELLED, Outcome.DELIVERY_LOST),
)

# What is no page: files, what machines ask for, and what only leads on.
NO_PAGES: Final = frozenset(
    {"icon", "livez", "readyz", "home", "admin-review", "running", "downloads", "prompt-table", "compositions"}
    | {"output-file", "upload-file", "link-file", "shared-file"}
    | {"usage-csv", "charges-csv", "sheet-csv", "sheet-xlsx", "mfa_download_recovery_codes"}
)
OF_THE_MAKER: Final = ("comment", "mfa_edit_webauthn", "mfa_remove_webauthn")


def furnish(world: World) -> None:
    """At once, so that the studio's own worker takes none of it up."""
    with transaction.atomic():
        first = _frames(world)
        _talk(world, first)
        _money(world)
        _library(world)


def _frames(world: World) -> Generation:
    cast = world.cast
    first, second = lay_out(cast, "crimson", "seagreen", prompt=PROMPTS[0])
    lay_out(cast, "navy", size=(1600, 900), prompt=PROMPTS[1], ratio="16:9")
    lay_out(cast, "olive", size=(400, 1200), prompt="A tower", ratio="1:4")
    lay_out(cast, "teal", "plum", "orchid", inputs=[first.outputs.get(), second.outputs.get()], ratio="")
    for frame, outcome in zip(
        make_run(cast.bob, cast.project, variations=len(ENDINGS)).generations.order_by("variation"),
        ENDINGS,
        strict=True,
    ):
        end(frame, outcome)
        Generation.objects.filter(pk=frame.pk).update(model_text="I cannot draw that.", reason="IMAGE_SAFETY")
    gone = lay_out(cast, "grey")
    to_trash(Generation.objects.filter(pk=gone[0].pk), by=cast.alice, now=timezone.now())
    found = Found("red boats", "https://www.google.com/search?q=red+boats")
    source = Found("Boats and how they are built", "https://en.wikipedia.org/wiki/Boat")
    Attempt.objects.filter(generation=first).update(
        searched=Searched((found,), (source,)).to_json(), request_id="req-1"
    )
    world.__dict__["output"] = first.outputs.get()  # with real files behind it
    return first


def _talk(world: World, frame: Generation) -> None:
    cast, now = world.cast, timezone.now()
    say(frame, "The shadow on the left is too hard.", person=cast.vera, now=now)
    say(frame, "Shall I soften it, @bob?", person=cast.alice, now=now)
    decide(frame, is_approved=True, person=cast.alice, now=now)
    facts = {"told_at": now, "by": cast.bob, "project": cast.project, "generation": frame, "amount_micros": 90_000}
    Notice.objects.bulk_create(
        Notice(person=cast.dana, kind=kind, about=f"about-{kind}", **facts) for kind in Notice.Kind
    )


def _money(world: World) -> None:
    cast, now = world.cast, timezone.now()
    charged = LedgerEntry.objects.filter(kind=Kind.CHARGE)
    decisions.ask_for_more(cast.bob, None, note="For the fair, two hundred more images", now=now)
    decisions.ask_for_more(cast.alice, cast.project, note="", now=now)
    newest, *_others = charged.order_by("-pk")
    decisions.ask_about(newest, note="No picture came", now=now)
    decisions.set_budget(cast.project, 5_000_000, by=cast.dana, now=now)
    answered = decisions.ask_about(charged.earliest("pk"), note="Why?", now=now)
    decisions.let_stand(answered, answer="The gateway charges for it", by=cast.dana, now=now)
    for _each in range(2):
        declined(cast)
    world.__dict__["sheet"] = sent(cast.dana)
    corrected = made(cast, Charge.CHARGED, ids=("req-7",))
    post.correct(
        LedgerEntry.objects.get(attempt=corrected, kind=Kind.CHARGE),
        50_000,
        note="half",
        recorded_by=cast.dana,
        now=now,
    )
    MissingLogRow.objects.create(attempt=made(cast, Charge.CHARGED), noticed_at=now)
    run(
        row("req-7", token_name="studio", prompt_tokens=120, completion_tokens=1_290),
        row("8f41c0ffee-20261110-a-long-request-id", quota=63_000, token_name="somebody’s script", model_name="m"),
    )


def _library(world: World) -> None:
    cast = world.cast
    for title in ("Relight, keep everything", "Catalogue still life"):
        make_prompt(cast.bob, cast.project, title=title, model_key="pro", size="2K", ratio="4:5")


def stop_sending() -> None:
    """The gateway refused the key, and one model is not known there."""
    stopped = {"stopped_reason": Stop.CERTIFICATE, "stopped_at": timezone.now()}
    GatewayKey.objects.update_or_create(name="main", defaults=stopped)
    ModelSwitch.objects.update_or_create(
        model_key="gen1", defaults={"is_enabled": False, "reason": ModelSwitch.Reason.NOT_FOUND}
    )


# ── Its pages ──────────────────────────────────────────────────────────────────────────────────────


def pages(world: World, role: str) -> Iterator[tuple[str, str]]:
    """Name and address of each page that somebody in this role may read: every route of the permissions table."""
    for name, each in TABLE.items():
        is_page = name not in NO_PAGES and not name.startswith("api:")
        if is_page and each.get[role] is Answer.OPEN:
            yield name, reverse(name, kwargs=dict(world.keys(each.of)))
