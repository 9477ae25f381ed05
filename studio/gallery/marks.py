"""What people put on frames: a star of their own; tags, a rating and a pick that the whole project shares."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from ..models import Generation, Judgement, Project, Star, Tag, Tagging, User
from ..models.judgement import RATING_MAX
from ..models.tag import NAME_CHARACTERS_MAX, tag_key
from ..notices import occasions

KNOWN_TAGS_MAX: Final = 200
TAGS_MAX: Final = 20
"""On one frame: more would not be read."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is on one frame, as one person sees it."""

    is_starred: bool = False
    rating: int | None = None
    is_picked: bool = False
    tags: Sequence[Tag] = ()

    @property
    def is_any(self) -> bool:
        return bool(self.is_starred or self.rating or self.tags)


class BadTag(ValueError):
    """A name that cannot be a tag's, or one tag too many."""


def marks_of(generations: Iterable[Generation], person: User) -> Mapping[int, Marks]:
    """By the key of the generation, for all of them, in three questions."""
    keys = [generation.pk for generation in generations]
    stars = set(Star.objects.filter(person=person, generation__in=keys).values_list("generation", flat=True))
    judged = Judgement.objects.in_bulk(keys)
    tags: dict[int, list[Tag]] = {}
    for each in Tagging.objects.filter(generation__in=keys).select_related("tag").order_by("tag__key"):
        tags.setdefault(each.generation_id, []).append(each.tag)
    return {key: _marks(key in stars, judged.get(key), tags.get(key, [])) for key in keys}


def tags_of(projects: QuerySet[Project]) -> dict[str, str]:
    """The names of all their tags by key. A word that two projects wrote differently is one."""
    return dict(Tag.objects.filter(project__in=projects).order_by("key", "-pk").values_list("key", "name"))


def known_tags(project: Project) -> list[str]:
    """To choose from while one is typed."""
    return list(Tag.objects.filter(project=project).values_list("name", flat=True)[:KNOWN_TAGS_MAX])


def star(generations: Collection[Generation], person: User, *, is_starred: bool) -> None:
    """Put this person's star on them, or take it off."""
    if is_starred:
        rows = [Star(person=person, generation=generation) for generation in generations]
        Star.objects.bulk_create(rows, ignore_conflicts=True)
    else:
        Star.objects.filter(person=person, generation__in=generations).delete()


def rate(generations: Collection[Generation], rating: int | None, *, by: User) -> None:
    """1 to 5; None takes the rating away."""
    assert rating is None or 1 <= rating <= RATING_MAX, rating
    _judge(generations, {"rating": rating}, by)


@transaction.atomic
def pick(generations: Collection[Generation], *, is_picked: bool, by: User) -> None:
    """Whose picture is picked is told of it; of the way back nobody is."""
    picked = Judgement.objects.filter(generation__in=generations, is_picked=True)
    already = set(picked.values_list("generation", flat=True)) if is_picked else set()
    _judge(generations, {"is_picked": is_picked}, by)
    if is_picked:
        new = [generation for generation in generations if generation.pk not in already]
        occasions.picked(new, by=by, now=timezone.now())


def tag(generations: Collection[Generation], name: str, *, by: User) -> None:
    """Put the tag of this name on them, in each one's own project. Raises `BadTag`, and then none of them has it."""
    name = " ".join(name.split())
    key = tag_key(name)
    if not key or len(name) > NAME_CHARACTERS_MAX or not name.isprintable():
        raise BadTag(name)
    with transaction.atomic():
        for project_id in sorted({generation.project_id for generation in generations}):
            made, _is_new = Tag.objects.get_or_create(project_id=project_id, key=key, defaults={"name": name})
            rows = [
                Tagging(tag=made, generation=generation, person=by)
                for generation in generations
                if generation.project_id == project_id
            ]
            Tagging.objects.bulk_create(rows, ignore_conflicts=True)
        numbers = Tagging.objects.filter(generation__in=generations).values("generation").annotate(number=Count("pk"))
        if numbers.filter(number__gt=TAGS_MAX).exists():
            raise BadTag(name)


def untag(generations: Collection[Generation], key: str) -> None:
    """Take the tag off them. A tag on no frame any more is gone."""
    with transaction.atomic():
        Tagging.objects.filter(generation__in=generations, tag__key=key).delete()
        projects = {generation.project_id for generation in generations}
        Tag.objects.filter(project__in=projects, key=key, taggings=None).delete()


def _judge(generations: Collection[Generation], change: Mapping[str, object], by: User) -> None:
    rows = [Judgement(generation=generation, person=by, **change) for generation in generations]
    Judgement.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["generation"],
        update_fields=[*change, "person", "changed_at"],
    )


def _marks(is_starred: bool, judged: Judgement | None, tags: Sequence[Tag]) -> Marks:
    return Marks(is_starred, judged.rating if judged else None, bool(judged and judged.is_picked), tags)
