"""The price list for admins: what holds, what is to come, and a new price that is looked at before it is recorded."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ..access import require_admin
from ..accounts.sensitive import confirmed
from ..forms.prices import BonusForm, PriceForm
from ..models import Instance
from ..price_list import add_price, changes, is_far_off, price_list, set_bonus
from .pages import page
from .types import StudioRequest


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@confirmed
def prices(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    return _new(request) if request.method == "POST" else _page(request)


@require_POST
@login_required
@confirmed
def bonus(request: StudioRequest) -> HttpResponse:
    require_admin(request.user)
    form = BonusForm(request.POST)
    if not form.is_valid():
        return _page(request, bonus_form=form, status=422)
    set_bonus(form.cleaned_data["bonus"], by=request.user)
    messages.success(request, _("Real cost is now said with this bonus."))
    return redirect("prices")


def _new(request: StudioRequest) -> HttpResponse:
    """Shown first, recorded when it was seen; what is far off the present price only when that is confirmed as well."""
    now = timezone.now()
    form = PriceForm(request.POST, now=now)
    if not form.is_valid():
        return _page(request, form=form, status=422)
    price, model = form.to_price(), form.chosen_model
    found = changes(model, price)
    seen = form.digest + "".join(str(change.before_micros) for change in found)
    preview = {"price": price, "model": model, "changes": found, "is_far_off": is_far_off(found), "seen": seen}
    if request.POST.get("step") != "save" or request.POST.get("seen") != seen:
        return _page(request, form=form, preview=preview)
    if preview["is_far_off"] and "sure" not in request.POST:
        return _page(request, form=form, preview=preview | {"asks_again": True}, status=422)
    add_price(price, by=request.user, now=now)
    messages.success(request, _("%(model)s: the new price is recorded") % {"model": model.name})
    return redirect("prices")


def _page(
    request: StudioRequest,
    *,
    form: PriceForm | None = None,
    bonus_form: BonusForm | None = None,
    preview: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    context = {
        "listed": price_list(now),
        "form": form or PriceForm(now=now, initial=_proposed(request)),
        "bonus_form": bonus_form or BonusForm(initial={"bonus": f"{Instance.current().bonus_thousandths / 10:g}"}),
        "preview": preview,
        "zone": timezone.get_current_timezone_name(),
    }
    return page(request, "studio/prices/prices.html", context, status=status)


def _proposed(request: StudioRequest) -> dict[str, str]:
    """What an alert's link fills in: a proposal, which the form judges like anything that is typed."""
    return {name: request.GET[name] for name in PriceForm.base_fields if name in request.GET}
