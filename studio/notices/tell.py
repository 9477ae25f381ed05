"""The only writer of notices. What was not read yet takes up what is told next of the same."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F

from ..models import Comment, Generation, Notice, Project, User


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What happened. `about` names it: one unread notice of each name. With `replaces` the last one alone counts."""

    kind: Notice.Kind
    about: str
    by: User | None = None
    project: Project | None = None
    generation: Generation | None = None
    comment: Comment | None = None
    amount_micros: int | None = None
    count: int = 1
    replaces: bool = False

    @property
    def facts(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "by": self.by,
            "project": self.project,
            "generation": self.generation,
            "comment": self.comment,
        }


def tell(people: Collection[int], news: News, *, now: datetime) -> None:
    """Tell these people, by their keys; never whoever did it themselves."""
    for key in sorted(set(people) - {news.by.pk if news.by else None}):
        _tell(key, news, now)


def untell(news_about: str) -> None:
    """It is not so any more: whoever has not read of it does not hear of it."""
    Notice.objects.unread().filter(about=news_about).delete()


def _tell(person_key: int, news: News, now: datetime) -> None:
    if _add(person_key, news, now):
        return
    facts = {**news.facts, "amount_micros": news.amount_micros, "count": news.count, "told_at": now}
    try:
        with transaction.atomic():
            Notice.objects.create(person_id=person_key, about=news.about, **facts)
    except IntegrityError:  # somebody else told of it at the same moment
        _add(person_key, news, now)


def _add(person_key: int, news: News, now: datetime) -> bool:
    """Into the unread notice of the same, by one update. False: there is none."""
    grown: dict[str, Any] = {"count": F("count") + news.count}
    if news.amount_micros is not None:
        grown["amount_micros"] = F("amount_micros") + news.amount_micros
    if news.replaces:
        grown = {"count": news.count, "amount_micros": news.amount_micros}
    unread = Notice.objects.unread().filter(person=person_key, about=news.about)
    return bool(unread.update(**news.facts, **grown, told_at=now, mailed_at=None))
