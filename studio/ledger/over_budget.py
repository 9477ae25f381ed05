from ..models import Project


class OverBudget(Exception):
    """The hold does not fit. Nothing was written.

    `project` is the project whose budget it does not fit into; None: it is the person's own.
    """

    def __init__(self, cost_micros: int, left_micros: int, project: Project | None = None) -> None:
        super().__init__(f"{cost_micros} micro-dollars asked for, {left_micros} left")
        self.cost_micros = cost_micros
        self.left_micros = left_micros
        self.project = project
