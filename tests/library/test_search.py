"""The library is found by the words of titles and texts, page after page, in the form that stays quick."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from studio.library import search
from studio.library.keep import Draft, Overtaken, archive, restore, rewrite
from studio.library.search import newest
from studio.library.wording import Wording
from studio.models import Project, Prompt
from studio.models.found_first import in_projects
from studio.tokens import Words
from tests import people
from tests.library.kept import make_prompt
from tests.people import Cast

KEPT = {
    "Still life": "Matte {{material}} on seamless paper, light from the left",
    "Boote": "A red boat at golden-hour",
    "红色的船": "one ship, 4K",
    "Café in Zürich": "两杯咖啡 on a table",
    "Boats": "A blue lake",
}
"""Titles and texts, the oldest first."""

FOUND = {
    "still": ["Still life"],
    "PAPER still": ["Still life"],
    "material": ["Still life"],
    "boat": ["Boats", "Boote"],
    "red boat": ["Boote"],
    "golden hour": ["Boote"],
    "hour, golden!": ["Boote"],
    "红色": ["红色的船"],
    "色红": [],
    "船 4k": ["红色的船"],
    "咖啡": ["Café in Zürich"],
    "zurich 杯": ["Café in Zürich"],
    "paper boat": [],
    "oat": [],
    "zeppelin": [],
    "bo": ["Boats", "Boote"],
    "l": ["Boats", "Still life"],
    "l boat": [],
    "%": [],
    "_": [],
    "' OR 1=1 --": [],
    '" OR title:*': [],
    "NEAR(red boat)": [],
    "b* | (": ["Boats", "Boote"],
    "%s %(x)s": [],
    "\\": [],
    "\x00": [],
    "\ud800": [],
}
"""What is typed, and what is found; of a word that is being typed the first letter is enough."""


@pytest.fixture
def full(db: None) -> Cast:
    cast = people.cast()
    for title, text in KEPT.items():
        make_prompt(cast.bob, cast.project, title=title, wording=Wording(text))
    return cast


def found(project: Project, text: str, count: int = 10, before: int | None = None, **more: bool) -> list[str]:
    prompts = newest(project, Words.read(text, is_being_typed=True), count, before=before, **more)
    return [prompt.title for prompt in prompts]


@pytest.mark.parametrize("text", FOUND, ids=range(len(FOUND)))
def test_words_are_found_newest_first(full: Cast, text: str) -> None:
    assert found(full.project, text) == FOUND[text]


@pytest.mark.parametrize(("sampled", "tried"), [(1, 2), (2, 4), (100, 100)], ids=["rare", "sampled", "all"])
def test_page_after_page_shows_each_once(full: Cast, monkeypatch: pytest.MonkeyPatch, sampled: int, tried: int) -> None:
    """Whether the newest that are tried fill a page, some of it or none; and nobody else's, and nothing archived."""
    monkeypatch.setattr(search, "SAMPLED", sampled)
    monkeypatch.setattr(search, "TRIED", tried)
    other = Project.objects.create(name="Other")
    for number in range(7):
        make_prompt(full.bob, full.project, title=f"Lake {number}")
        make_prompt(full.bob, other, title=f"Foreign lake {number}")
        put_away = make_prompt(full.bob, full.project, title=f"Old lake {number}")
        archive(put_away, person=full.bob, now=timezone.now())
    expected = [*(f"Lake {number}" for number in reversed(range(7))), "Boats"]
    for count in (1, 3, 5):
        titles: list[str] = []
        before = None
        while page := newest(full.project, Words.read("lake"), count, before=before):
            titles += [prompt.title for prompt in page]
            before = page[-1].pk
        assert titles == expected
    assert found(full.project, "lake", 2, is_archived=True) == ["Old lake 6", "Old lake 5"]


def test_a_prompt_is_found_by_what_it_says_now(full: Cast) -> None:
    boat = Prompt.objects.get(title="Boote")
    now = timezone.now()
    rewrite(boat, Draft(title="Boote", wording=Wording("A green train")), base=1, person=full.bob, now=now)
    assert found(full.project, "train") == ["Boote"]
    assert found(full.project, "golden") == []
    rewrite(boat, Draft(title="Railways", wording=Wording("A green train")), base=2, person=full.bob, now=now)
    assert found(full.project, "railways train") == ["Railways"]
    assert found(full.project, "boote") == []
    restore(boat, boat.versions.get(number=1), person=full.bob, now=now)
    assert found(full.project, "railways golden") == ["Railways"]
    Prompt.objects.filter(pk=boat.pk).update(archived_at=now)
    assert found(full.project, "railways") == []


def test_a_title_does_not_bring_old_words_back(full: Cast) -> None:
    """Somebody wrote another version since: what it is found by would be the title with the words before."""
    stale, boat = (Prompt.objects.get(title="Boote") for _ in range(2))
    now = timezone.now()
    assert stale.current
    rewrite(boat, Draft(title="Boote", wording=Wording("A green train")), base=1, person=full.bob, now=now)
    with pytest.raises(Overtaken):
        rewrite(stale, Draft(title="Ships", wording=Wording(KEPT["Boote"])), base=1, person=full.bob, now=now)
    assert found(full.project, "boote train") == ["Boote"]


def test_it_is_asked_in_as_many_questions_however_much_is_found(full: Cast) -> None:
    asked = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as few:
            found(full.project, "boat")
        asked.append(len(few))
        for number in range(5):
            make_prompt(full.bob, full.project, title=f"Boat {number}")
    assert asked[0] == asked[1] == (2 if connection.vendor == "sqlite" else 4)


@pytest.mark.sqlite
def test_sqlite_reads_its_words_from_the_newest_down(full: Cast) -> None:
    for text in ("boat", "b"):
        words = Words.read(text, is_being_typed=True)
        plan = Prompt.objects.filter(project=full.project).saying(words).values("pk")[:5].explain()
        assert "SCAN studio_prompt_search VIRTUAL TABLE" in plan, plan
        assert "TEMP B-TREE" not in plan, plan


@pytest.mark.pg
def test_postgresql_is_told_whether_to_begin_with_the_words(full: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        words = Words.read("红色")
        through = Prompt.objects.filter(project=full.project).saying(words, is_read_through=True)[:5].explain()
        cursor.execute("SET LOCAL enable_indexscan = off")  # of five rows it would rather read another index to its end
        collected = in_projects(Prompt.objects.all(), [full.project.pk]).saying(words).order_by()[:5].explain()
    assert "IS TRUE" in through
    assert "studio_prompt_search" not in through, through
    assert "Index Cond: ((ARRAY[project_id] && " in collected, collected
