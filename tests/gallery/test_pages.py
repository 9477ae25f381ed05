"""Page after page shows all that is meant, once, newest first; and asks the database in the form that stays quick."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.access import can_make
from studio.gallery.chosen import Chosen
from studio.gallery.cursor import Cursor
from studio.gallery.marks import pick
from studio.gallery.newest import unindexed
from studio.gallery.pages import page_of
from studio.gallery.people import projects_made_in
from studio.gallery.scope import Scope
from studio.models import Generation, Judgement, Project, Role, Run
from studio.models.found_first import SOUGHT_PROJECTS_MAX, not_newer
from studio.provider.outcome import Outcome
from studio.tokens import Words
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end

PROMPTS = [
    "A red boat",
    "A blue boat at golden-hour",
    "一只红色的船",
    "Rotes Boot, 4K",
    "A café in Zürich",
    "a harbour",
]
OUTCOMES = [Outcome.DELIVERED, Outcome.REFUSED_TEXT, Outcome.FAILED_BUSY]
EVERYTHING = Scope(Run.objects.all())
BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def full(cast: Cast) -> Cast:
    """Eighteen runs of 1 to 3 frames on six days, in two projects; some still wait."""
    other = Project.objects.create(name="Another")
    for number in range(18):
        project = other if number % 4 == 3 else cast.project
        run = make_run(
            (cast.alice, cast.bob)[number % 2],
            project,
            variations=number % 3 + 1,
            prompt=PROMPTS[number % 6],
            model_key=("pro", "nb2")[number // 2 % 2],
            held=True,
        )
        at = BEGIN + timedelta(days=number // 3)
        for generation in run.generations.all()[: 3 if number % 5 else 1]:
            end(generation, OUTCOMES[(number + generation.variation) % 3])
        pick([each for each in run.generations.all() if each.variation == number % 2], is_picked=True, by=cast.bob)
        Run.objects.filter(pk=run.pk).update(created_at=at)
        Generation.objects.filter(run=run).update(created_at=at)
    return cast


def pages(chosen: Chosen, scope: Scope, count: int) -> list[Generation]:
    """To the end, through what stands in the address."""
    found: list[Generation] = []
    after: Cursor | None = None
    for _turn in range(100):
        page = page_of(chosen, scope, after=after, count=count)
        found += page.generations
        if page.after is None:
            return found
        assert len(page.generations) == count
        after = Cursor.read(str(page.after))
    raise AssertionError("it never ends")


def is_meant(generation: Generation, chosen: Chosen) -> bool:
    run = generation.run
    return (
        generation.is_final
        and chosen.person in (None, run.person)
        and (not chosen.model_keys or run.model_key in chosen.model_keys)
        and (not chosen.statuses or generation.status in chosen.statuses)
        and (not chosen.outcomes or generation.outcome in chosen.outcomes)
        and (chosen.since is None or run.created_at >= chosen.since)
        and (chosen.until is None or run.created_at < chosen.until)
        and (chosen.words is None or "boat" in run.prompt)
        and (not chosen.is_picked or Judgement.objects.filter(generation=generation, is_picked=True).exists())
    )


@pytest.mark.thorough
def test_pages_show_all_that_is_meant(full: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether the newest that are tried fill a page, some of it or none."""
    everything = sorted(
        Generation.objects.select_related("run__person"),
        key=lambda each: (-each.run.number, each.variation),
    )
    own, others = full.project.pk, Project.objects.exclude(pk=full.project.pk).get().pk
    scopes = {
        (own,): Scope.of(full.vera, full.project),
        (own, others): EVERYTHING,
        (own, others, 0): Scope(Run.objects.all(), (own, others)),
        (others, 0): Scope(Run.objects.all(), (others,)),
        (0,): Scope(Run.objects.all(), ()),
    }
    moments = st.none() | st.integers(0, 6).map(lambda days: BEGIN + timedelta(days=days))

    @settings(max_examples=100)
    @given(
        words=st.sampled_from([None, Words.read("boat")]),
        person=st.sampled_from([None, full.alice, full.bob]),
        model_keys=st.sampled_from([(), ("pro",), ("pro", "nb2")]),
        statuses=st.sampled_from([(), ("failed",), ("succeeded", "refused")]),
        outcomes=st.sampled_from([(), ("delivered",), ("refused_text", "failed_busy")]),
        since=moments,
        until=moments,
        is_picked=st.booleans(),
        projects=st.sampled_from(list(scopes)),
        count=st.integers(1, 20),
        sampled=st.sampled_from([1, 3, 100]),
        tried=st.sampled_from([1, 4, 100]),
        few=st.sampled_from([0, 100]),
    )
    def check(projects: tuple[int, ...], count: int, sampled: int, tried: int, few: int, **choice: object) -> None:
        monkeypatch.setattr("studio.gallery.newest.SAMPLED", sampled)
        monkeypatch.setattr("studio.gallery.newest.TRIED", tried)
        monkeypatch.setattr("studio.gallery.newest.FEW", few)
        chosen = Chosen(**choice)  # type: ignore[arg-type]
        expected = [each for each in everything if is_meant(each, chosen) and each.project_id in projects]
        assert pages(chosen, scopes[projects], count) == expected

    check()


SEARCHES = {
    "boat": {0, 1},
    "BOA": {0, 1},
    "red boat": {0},
    "golden hour": {1},
    "hour golden-": {1},
    "红色": {2},
    "红": {2},
    "色红": set(),
    "船 红色": {2},
    "4k": {3},
    "zurich cafe": {4},
    "Café": {4},
    "oat": set(),
    "nothing": set(),
}
"""What is typed, and which of the prompts have it."""


@pytest.mark.parametrize("text", SEARCHES)
def test_words_are_found(cast: Cast, text: str) -> None:
    for prompt in PROMPTS:
        end(make_run(cast.bob, cast.project, prompt=prompt).generations.get(), Outcome.DELIVERED)
    found = page_of(Chosen(words=Words.read(text)), EVERYTHING)
    assert {PROMPTS.index(each.run.prompt) for each in found.generations} == SEARCHES[text]


HOSTILE = [
    "'; DROP TABLE studio_run; --",
    '" OR prompt:*',
    "NEAR(red boat)",
    "red AND NOT",
    "col:red ^boat -x +y",
    "z & | ! <-> :*",
    "%s %(x)s %%",
    "\\' \\",
    "(((((",
    "*",
    "x" * 50_000,
    "(z+)+$" * 8_000,
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_is_only_looked_for(cast: Cast, text: str) -> None:
    end(make_run(cast.bob, cast.project).generations.get(), Outcome.DELIVERED)
    assert list(page_of(Chosen(words=Words.read(text)), EVERYTHING).generations) == []


def test_a_prompt_that_changes_is_found_by_what_it_says_now(cast: Cast) -> None:
    run = make_run(cast.bob, cast.project, prompt="A red boat")
    run.prompt = "A green train"
    run.save()
    assert not Run.objects.saying(Words.read("boat"))
    assert Run.objects.saying(Words.read("train")).get() == run


def test_a_frame_is_found_by_its_number(full: Cast) -> None:
    page = page_of(Chosen(frame=(3, 1)), EVERYTHING)
    assert [each.frame_number for each in page.generations] == ["3B"]


def test_a_stranger_s_history_is_empty(full: Cast) -> None:
    assert list(page_of(Chosen(), Scope.of(full.charlie, None)).generations) == []
    seen = {each.project for each in page_of(Chosen(), Scope.of(full.vera, None)).generations}
    assert seen == {full.project}
    assert len({each.project for each in page_of(Chosen(), Scope.of(full.dana, None)).generations}) == 2


@pytest.mark.parametrize("text", ["", "x", "1-2", "1-2-9", "-1-2-3", "9" * 17 + "-1-0", "1-2-3\n", "１-2-3"])
def test_a_cursor_that_is_none_is_nothing(text: str) -> None:
    assert Cursor.read(text) is None


PLANS = {
    "all": (Chosen(), "run_gallery", ["TEMP B-TREE"]),
    "words": (Chosen(words=Words.read("boat")), "studio_run_search VIRTUAL TABLE", ["TEMP B-TREE"]),
    "without a picture, rare": (Chosen(statuses=("failed",)), "INDEX generation_without_picture", []),
}


@pytest.mark.sqlite
@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("is_deep", [False, True], ids=["first", "deep"])
def test_it_is_read_by_index_in_the_order_it_is_shown_in(full: Cast, name: str, is_deep: bool) -> None:
    chosen, found_by, not_by = PLANS[name]
    runs = chosen.runs(Run.objects.filter(project=full.project), is_rare=True if chosen.statuses else None)
    if is_deep:
        runs = not_newer(runs, BEGIN, 9, is_searched=chosen.words is not None)
    plan = runs.values("pk")[:50].explain()
    assert found_by in plan, plan
    for word in not_by:
        assert word not in plan, plan


@pytest.mark.sqlite
def test_what_words_lead_to_is_asked_for_its_project_before_it_is_read(full: Cast) -> None:
    """Of many projects it is not: that would be a seek for each of them."""
    chosen = Chosen(words=Words.read("boat"))
    plan = chosen.runs(Scope.of(full.vera, full.project).by_words).values("pk")[:50].explain()
    belongs = "own USING COVERING INDEX studio_run_project_id_648ddd29 (project_id=? AND rowid=?)"
    assert belongs in plan, plan
    assert plan.index(belongs) < plan.index("studio_run USING INTEGER PRIMARY KEY"), plan
    for each in (Scope.of(full.dana, None), Scope(Run.objects.all(), tuple(range(SOUGHT_PROJECTS_MAX + 1)))):
        assert "studio_run_project_id" not in chosen.runs(each.by_words).values("pk")[:50].explain()


@pytest.mark.pg
def test_postgresql_is_told_whether_to_begin_with_the_words(full: Cast) -> None:
    """Read through, a word has no index to be tempted by; collected, the order of the page has none."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        chosen = Chosen(words=Words.read("红色"))
        through = chosen.runs(Run.objects.all(), is_rare=False)[:50].explain()
        collected = chosen.runs(Run.objects.all(), is_rare=True).order_by(unindexed().desc())[:50].explain()
        here = chosen.runs(Scope.of(full.vera, full.project).by_words, is_rare=True).order_by(unindexed().desc())
        in_project = here[:50].explain()
    assert "run_gallery_everywhere" in through
    assert "studio_run_search" not in through
    assert "studio_run_search" in collected
    assert "Index Cond: ((ARRAY[project_id] && " in in_project, in_project


def test_who_makes_in_which_projects_is_answered_as_for_one(cast: Cast) -> None:
    """Asked once for all of a page, and once for each, it must come to the same."""
    archived = Project.objects.create(name="Old", archived_at=BEGIN)
    for person in (cast.alice, cast.bob, cast.vera):
        archived.memberships.create(person=person, role=Role.MAKER)
    both = [cast.project, archived]
    for person in (cast.alice, cast.bob, cast.vera, cast.charlie, cast.dana):
        expected = {project.pk for project in both if can_make(person, project)}
        assert projects_made_in(person, both) == expected, person
