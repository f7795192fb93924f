"""A column that is always worked out from the row's other columns, such as a sort key made in Python."""

from collections.abc import Callable
from typing import Any

from django.db import models


class DerivedTextField(models.TextField):  # type: ignore[type-arg]
    """Text that `derive(row)` gives each time the row is written, one by one or in bulk; never typed by anybody."""

    def __init__(self, *args: Any, derive: Callable[[Any], str], **kwargs: Any) -> None:
        self.derive = derive
        super().__init__(*args, **{**kwargs, "editable": False})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["editable"]
        return name, path, args, {**kwargs, "derive": self.derive}

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.derive(model_instance)
        setattr(model_instance, self.attname, value)
        return value
