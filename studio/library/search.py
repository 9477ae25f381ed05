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
    return _prompts(keys)


def newest_of_all(
    project: Project, count: int, *, is_archived: bool = False, before: int | None = None
) -> list[Prompt]:
    """The same of all the project has, whatever their words.

    By their keys first, which an index of those in use has, and one of the archived: asked for whole rows, both
    databases go through the newest of either kind, until they have a page of the one.
    """
    prompts = Prompt.objects.filter(project=project, archived_at__isnull=not is_archived).order_by("-pk")
    return _prompts(_keys(prompts if before is None else prompts.filter(pk__lt=before), count))


def _tried(kept: PromptQuerySet, here: PromptQuerySet, project: Project, words: Words, count: int) -> list[int]:
    """PostgreSQL: among the newest of the project, or by the words, which know the project as well."""

    def edge(number: int) -> int | None:
        return next(iter(here.order_by("-pk").values_list("pk", flat=True)[number : number + 1]), None)

    def found(last: int | None) -> list[int]:
        these = here.filter(pk__lte=first or 0, pk__gte=last or 0)
        return _keys(these.saying(words, is_read_through=True), count)

    # Archived ones begin here: those in use are newer, and would be read for nothing.
    first = edge(0)
    keys = tried(count, edge, found, of=(SAMPLED, TRIED))
    if keys is None:
        # In an order that no index has: what was asked for comes first then, and not the newest of all.
        unindexed = RawSQL("studio_prompt.id + 0", [], output_field=BigIntegerField())
        keys = _keys(in_projects(kept, [project.pk]).saying(words).order_by(unindexed.desc()), count)
    return keys


def _prompts(keys: list[int]) -> list[Prompt]:
    found = Prompt.objects.select_related("current").in_bulk(keys)
    return [found[key] for key in keys]


def _keys(prompts: PromptQuerySet, count: int) -> list[int]:
    return list(prompts.values_list("pk", flat=True)[:count])
