"""The only writer of comments: say something, say it better, take it back."""

from datetime import datetime

from django.db import transaction

from ..models import Comment, Generation, User
from ..notices import occasions


@transaction.atomic
def say(generation: Generation, text: str, *, person: User, now: datetime) -> Comment:
    """Said, and told to whoever takes part."""
    comment = Comment.objects.create(generation=generation, person=person, text=text, created_at=now)
    occasions.commented(comment, now=now)
    return comment


def reword(comment: Comment, text: str, *, now: datetime) -> bool:
    """Other words for a comment. False if it was deleted meanwhile."""
    return Comment.objects.filter(pk=comment.pk, deleted_at=None).update(text=text, edited_at=now) == 1


def take_back(comment: Comment, *, by: User, now: datetime) -> bool:
    """Its words are gone for good; that something was said stays. False if it was deleted already."""
    there = Comment.objects.filter(pk=comment.pk, deleted_at=None)
    return there.update(text="", deleted_at=now, deleted_by=by) == 1
