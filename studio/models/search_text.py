"""A column that says with which words a row is found. It is written from another one, whenever that is."""

from typing import Any

from django.db import models

from ..tokens import searchable


class SearchTextField(models.TextField):  # type: ignore[type-arg]
    """What `tokens.searchable` makes of the field or property named `of`. Nobody sets it."""

    def __init__(self, *, of: str, **options: Any) -> None:
        self.of = of
        super().__init__(**options | {"editable": False, "db_default": ""})

    def deconstruct(self) -> Any:
        name, path, arguments, options = super().deconstruct()
        for ours in ("editable", "db_default"):
            options.pop(ours, None)
        return name, path, arguments, options | {"of": self.of}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        text = searchable(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, text)
        return text
