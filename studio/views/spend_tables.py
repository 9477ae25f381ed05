"""The tables of the spend review: cells of the month summed up by model, person, project and reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..ledger.charges import WASTE, WASTE_NAMED
from ..ledger.review import Cell, Totals, allowances, grouped
from ..models import Project, User
from ..provider.catalogue import MODELS, Model
from ..provider.outcome import Outcome
from .charges import BECAME_WORDS
from .charts import filled

BUDGET_BAR_WIDTH = 88
# The layers of the chart, in the order of the catalogue; charts.css says what they look like.
_STYLES = ("c1", "c2", "c5", "c3", "c4")


@dataclass(frozen=True, slots=True)
class ModelShare:
    """One entry of the legend, and one layer of the chart."""

    model: Model
    style: str
    totals: Totals
    by_day: Mapping[date, int]


@dataclass(frozen=True, slots=True)
class PersonRow:
    person: User
    totals: Totals
    allowance_micros: int

    @property
    def bar_width(self) -> str:
        return filled(self.totals.spent_micros, self.allowance_micros, BUDGET_BAR_WIDTH)


@dataclass(frozen=True, slots=True)
class ProjectRow:
    project: Project
    totals: Totals


@dataclass(frozen=True, slots=True)
class Waste:
    """Charges that brought no picture, for one reason. `became` is its word in an address."""

    became: str
    reason: str
    totals: Totals


def model_shares(cells: Sequence[Cell]) -> list[ModelShare]:
    """The models that cost something, in the order of the catalogue."""
    totals = grouped(cells, lambda cell: cell.model_key)
    shown = [(model, style) for model, style in zip(MODELS, _STYLES, strict=True) if model.key in totals]
    return [ModelShare(model, style, totals[model.key], _by_day(cells, model)) for model, style in shown]


def person_rows(cells: Sequence[Cell], month: date) -> list[PersonRow]:
    """Everybody who may spend or has spent, the greatest spender first."""
    totals = grouped(cells, lambda cell: cell.person_id)
    allowed = allowances(month)
    shown = {key for key in totals if key} | {key for key, amount_micros in allowed.items() if amount_micros}
    people = User.objects.filter(pk__in=shown)
    rows = [PersonRow(person, totals.get(person.pk, Totals()), allowed.get(person.pk, 0)) for person in people]
    return sorted(rows, key=lambda row: (-row.totals.spent_micros, row.person.display_name))


def project_rows(cells: Sequence[Cell]) -> list[ProjectRow]:
    """The projects that cost something, the dearest first."""
    totals = grouped(cells, lambda cell: cell.project_id)
    rows = [ProjectRow(project, totals[project.pk]) for project in Project.objects.filter(pk__in=filter(None, totals))]
    return sorted(rows, key=lambda row: (-row.totals.spent_micros, row.project.name))


def waste_rows(cells: Sequence[Cell]) -> list[Waste]:
    """Why nothing came of it, in words; reasons that did not happen are left out."""
    for_nothing = [cell for cell in cells if cell.is_for_nothing]
    rows = [Waste(key, str(BECAME_WORDS[key]), _of(for_nothing, outcomes)) for key, outcomes in WASTE.items()]
    others = Totals.of(cell for cell in for_nothing if cell.outcome not in WASTE_NAMED)
    rows.append(Waste("other", str(BECAME_WORDS["other"]), others))
    return [row for row in rows if row.totals.calls_for_nothing]


def _of(cells: Iterable[Cell], outcomes: tuple[Outcome, ...]) -> Totals:
    return Totals.of(cell for cell in cells if cell.outcome in outcomes)


def _by_day(cells: Iterable[Cell], model: Model) -> Mapping[date, int]:
    return {cell.day: cell.amount_micros for cell in cells if cell.day and cell.model_key == model.key}
