"""Four people ask for 50 each, one after the other, and eight calls go out at a time: who waits for too long?"""

from collections import defaultdict

from ..bars import Bar
from .studio import Lab, Studio, seconds

PEOPLE = ("alice", "bob", "vera", "charlie")
JOBS = 50
SLOTS = 8
CALL_SECONDS = 0.5


def measure(lab: Lab, jobs: int = JOBS) -> list[Bar]:
    """Both dispatchers, all of it in line before the worker starts."""
    return [_of(studio, jobs) for studio in lab.both()]


def _of(studio: Studio, jobs: int) -> Bar:
    with studio.process() as asker:
        for person in PEOPLE:
            asker.do("ask", prompts=[f"a fox [sandbox:slow={CALL_SECONDS}]"] * jobs, person=person)
        with studio.at_work(slots=SLOTS):
            asker.do("wait_until_final", seconds=300)
        whose = {attempt: row["person"] for row in asker.do("rows") for attempt in row["attempts"]}
    calls = studio.gateway.requests()
    began = min(seconds(call["received_at"]) for call in calls)
    whole = max(seconds(call["ended_at"]) for call in calls) - began
    waits: dict[str, list[float]] = defaultdict(list)
    for call in sorted(calls, key=lambda call: str(call["received_at"])):
        waits[whose[call["attempt"]]].append(seconds(call["received_at"]) - began)
    assert sorted(map(len, waits.values())) == [jobs] * len(PEOPLE)
    worst = {person: longest_wait(begun, whole) for person, begun in waits.items()}
    told = ", ".join(f"{person} {share:.2f}" for person, share in worst.items())
    print(f"  {studio.name:9} {whole:.1f} s for all; the longest wait, by the fair share: {told}")
    return Bar(f"4 people × {jobs} jobs, 8 slots, {studio.name}", max(worst.values()), 2, 1.25, "× fair share")


def longest_wait(begun: list[float], whole: float) -> float:
    """Of one person's calls, as a multiple of the fair share: the n-th of them is due after n of all their turns.

    `begun` are seconds since the line began to move, in their order, `whole` is what the line took in all.
    """
    return max(at / (whole * number / len(begun)) for number, at in enumerate(begun, 1))
