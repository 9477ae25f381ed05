"""What may be asked, and what it costs: from the one table of capabilities and the studio's own price list."""

from typing import Annotated

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from ..forms.choices import enabled_models
from ..forms.words import problem_in_words
from ..history import TypicalTimes
from ..ledger.balance import month_of, month_summary
from ..models import Instance
from ..prices import Quote, terms_of_calls
from ..provider.catalogue import IMAGE_TYPES, VARIATIONS_MAX, Model
from ..provider.rules import Choices, problems
from ..provider.terms import Terms
from .door import READ, TokenRequest
from .problems import invalid
from .shapes import Facts, ModelsShape, QuoteShape
from .troubles import answers

router = Router(tags=["Models and prices"])
_ANY_PROMPT = "?"


@router.get(
    "/models",
    auth=READ,
    response=answers(ModelsShape),
    url_name="models",
    operation_id="listModels",
    summary="Models, sizes, ratios, prices",
)
def models(request: TokenRequest) -> Facts:
    """Those that this studio offers, each as its key with the provider leaves it."""
    offered, times = enabled_models(), TypicalTimes()
    terms = terms_of_calls([(model, size) for model in offered for size in model.sizes], timezone.now())
    return {"models": [_model(model, terms, times) for model in offered]}


@router.get(
    "/quote",
    auth=READ,
    response=answers(QuoteShape, invalid=True),
    url_name="quote",
    operation_id="getQuote",
    summary="What a run would cost",
)
def quote(
    request: TokenRequest,
    model: str,
    size: str = "",
    variations: Annotated[int, Query(ge=1, le=VARIATIONS_MAX)] = 1,
    thinking_level: str = "",
    web_search: bool = False,
) -> Facts:
    """The most it can cost: so much is held when it is submitted, and what was not charged comes back."""
    now = timezone.now()
    chosen = _chosen(model, size, thinking_level, web_search=web_search)
    size = size or chosen.size_default
    price = Quote.of(chosen, size, variations, now, thinking_level=thinking_level, web_search=web_search)
    left = month_summary(request.user, month_of(now)).left_micros
    threshold = Instance.current().confirm_above_micros
    return {
        "per_picture_micros": price.per_call_micros,
        "total_micros": price.total_micros,
        "left_micros": left,
        "fits": price.total_micros <= left,
        "needs_confirmation": threshold is not None and price.total_micros > threshold,
    }


def _chosen(key: str, size: str, thinking_level: str, *, web_search: bool) -> Model:
    """The model, if it takes these choices. Raises the `Problem` that the composer's form would show."""
    found = next((each for each in enabled_models() if each.key == key), None)
    if found is None:
        raise invalid({"model": [_("This model is not offered. Choose another one.")]})
    choices = Choices(
        prompt=_ANY_PROMPT, size=size or found.size_default, thinking_level=thinking_level, web_search=web_search
    )
    broken = [each for each in problems(found, choices) if each.field in {"size", "thinking_level", "web_search"}]
    if broken:
        raise invalid({each.field: [problem_in_words(each, [])] for each in broken})
    return found


def _model(model: Model, terms: dict[tuple[str, str], Terms], times: TypicalTimes) -> Facts:
    return {
        "key": model.key,
        "name": model.name,
        "sizes": [
            {
                "size": size,
                "price_micros": terms[model.key, size].worst(model, size),
                "typical_seconds": times.of(model, size).seconds,
                "timeout_seconds": round(model.read_timeout_seconds[size] * settings.NB_TIMEOUT_SCALE),
            }
            for size in model.sizes
        ],
        "size_default": model.size_default,
        "ratios": list(model.ratios),
        "inputs_max": model.images_max,
        "input_types": list(IMAGE_TYPES),
        "thinking_levels": list(model.thinking_levels),
        "thinking_default": model.thinking_default,
        "web_search": model.web_search,
        "system_prompt": model.system_prompt,
        "image_only": model.image_only,
    }
