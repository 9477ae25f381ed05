"""The prompts of a library that are looked for, newest first, in the forms that `models/found_first.py` explains."""

from django.db import connection
from django.db.models import BigIntegerField
from django.db.models.expressions import RawSQL

from ..models import Project, Prompt
from ..models.found_first import SAMPLED, TRIED, in_projects, older, tried
from ..models.prompt import PromptQuerySet
from ..tokens import Words


def newest(
    project: Project, words: Words, count: int, *, is_archived: bool = False, before: int | None = None
) -> list[Prompt]:
    """So many that have all of the words in title or text, each with its newest version; behind the key `before`.

    Nothing has what are no words.
    """
    kept = Prompt.objects.filter(archived_at__isnull=not is_archived)
    here = kept.filter(project=project)
    if before is not None:
        kept, here = (older(rows, before, is_searched=True) for rows in (kept, here))
    keys = (
        _keys(here.saying(words), count) if connection.vendor == "sqlite" else _tried(kept, here, project, words, count)
    )
    found = Prompt.objects.select_related("current").in_bulk(keys)
    return [found[key] for key in keys]


def _tried(kept: PromptQuerySet, here: PromptQuerySet, project: Project, words: Words, count: int) -> list[int]:
    """PostgreSQL: among the newest of the project, or by the words, which know the project as well."""

    def edge(number: int) -> int | None:
        return next(iter(here.order_by("-pk").values_list("pk", flat=True)[number : number + 1]), None)

    def found(edge: int | None) -> list[int]:
        these = here if edge is None else here.filter(pk__gte=edge)
        return _keys(these.saying(words, is_read_through=True), count)

    keys = tried(count, edge, found, of=(SAMPLED, TRIED))
    if keys is None:
        # In an order that no index has: what was asked for comes first then, and not the newest of all.
        unindexed = RawSQL("studio_prompt.id + 0", [], output_field=BigIntegerField())
        keys = _keys(in_projects(kept, [project.pk]).saying(words).order_by(unindexed.desc()), count)
    return keys


def _keys(prompts: PromptQuerySet, count: int) -> list[int]:
    return list(prompts.values_list("pk", flat=True)[:count])
