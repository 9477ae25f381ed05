"""Provider and storage, for admins: keys, models, the emergency stop, and a health check that costs nothing."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from .. import health_check, keyring, storage_check, trial_picture
from ..access import require_admin
from ..accounts.sensitive import asked_again, confirmed
from ..forms.provider import PauseForm, PictureForm, SecretForm, WaysForm
from ..jobs import clock
from ..jobs.gate import switches
from ..jobs.gateway import gateway_keys, secret_of
from ..jobs.submit import FormReused, OverBudget, PriceChanged, SendingPaused
from ..models import GatewayKey, Instance, ModelSwitch
from ..models.gateway_key import LINKS, MAIN
from ..provider.catalogue import BY_KEY, MODELS, Model
from ..provider.way import Mode
from ..switches import set_pause, switch_model
from ..trial_picture import TrialPicture
from .check_words import CheckLine, check_lines
from .pages import page
from .storage_facts import step_lines, storage_facts
from .types import StudioRequest

SECRET_CHARACTERS_MIN: Final = 12
"""Of a shorter key the last characters would give away too much."""


@dataclass(frozen=True, slots=True)
class KeyPanel:
    """A key with its forms. `is_there` is whether it has a secret at all."""

    key: GatewayKey
    title: str
    about: str
    ways: WaysForm
    secret_form: SecretForm
    secret_end: str
    is_there: bool
    is_resting: bool
    picture: TrialPicture | None
    picture_form: PictureForm | None


@dataclass(frozen=True, slots=True)
class ModelLine:
    model: Model
    is_offered: bool
    reason: str


@require_safe
@login_required
def provider(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    return _page(request)


@require_POST
@login_required
def provider_check(request: StudioRequest) -> HttpResponse:
    """Look now, and say what was found. Nothing is kept: it may be asked again at any time."""
    require_admin(request.user)
    return _page(request, checks=check_lines(health_check.look()), checked_at=clock.now())


@require_POST
@login_required
def storage(request: StudioRequest) -> HttpResponse:
    """Try the storage out, and say step by step what it did."""
    require_admin(request.user)
    return _page(request, storage_steps=step_lines(storage_check.look()))


@require_POST
@login_required
@confirmed
def key_ways(request: StudioRequest, name: str) -> HttpResponse:
    require_admin(request.user)
    form = WaysForm(request.POST, instance=GatewayKey.objects.named(_known(name)))
    if not form.is_valid():
        return _page(request, status=422, forms={name: {"ways": form}})
    keyring.set_ways(name, form.cleaned_data, by=request.user)
    messages.success(request, _("Saved. It holds for the next request."))
    return redirect("provider")


@sensitive_post_parameters("secret")
@require_POST
@login_required
@confirmed
def key_secret(request: StudioRequest, name: str) -> HttpResponse:
    """Replace a key's secret, or with `forget` go back to the environment's."""
    require_admin(request.user)
    _known(name)
    if "forget" in request.POST:
        keyring.forget_secret(name, by=request.user)
        messages.success(request, _("The key is removed"))
        return redirect("provider")
    form = SecretForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, forms={name: {"secret_form": form}})
    keyring.set_secret(name, form.cleaned_data["secret"], by=request.user, now=clock.now())
    messages.success(request, _("The key is replaced. Check it before pictures do."))
    return redirect("provider")


@require_POST
@login_required
@confirmed
def key_sending(request: StudioRequest, name: str) -> HttpResponse:
    """`sending` is `stop` or `resume`."""
    require_admin(request.user)
    sends = request.POST.get("sending") == "resume"
    keyring.set_sending(_known(name), sends=sends, by=request.user, now=clock.now())
    messages.success(request, _("Sending goes on.") if sends else _("Nothing more is sent."))
    return redirect("provider")


@require_POST
@login_required
@confirmed
def key_pictures(request: StudioRequest, name: str) -> HttpResponse:
    """Make one test picture with this key, at the price that was read. It is a frame like every other from then on."""
    require_admin(request.user)
    form = PictureForm(request.POST)
    if _known(name) and not form.is_valid():
        return _page(request, status=422, picture_refusal=_("Nothing was sent. Press the button once more."))
    values, now = form.cleaned_data, clock.now()
    try:
        run = trial_picture.make(name, by=request.user, now=now, **values)
    except (OverBudget, PriceChanged, SendingPaused, FormReused, trial_picture.NothingToTry) as refusal:
        return _page(request, status=409, picture_refusal=_why_no_picture(refusal))
    return redirect(run.generations.get())


def _why_no_picture(refusal: Exception) -> str:
    match refusal:
        case OverBudget():
            return _("It costs more than you have left this month. Nothing was held, and nothing was sent.")
        case PriceChanged():
            return _("The price has changed since this page was opened. Nothing was held, and nothing was sent.")
        case SendingPaused():
            return _("Sending is stopped: %(why)s") % {"why": refusal.reason}
    return _("Nothing goes out with this key: it is stopped, or no model that it serves is offered.")


@require_POST
@login_required
@confirmed
def model_switch(request: StudioRequest, key: str) -> HttpResponse:
    """Offer a model with `offered`, or do not."""
    require_admin(request.user)
    model = BY_KEY.get(key)
    if model is None:
        raise Http404(_("No such model."))
    is_offered = "offered" in request.POST
    switch_model(model, is_offered=is_offered, by=request.user)
    said = _("%(model)s is offered") if is_offered else _("%(model)s is switched off")
    messages.success(request, said % {"model": model.name})
    return redirect("provider")


@require_POST
@login_required
def pause(request: StudioRequest) -> HttpResponse:
    """Stop all sending, with a reason, or with `resume` go on. A stop waits for no password; going on does."""
    require_admin(request.user)
    if "resume" in request.POST:
        if question := asked_again(request):
            return question
        set_pause("", by=request.user)
        messages.success(request, _("Sending goes on."))
        return redirect("provider")
    form = PauseForm(request.POST)
    if not form.is_valid():
        return _page(request, status=422, pause_form=form)
    set_pause(form.cleaned_data["reason"], by=request.user)
    messages.success(request, _("Nothing more is sent."))
    return redirect("provider")


def _known(name: str) -> str:
    if name not in (MAIN, LINKS):
        raise Http404(_("No such key."))
    return name


def _page(
    request: StudioRequest,
    *,
    status: int = 200,
    forms: dict[str, dict[str, Any]] | None = None,
    checks: list[CheckLine] | None = None,
    **said: Any,
) -> HttpResponse:
    context = {
        "panels": _panels(forms or {}),
        "models": _models(),
        "studio": Instance.current(),
        "pause_form": PauseForm(),
        "gateway_url": settings.NB_GATEWAY_URL,
        "is_practice": settings.NB_PRACTICE,
        "storage_facts": storage_facts(),
        "checks": checks,
    }
    return page(request, "studio/provider/provider.html", context | said, status=status)


def _panels(forms: dict[str, dict[str, Any]]) -> list[KeyPanel]:
    words = {
        MAIN: (_("Main key"), _("Takes every model that the other key does not.")),
        LINKS: (_("Key of the group NB-OSS"), _("Its answers are links, fetched at once. Used where it can be.")),
    }
    keys = gateway_keys()
    return [_panel(name, *words[name], keys=keys, given=forms.get(name, {})) for name in (MAIN, LINKS)]


def _panel(name: str, title: str, about: str, *, keys: list[GatewayKey], given: dict[str, Any]) -> KeyPanel:
    # One that was never used has no row, and looking makes none.
    known = GatewayKey.objects.select_related("secret_set_by").filter(name=name)
    mode = Mode.LINKS if name == LINKS else Mode.NATIVE
    key = known.first() or GatewayKey(name=name, mode=mode, sealed_secret="", secret_end="")
    secret = secret_of(key)
    # What was sealed with a key that is gone cannot be used, and has to be set again.
    end = secret[-keyring.END_CHARACTERS :] if len(secret) >= SECRET_CHARACTERS_MIN else ""
    is_there = bool(secret) and name in {each.name for each in keys}
    picture = trial_picture.cheapest(name, keys, clock.now()) if is_there else None
    facts = {
        "ways": WaysForm(instance=key, auto_id=f"id_{name}_%s"),
        "secret_form": SecretForm(auto_id=f"id_{name}_%s"),
    }
    return KeyPanel(
        key=key,
        title=title,
        about=about,
        secret_end=end,
        is_there=is_there,
        is_resting=key.is_resting(clock.now()),
        picture=picture,
        picture_form=_picture_form(name, picture) if picture else None,
        **(facts | given),
    )


def _picture_form(name: str, picture: TrialPicture) -> PictureForm:
    values = {"form_token": uuid4(), "quoted_micros": picture.price_micros}
    return PictureForm(initial=values, auto_id=f"id_{name}_%s")


def _models() -> list[ModelLine]:
    offered = switches()
    reasons = {switch.model_key: switch.get_reason_display() for switch in ModelSwitch.objects.exclude(reason="")}
    return [ModelLine(model, offered[model.key], reasons.get(model.key, "")) for model in MODELS]
