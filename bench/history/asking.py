"""Somebody who looks through the history."""

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from bench.history import COMMON, DEEP, FIRST, RARE
from bench.history.fill import ADMIN, GUEST, MEMBER, NEWCOMER, NO_BOATS
from bench.visits import Visits, signed_in
from studio.gallery.cursor import Cursor
from studio.models import Project, Run


class Visitor(Visits):
    """An admin, a member of two projects, one of two that were left long ago, and one whose project is empty."""

    def __init__(self, depth: int) -> None:
        admin, member, guest, newcomer = map(signed_in, (ADMIN, MEMBER, GUEST, NEWCOMER))
        first, boatless = (Project.objects.get(pk=pk).public_id for pk in (1, NO_BOATS))
        project, everywhere = reverse("project-gallery", args=[first]), reverse("gallery")
        far = Run.objects.order_by("-number")[depth]
        after = str(Cursor(far.created_at, far.number, 0))
        days = timezone.localdate(far.created_at)
        pages: dict[str, tuple[Client, str]] = {
            FIRST: (admin, project),
            "all projects, an admin": (admin, everywhere),
            "all projects, a member": (member, everywhere),
            "all projects, of idle ones": (guest, everywhere),
            "all projects, of an empty one": (newcomer, everywhere),
            DEEP: (admin, f"{everywhere}?after={after}"),
            "a project deep down": (admin, f"{project}?after={after}"),
            COMMON: (admin, f"{everywhere}?q=boat"),
            RARE: (admin, f"{everywhere}?q=lighthouse"),
            "two common words": (admin, f"{everywhere}?q=boat+tower"),
            "a common word in a project": (admin, f"{project}?q=boat"),
            "a common word, but not there": (admin, f"{reverse('project-gallery', args=[boatless])}?q=boat"),
            "a common word, a member": (member, f"{everywhere}?q=boat"),
            "a common word, of idle ones": (guest, f"{everywhere}?q=boat"),
            "a common word deep down": (admin, f"{everywhere}?q=boat&after={after}"),
            "a word in one of 250": (admin, f"{everywhere}?q=w17"),
            "no such word": (admin, f"{everywhere}?q=zeppelin"),
            "two Chinese characters": (admin, f"{everywhere}?q=红色"),
            "a person's": (admin, f"{project}?person=p2"),
            "a seldom model's": (admin, f"{project}?model=gen1"),
            "refused ones": (admin, f"{project}?status=refused"),
            "what nobody knows": (admin, f"{everywhere}?status=unknown"),
            "what nobody knows, in a project": (admin, f"{project}?outcome=unanswered"),
            "what failed: none": (admin, f"{project}?status=failed"),
            "starred ones": (admin, f"{everywhere}?star=1"),
            "picked ones": (admin, f"{project}?picked=1"),
            "a day long ago": (admin, f"{project}?since={days}&until={days}"),
            "the feed": (admin, reverse("project", args=[first])),
            "the feed deep down": (admin, f"{reverse('project', args=[first])}?before={far.number}"),
            "the list of projects": (admin, reverse("projects")),
            "the trash": (admin, reverse("trash", args=[first])),
            "the system page": (admin, reverse("system")),
        }
        super().__init__(pages, _finds_runs)


def _finds_runs(sql: str) -> bool:
    """Whether it is the question behind the page: the keys of so many runs."""
    return sql.startswith(('SELECT "studio_run"."id" AS "pk" FROM', 'SELECT "studio_run"."id" FROM'))
