"""Blanks filled in: the preview, and the composer that opens with the words."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from .. import access
from ..library.wording import FIELD_PREFIX, given_values
from ..models import Prompt
from .composer import Composer
from .desk import Desk
from .library import Filling, own_prompts
from .opening import LIBRARY
from .pages import page, swaps
from .prompts import prompt_page, shown
from .types import StudioRequest

ADDRESS_CHARACTERS_MAX: Final = 3_000
"""Longer addresses are refused on the way by some servers and proxies."""


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def preview(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The words as they will be. Asked by POST from the page, for long values do not fit into an address."""
    one = access.visible_prompt(request.user, public_id)
    data = request.POST if request.method == "POST" else request.GET
    filling = _filling(one, data.get("version", ""), given_values(data))
    return page(request, "studio/prompts/preview.html", {"project": one.project, "filling": filling}, part="preview")


@require_POST
@login_required
def composing(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The composer with these words: the one on the page, whose fields come along, or a fresh one. Writes nothing."""
    one = access.editable_prompt(request.user, public_id)
    filling = _filling(one, request.POST.get("version", ""), given_values(request.POST))
    filling.is_tried = True
    if filling.unfit:
        return prompt_page(request, shown(one, request.user, filling), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    desk = Desk(request, one.project)
    if not request.htmx:
        address = _address(one, filling)
        return redirect(address) if len(address) < ADDRESS_CHARACTERS_MAX else desk.page(_filled(desk, filling))
    return _answer(desk, _filled(desk, filling))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def earlier(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The person's own last prompts of the project; posted, the words of one of them in the composer."""
    project = access.editable_project(request.user, public_id)
    own = own_prompts(project, request.user)
    number = request.POST.get("run", "")
    run = next((each for each in own if str(each.number) == number), None)
    if run is None:
        status = HTTPStatus.CONFLICT if request.method == "POST" else HTTPStatus.OK
        context = {"project": project, "runs": own}
        return page(request, "studio/prompts/earlier.html", context, part="earlier", status=status)
    desk = Desk(request, project)
    return _answer(desk, desk.with_words_of(run))


def _answer(desk: Desk, composer: Composer) -> HttpResponse:
    """The composer with other words; what stood there is still shown below them."""
    if not desk.request.htmx:
        return desk.page(composer)
    before = desk.fields.get("prompt", "").strip()
    context = {
        "project": desk.project,
        "composer": composer,
        "before": before if before != composer.composition.prompt.strip() else "",
        "shell": desk.shell,
    }
    response = swaps(desk.request, "studio/prompts/filled.swaps.html", context, otherwise=desk.project)
    response.headers["HX-Trigger-After-Swap"] = "prompt-filled"
    return response


def _filled(desk: Desk, filling: Filling) -> Composer:
    return desk.filled(filling.version, filling.values)


def _address(one: Prompt, filling: Filling) -> str:
    fields = {LIBRARY: filling.version.public_id}
    blanks = {FIELD_PREFIX + name: value for name, value in filling.values.items()}
    return f"{one.project.get_absolute_url()}?{urlencode(fields | blanks)}"


def _filling(one: Prompt, version: str, given: dict[str, str]) -> Filling:
    """Of the version that the page showed, though there may be a newer one by now."""
    try:
        seen = one.versions.select_related("person").filter(public_id=UUID(version)).first()
    except ValueError:
        seen = None
    current = seen or one.current
    assert current, "a prompt that was kept has a version"
    return Filling(current, given)
