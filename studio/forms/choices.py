"""Which models are offered: those of the catalogue that no admin switched off."""

from ..jobs.gate import switches
from ..jobs.gateway import gateway_keys, model_as_asked
from ..provider.catalogue import DEFAULT_MODEL, MODELS, Model


def enabled_models() -> tuple[Model, ...]:
    """In the catalogue's order, each as its key leaves it. An admin's switch wins over what the catalogue says."""
    offered, keys = switches(), gateway_keys()
    return tuple(model_as_asked(model, keys) for model in MODELS if offered[model.key])


def first_choice(models: tuple[Model, ...]) -> Model:
    """What an empty composer begins with: the default model if it is offered, else the first that is."""
    return offered(DEFAULT_MODEL, models) or (models[0] if models else DEFAULT_MODEL)


def offered(model: Model, models: tuple[Model, ...]) -> Model | None:
    """The model as it is among those offered; None when it is not."""
    return next((each for each in models if each.key == model.key), None)
