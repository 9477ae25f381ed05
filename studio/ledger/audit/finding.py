from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from django.utils.translation import gettext

RUNBOOK: Final = "docs/operations.md"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: of which kind, on which row, in words.

    `template` is a text of the translations with places for `facts`, so that a finding that was kept is read in the
    language of whoever looks at it.
    """

    kind: str
    row: str
    template: str
    facts: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def words(self) -> str:
        return gettext(self.template) % self.facts

    @property
    def runbook(self) -> str:
        """Where it is written what this means and what to do."""
        return f"{RUNBOOK}#{self.kind}"
