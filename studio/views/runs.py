"""Runs of a project: submit one, and the older ones of the feed."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from .. import access
from ..asked_before import DeclinedBefore
from ..forms.generation import GenerationForm, with_fewer
from ..jobs import clock
from ..jobs.pace import TooFast
from ..jobs.submit import FormReused, OverBudget, PriceChanged, SendingPaused
from ..models import Project, Run
from ..money import dollars
from .desk import Desk
from .feed import runs_with_generations, strips_of
from .links import take_address
from .pages import swaps
from .refusals import NotConfirmed, notice_of
from .submits import Consent, submit_form
from .types import StudioRequest
from .uploads import take_in
from .watch import Watch


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def runs(request: StudioRequest, public_id: UUID) -> HttpResponse:
    if request.method == "POST":
        return _create(request, access.editable_project(request.user, public_id))
    return _older(request, access.visible_project(request.user, public_id))


def _older(request: StudioRequest, project: Project) -> HttpResponse:
    """The strips before a run number, in place of the link that asked for them."""
    desk = Desk(request, project)
    context = {
        "project": project,
        "feed": desk.feed,
        "watch": Watch.read(request.GET).seen(desk.feed.frames),
        "can_make": access.can_make(request.user, project),
        "shell": desk.shell,
    }
    address = f"{reverse('project', args=[project.public_id])}?before={desk.feed.before or ''}"
    return swaps(request, "studio/workspace/older.swaps.html", context, otherwise=address)


def _create(request: StudioRequest, project: Project) -> HttpResponse:
    if request.FILES:
        # Without script, chosen files come along with the button. They were not in the tray when it was priced.
        return take_in(request, project)
    if request.POST.get("address") and not request.htmx:
        # An address that was typed and not added, likewise: nobody means to pay for a picture without it.
        return take_address(request, project)
    # Money counts in the month of the submit, by the clock that all machines share.
    desk = Desk(request, project, fields=with_fewer(request.POST), now=clock.now())
    form = GenerationForm(desk.fields, project=project)
    if not form.is_valid():
        return desk.recomposed(desk.posted(errors=form.sentences), status=422)
    try:
        run = _submit(form, desk)
    except (OverBudget, PriceChanged, FormReused, SendingPaused, DeclinedBefore, NotConfirmed, TooFast) as refusal:
        composer = desk.posted(token=uuid4() if isinstance(refusal, FormReused) else None)
        composer.notice = notice_of(refusal, composer.quote, form.cleaned_data["quoted_micros"], now=desk.now)
        return desk.recomposed(composer, status=422 if isinstance(refusal, OverBudget) else 409)
    return _created(desk, run)


def _submit(form: GenerationForm, desk: Desk) -> Run:
    """The queued run. Raises every `Refusal`; `FormReused` also for a second click."""
    said = desk.request.POST
    consent = Consent(
        again="again" in said,
        anyway="anyway" in said,
        times_seen=said.get("times_seen", ""),
        confirmed_micros=said.get("confirmed", ""),
    )
    run = submit_form(
        form,
        project=desk.project,
        person=desk.request.user,
        consent=consent,
        left_micros=lambda: desk.shell.month.left_micros,
        now=desk.now,
    )
    if run.created_at != desk.now and desk.request.htmx:
        raise FormReused(run)  # its strip is on the page already
    return run


def _created(desk: Desk, run: Run) -> HttpResponse:
    """The new strip on top of the feed, and a fresh form, so that the next click is the next run."""
    held = run.price_micros * run.variations
    said = _("Run %(number)d queued, %(sum)s held") % {"number": run.number, "sum": dollars(held)}
    if not desk.request.htmx:
        messages.success(desk.request, said)
        return redirect(desk.project)
    strips = strips_of(
        [runs_with_generations().get(pk=run.pk)], now=desk.now, times=desk.times, viewer=desk.request.user
    )
    context = {
        "project": desk.project,
        "strips": strips,
        "said": said,
        "watch": Watch.read(desk.request.POST).seen(strips[0].frames),
        "composer": desk.posted(token=uuid4()),
        "is_fewer": "instead" in desk.request.POST,
        "can_make": True,
        "shell": desk.shell,
    }
    return swaps(desk.request, "studio/workspace/created.swaps.html", context, otherwise=desk.project)
