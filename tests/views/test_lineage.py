"""Where a frame comes from, what became of it, and what the branch has cost."""

from collections.abc import Callable

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from studio.models import Generation, User
from studio.provider.outcome import Outcome
from studio.views import lineage
from studio.views.lineage import Lineage
from tests.people import Cast
from tests.runs import make_run
from tests.views.booked import end, end_with_a_turn
from tests.views.test_generations import delivered, read

type SignIn = Callable[[User], Client]


def made_from(cast: Cast, *parents: Generation, variations: int = 1) -> list[Generation]:
    """A run with these frames' pictures as its inputs, delivered."""
    run = make_run(cast.alice, cast.project, variations=variations)
    for position, parent in enumerate(parents, start=1):
        run.inputs.create(position=position, output=parent.outputs.get())
    for generation in run.generations.all():
        end(generation, Outcome.DELIVERED)
    return list(run.generations.all())


def numbers(generations: object) -> set[str]:
    return {str(each) for each in generations}  # type: ignore[attr-defined]


def test_a_branch_is_all_that_was_made_from_it_and_from_that(cast: Cast) -> None:
    root = delivered(cast)  # 1A
    left, right = made_from(cast, root, variations=2)  # 2A, 2B
    (both,) = made_from(cast, left, right)  # 3A
    refused = make_run(cast.bob, cast.project)
    refused.inputs.create(position=1, output=both.outputs.get())
    end(refused.generations.get(), Outcome.REFUSED_PROMPT)  # 4A
    made_from(cast)  # 5A: no part of it

    of_root, of_both = Lineage(root), Lineage(both)
    assert {str(child.generation) for child in of_root.children} == {"2A", "2B"}
    assert numbers(Generation.objects.filter(pk__in=[each.pk for each in of_root.after.frames])) == {
        "2A", "2B", "3A", "4A",
    }  # fmt: skip
    assert of_root.after.cost == "$0.27 charged, $0.09 presumed"
    assert of_root.before.frames == ()
    assert len(of_both.before.frames) == 3
    assert of_both.before.cost == "$0.27 charged"
    assert of_both.after.cost == "$0.09 presumed"


def test_a_conversation_is_a_branch_too(cast: Cast) -> None:
    first = end_with_a_turn(make_run(cast.bob, cast.project).generations.get())
    second = end_with_a_turn(make_run(cast.bob, cast.project, continues=first).generations.get())
    third = end_with_a_turn(make_run(cast.bob, cast.project, continues=second).generations.get())
    assert len(Lineage(first).after.frames) == 2
    assert len(Lineage(third).before.frames) == 2
    assert [child.generation for child in Lineage(first).children] == [second]


def test_the_page_says_it(cast: Cast, signed_in: SignIn) -> None:
    root = delivered(cast)
    (child,) = made_from(cast, root)
    made_from(cast, child, variations=2)
    bob = signed_in(cast.bob)
    assert "3 frames from it, $0.27 charged" in read(bob, root)
    text = read(bob, child)
    assert "1 frame before, $0.09 charged" in text
    assert "2 frames from it, $0.18 charged" in text
    assert text.partition('aria-label="Lineage"')[2].count('aria-current="true"') == 1


def test_what_is_too_long_is_said_to_be_longer(cast: Cast, monkeypatch: object) -> None:
    root = delivered(cast)
    made_from(cast, root, variations=4)
    monkeypatch.setattr(lineage, "BRANCH_FRAMES_MAX", 3)  # type: ignore[attr-defined]
    after = Lineage(root).after
    assert (len(after.frames), after.is_cut) == (3, True)


def test_many_children_cost_no_more_questions_than_few(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    root = delivered(cast)
    for _ in range(3):
        made_from(cast, root, variations=5)
    of_root = Lineage(Generation.objects.select_related("run").get(pk=root.pk))
    # What was made from it; those, and their pictures; how many more; nothing from that; what it cost.
    with django_assert_num_queries(6):
        assert len(of_root.children) == 12
        assert of_root.further_children_count == 3
        assert of_root.after.cost == "$1.35 charged"
