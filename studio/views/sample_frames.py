"""A frame in every state there is, made up for the style page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from ..gallery.marks import Marks
from ..history import ENOUGH, TypicalTimes
from ..models import Attempt, Generation, Output, Project, Run, Status, User
from ..provider.outcome import Charge, Outcome
from .again import Again
from .frames import Frame
from .waits import Wait

NUMBER: Final = 402
PROMPT: Final = "Matte ceramic vase on seamless paper, one soft window light from the left"
TIMES: Final = TypicalTimes({("pro", "2K"): [38] * ENOUGH})
PRICE_MICROS: Final = 90_000
UNMARKED: Final = Marks()


@dataclass(frozen=True, slots=True)
class State:
    """Of a generation, and of what else a frame shows. `seconds` is how long ago it was sent."""

    status: Status
    charge: Charge
    outcome: Outcome | str = ""
    reason: str = ""
    seconds: int | None = None
    http_status: int | None = None
    tries: int = 1
    model_text: str = ""
    place: int | None = None
    wait: str = ""
    marks: Marks = UNMARKED
    has_picture: bool = False


_MADE: Final[dict[str, Any]] = {"status": Status.SUCCEEDED, "charge": Charge.CHARGED, "outcome": Outcome.DELIVERED}
STATES: Final = (
    State(Status.QUEUED, Charge.HELD, place=2),
    State(Status.QUEUED, Charge.HELD, wait="An admin has stopped sending for now."),
    State(Status.SENDING, Charge.HELD, seconds=1),
    State(Status.ANSWERING, Charge.HELD, seconds=24),
    State(Status.ANSWERING, Charge.HELD, seconds=52),
    State(Status.SAVING, Charge.CHARGED, seconds=40),
    State(**_MADE, has_picture=True),
    State(**_MADE, has_picture=True, marks=Marks(is_starred=True, rating=4, is_picked=True)),
    State(**_MADE),  # received, not stored
    State(Status.REFUSED, Charge.PRESUMED, Outcome.REFUSED_OUTPUT, "IMAGE_SAFETY"),
    State(Status.REFUSED, Charge.REIMBURSED, Outcome.REFUSED_PROMPT, "PROHIBITED_CONTENT"),
    State(Status.REFUSED, Charge.CHARGED, Outcome.NO_IMAGE, model_text="I cannot draw that."),
    State(Status.FAILED, Charge.NONE, Outcome.FAILED_BUSY, http_status=503, tries=3),
    State(Status.FAILED, Charge.NONE, Outcome.FAILED_INPUT, http_status=400),
    State(Status.UNKNOWN, Charge.PRESUMED, Outcome.OUTCOME_UNKNOWN, "read_timeout"),
    State(Status.CANCELLED, Charge.NONE, Outcome.CANCELLED),
)


def frames(project: Project, person: User, picture: Output | None, now: datetime) -> Sequence[Frame]:
    """One for each state, all of one run. Those that need a picture are left out where there is none to show."""
    run = Run(
        pk=-NUMBER,
        number=NUMBER,
        project=project,
        person=person,
        prompt=PROMPT,
        model_key="pro",
        size="2K",
        ratio="4:5",
        variations=len(STATES),
        created_at=now - timedelta(minutes=2),
    )
    states = [state for state in STATES if picture or not state.has_picture]
    shown = [_frame(place, state, run, picture, now) for place, state in enumerate(states)]
    run.__dict__["_prefetched_objects_cache"] = {"inputs": [], "generations": [each.generation for each in shown]}
    return shown


def _frame(place: int, state: State, run: Run, picture: Output | None, now: datetime) -> Frame:
    generation = Generation(
        pk=-NUMBER - place,
        run=run,
        project=run.project,
        person=run.person,
        variation=place,
        price_micros=PRICE_MICROS,
        status=state.status,
        charge=state.charge,
        outcome=state.outcome,
        reason=state.reason,
        model_text=state.model_text,
        created_at=run.created_at,
        sent_at=now - timedelta(seconds=state.seconds) if state.seconds is not None else None,
    )
    attempts = [
        Attempt(number=number, http_status=state.http_status, request_bytes=2_048) for number in range(state.tries)
    ]
    outputs = [picture] if picture and state.has_picture else []
    generation.__dict__["_prefetched_objects_cache"] = {"attempts": attempts, "outputs": outputs}
    return Frame(
        generation,
        times=TIMES,
        now=now,
        place=state.place,
        wait=Wait(state.wait) if state.wait else None,
        again=Again([run], now),
        marks=state.marks,
    )
