"""What people made of a frame, out and in: rating, pick, tags, verdict and comments. Stars are each person's own."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db.models import Prefetch, QuerySet

from ..models import Comment, Generation, Judgement, Project, Tag, Tagging, User, Verdict
from ..models.tag import tag_key
from . import document as said

_CHUNK = 500

type Numbered = Callable[[User], int]
"""The key that a person has in the document."""


def with_talk(generations: QuerySet[Generation]) -> QuerySet[Generation]:
    """With all that `talk_of` says, in a handful of questions for however many."""
    return generations.select_related("judgement__person", "verdict__person").prefetch_related(
        Prefetch("tags", Tag.objects.order_by("key")),
        Prefetch("comments", Comment.objects.select_related("person", "deleted_by").order_by("pk")),
    )


def talk_of(generation: Generation, person: Numbered) -> dict[str, Any]:
    """As fields of `said.Made`."""
    judged: Judgement | None = getattr(generation, "judgement", None)
    verdict: Verdict | None = getattr(generation, "verdict", None)
    return {
        "judged": said.Judged(
            rating=judged.rating,
            is_picked=judged.is_picked,
            person=person(judged.person) if judged.person else None,
        )
        if judged
        else None,
        "verdict": said.Decided(
            is_approved=verdict.is_approved, person=person(verdict.person), decided_at=verdict.decided_at
        )
        if verdict
        else None,
        "tags": [tag.name for tag in generation.tags.all()],
        "comments": [
            said.Commented(
                person=person(comment.person),
                text=comment.text,
                created_at=comment.created_at,
                edited_at=comment.edited_at,
                deleted_at=comment.deleted_at,
                deleted_by=person(comment.deleted_by) if comment.deleted_by else None,
            )
            for comment in generation.comments.all()
        ],
    }


class Talk:
    """Writes it: nobody is told of what was said elsewhere. Whoever is not here is named in front of their words."""

    def __init__(self, project: Project, people: Sequence[User], names: Mapping[int, str]) -> None:
        """`people` by their keys; `names` of those who are somebody else here."""
        self._project = project
        self._people = people
        self._names = names

    def write(self, rows: Sequence[tuple[Generation, said.Made]]) -> None:
        Judgement.objects.bulk_create(
            [self._judgement(frame, made.judged) for frame, made in rows if made.judged], batch_size=_CHUNK
        )
        Verdict.objects.bulk_create(
            [self._verdict(frame, made.verdict) for frame, made in rows if made.verdict], batch_size=_CHUNK
        )
        Comment.objects.bulk_create(
            [self._comment(frame, each) for frame, made in rows for each in made.comments], batch_size=_CHUNK
        )
        self._tags(rows)

    def _judgement(self, frame: Generation, judged: said.Judged) -> Judgement:
        person = None if judged.person is None else self._people[judged.person]
        return Judgement(generation=frame, rating=judged.rating, is_picked=judged.is_picked, person=person)

    def _verdict(self, frame: Generation, verdict: said.Decided) -> Verdict:
        facts = {"is_approved": verdict.is_approved, "decided_at": verdict.decided_at}
        return Verdict(generation=frame, person=self._people[verdict.person], **facts)

    def _comment(self, frame: Generation, each: said.Commented) -> Comment:
        name = self._names.get(each.person)
        return Comment(
            generation=frame,
            person=self._people[each.person],
            text=f"{name}: {each.text}" if name and each.text else each.text,
            created_at=each.created_at,
            edited_at=each.edited_at,
            deleted_at=each.deleted_at,
            deleted_by=None if each.deleted_by is None else self._people[each.deleted_by],
        )

    def _tags(self, rows: Sequence[tuple[Generation, said.Made]]) -> None:
        names: dict[str, str] = {}
        for _frame, made in rows:
            for name in made.tags:
                names.setdefault(tag_key(name), name)
        tags = Tag.objects.bulk_create(
            [Tag(project=self._project, key=key, name=name) for key, name in names.items()], batch_size=_CHUNK
        )
        by_key = {tag.key: tag for tag in tags}
        Tagging.objects.bulk_create(
            [
                Tagging(tag=by_key[key], generation=frame, person=frame.person)
                for frame, made in rows
                for key in dict.fromkeys(map(tag_key, made.tags))
            ],
            batch_size=_CHUNK,
        )
