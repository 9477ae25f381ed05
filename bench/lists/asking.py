"""Somebody who looks at every list that grows with the studio."""

from typing import Final

from django.urls import reverse

from bench.lists.fill import WITHOUT_BOATS
from bench.visits import Visits, signed_in
from studio.models import Notice, Project, Prompt

_LONG: Final = (
    *("studio_ledgerentry", "studio_prompt", "studio_promptversion", "studio_notice", "studio_auditentry"),
    *("studio_budgetrequest", "studio_chargequestion", "studio_run"),
)


class Reader(Visits):
    """The first of its people: an admin, whose statement, library and notices are the long ones."""

    def __init__(self, count: int) -> None:
        admin = signed_in(1)
        project = Project.objects.get(pk=1).public_id
        prompts, usage, notices = reverse("prompts", args=[project]), reverse("usage"), reverse("notices")
        elsewhere = reverse("prompts", args=[Project.objects.get(pk=WITHOUT_BOATS).public_id])
        half = Prompt.objects.get(pk=count // 2).public_id
        middle = Notice.objects.get(pk=count // 2)
        at = int(middle.told_at.timestamp() * 1_000_000)
        pages = {
            "my usage": usage,
            "my usage with holds": f"{usage}?all=1",
            "my usage, further down": f"{usage}?before={count // 2}",
            "with holds, further down": f"{usage}?all=1&before={count // 2}",
            "the prompts": prompts,
            "the prompts, deep down": f"{prompts}?before={half}",
            "archived prompts": f"{prompts}?show=archived",
            "a prompt": reverse("prompt", args=[half]),
            "prompts with a common word": f"{prompts}?q=boat",
            "a common word, deep down": f"{prompts}?q=train&before={half}",
            "a common word of archived ones": f"{prompts}?q=boat&show=archived",
            "a common word that is not here": f"{elsewhere}?q=boat",
            "prompts with a rare word": f"{prompts}?q=lighthouse",
            "prompts with a word in none": f"{prompts}?q=zeppelin",
            "prompts with one letter": f"{prompts}?q=b",
            "prompts with a letter of none": f"{prompts}?q=z",
            "two Chinese characters": f"{prompts}?q=红色",
            "two frequent words": f"{prompts}?q=train+number",
            "the notices": notices,
            "the notices, deep down": f"{notices}?before={at}-{middle.pk}",
            "the audit log": reverse("audit"),
            "the audit log, deep down": f"{reverse('audit')}?before={count // 2}",
            "the review inbox": reverse("inbox"),
            "the people": reverse("people"),
            "budgets": reverse("budgets"),
            "keys and models": reverse("provider"),
            "the spend review": reverse("spend"),
        }
        super().__init__({name: (admin, address) for name, address in pages.items()}, _is_long)


def _is_long(sql: str) -> bool:
    return sql.startswith("SELECT") and sql.partition(" FROM ")[2].startswith(tuple(f'"{table}"' for table in _LONG))
