"""What is said about a frame, as its page shows it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from .. import access
from ..models import MAKERS, Comment, Generation, Role, Status, User, Verdict
from .sharing import Sharing

COMMENTS_SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class Said:
    """One comment, and what the reader may do about it."""

    comment: Comment
    may_edit: bool
    may_delete: bool


class Talk:
    """Comments and verdict of a frame, for one reader. Nothing is asked of the database before it is shown."""

    def __init__(self, generation: Generation, user: User, *, shows_all: bool = False) -> None:
        self.generation = generation
        self._user = user
        self._shows_all = shows_all
        self.now: datetime = timezone.now()

    @cached_property
    def comments(self) -> list[Said]:
        """Oldest first; of many, the newest."""
        shown = self._read if self._shows_all else self._read[:COMMENTS_SHOWN]
        return [self.said(comment) for comment in reversed(shown)]

    @cached_property
    def _read(self) -> list[Comment]:
        """Newest first, one more than is shown, to know whether there are older ones."""
        newest = self._comments.select_related("person", "deleted_by").order_by("-pk")
        return list(newest if self._shows_all else newest[: COMMENTS_SHOWN + 1])

    @cached_property
    def count(self) -> int:
        """Counted only where not all of them are shown."""
        return self._comments.count() if self.is_cut_off else len(self.comments)

    @property
    def is_cut_off(self) -> bool:
        return len(self._read) > len(self.comments)

    @property
    def _comments(self) -> QuerySet[Comment]:
        return Comment.objects.filter(generation=self.generation)

    def said(self, comment: Comment) -> Said:
        is_own = comment.person_id == self._user.pk
        return Said(
            comment,
            may_edit=comment.may_be_edited_by(self._user, self.now),
            may_delete=not comment.is_deleted and (is_own or self._role == Role.OWNER),
        )

    @cached_property
    def verdict(self) -> Verdict | None:
        return Verdict.objects.select_related("person").filter(generation=self.generation).first()

    @property
    def may_decide(self) -> bool:
        return self._role in MAKERS and self.generation.status == Status.SUCCEEDED

    @cached_property
    def sharing(self) -> Sharing:
        return Sharing(self.generation, self._user, is_owner=self._role == Role.OWNER)

    @cached_property
    def _role(self) -> Role | None:
        return access.role_in(self._user, self.generation.project)
