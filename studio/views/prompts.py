"""The prompt library: its list, one prompt, and everything that writes one."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from .. import access
from ..forms.prompt import PromptForm, fields_of_composer, fields_of_run, fields_of_version
from ..library.keep import Overtaken, archive, keep, restore, rewrite, unarchive
from ..models import Generation, Project, Prompt, User
from .library import Filling, Library, Shown
from .pages import page, swaps
from .prompt_editor import Editor
from .types import StudioRequest

_LIST, _EDITOR = "studio/prompts/prompts.html", "studio/prompts/editor.html"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def prompts(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The list; on wide screens with the first prompt of it."""
    if request.method == "POST":
        return _create(request, access.editable_project(request.user, public_id))
    project = access.visible_project(request.user, public_id)
    library = Library(project, request.GET)
    first = access.visible_prompt(request.user, library.first.public_id) if library.first else None
    return page(
        request,
        _LIST,
        {
            "project": project,
            "library": library,
            "shown": shown(first, request.user) if first and not request.htmx else None,
            "can_make": access.can_make(request.user, project),
            "is_list": True,
        },
        part=_part(request),
    )


@require_safe
@login_required
def prompt(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """One prompt beside the list."""
    one = access.visible_prompt(request.user, public_id)
    return prompt_page(request, shown(one, request.user))


def prompt_page(request: StudioRequest, one: Shown, *, status: int = HTTPStatus.OK) -> HttpResponse:
    """The page of a prompt; for the composer's dialog the fill-in form of it."""
    context = {
        "project": one.prompt.project,
        "library": Library(one.prompt.project, request.GET),
        "shown": one,
        "can_make": one.may_make,
        "is_list": False,
    }
    return page(request, _LIST, context, part="chosen", status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The form of a new prompt: empty, from a frame (`?frame=`), or from the composer that is sent. Writes nothing."""
    project = access.editable_project(request.user, public_id)
    if request.method != "POST":
        data = _fields_of_frame(project, request.GET["frame"]) if "frame" in request.GET else QueryDict()
    elif "text" in request.POST:  # the form itself, to show its blanks
        data = request.POST
    else:
        data = fields_of_composer(request.POST)
    return _editor(request, Editor(project=project, data=data, is_dialog=bool(request.htmx)))


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def editing(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The form of the next version. Posted to show the blanks of what was typed; writes nothing either."""
    one = access.editable_prompt(request.user, public_id)
    assert one.current, "a prompt that was kept has a version"
    data = request.POST if request.method == "POST" else fields_of_version(one.current, title=one.title)
    return _editor(request, Editor(project=one.project, prompt=one, data=data))


@require_POST
@login_required
def versions(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """The next version: what the form says, or with `restore` a copy of an old one."""
    one = access.editable_prompt(request.user, public_id)
    try:
        if "restore" in request.POST:
            return _restore(request, one)
        form = PromptForm(request.POST, project=one.project)
        editor = Editor(project=one.project, prompt=one, data=request.POST)
        if not form.is_valid():
            editor.errors = form.sentences
            return _editor(request, editor, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        version = rewrite(
            one, form.to_draft(), base=form.cleaned_data["base"] or 0, person=request.user, now=timezone.now()
        )
    except Overtaken as overtaken:
        if "restore" in request.POST:
            messages.warning(request, _("Somebody saved another version meanwhile. Look at it first."))
            return redirect(one)
        editor.overtaken = overtaken.version
        return _editor(request, editor, status=HTTPStatus.CONFLICT)
    messages.success(request, _("Saved as version %(number)d") % {"number": version.number})
    return redirect(one)


@require_POST
@login_required
def archiving(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Put a prompt away, or with `undo` bring it back. Nothing is lost either way."""
    one = access.editable_prompt(request.user, public_id)
    if not access.can_archive(request.user, one):
        raise PermissionDenied(_("Only an owner of the project archives what others have kept."))
    if "undo" in request.POST:
        unarchive(one)
        messages.success(request, _("%(title)s is back in the library") % {"title": one.title})
        return redirect(one)
    archive(one, person=request.user, now=timezone.now())
    messages.success(
        request,
        format_html(
            '{} <form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button class="btn btn-sm" name="undo" value="1">{}</button></form>',
            _("%(title)s archived") % {"title": one.title},
            reverse("prompt-archiving", args=[one.public_id]),
            get_token(request),
            _("Undo"),
        ),
    )
    return redirect(reverse("prompts", args=[one.project.public_id]))


def shown(one: Prompt, user: User, filling: Filling | None = None) -> Shown:
    assert one.current, "a prompt that was kept has a version"
    return Shown(
        one,
        filling or Filling(one.current),
        may_make=access.can_make(user, one.project),
        may_archive=access.can_archive(user, one),
    )


def _create(request: StudioRequest, project: Project) -> HttpResponse:
    form = PromptForm(request.POST, project=project)
    is_dialog = bool(request.htmx)
    if not form.is_valid():
        editor = Editor(project=project, data=request.POST, errors=form.sentences, is_dialog=is_dialog)
        return _editor(request, editor, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    kept = keep(form.to_draft(), project=project, person=request.user, now=timezone.now())
    if not is_dialog:
        messages.success(request, _("%(title)s is in the library") % {"title": kept.title})
        return redirect(kept)
    response = swaps(request, "studio/prompts/kept.swaps.html", {"prompt": kept}, otherwise=kept)
    response.headers["HX-Trigger"] = "dialog-done"
    return response


def _restore(request: StudioRequest, one: Prompt) -> HttpResponse:
    number = request.POST["restore"]
    old = one.versions.filter(number=int(number)).first() if number.isascii() and number.isdigit() else None
    if old is None:
        raise Http404(_("No such version."))
    version = restore(one, old, person=request.user, now=timezone.now())
    facts = {"old": old.number, "number": version.number}
    messages.success(request, _("Version %(old)d is back, as version %(number)d") % facts)
    return redirect(one)


def _editor(request: StudioRequest, editor: Editor, *, status: int = HTTPStatus.OK) -> HttpResponse:
    part = "blanks" if request.POST.get("show") == "blanks" else "editor"
    return page(request, _EDITOR, {"project": editor.project, "editor": editor}, part=part, status=status)


def _fields_of_frame(project: Project, public_id: str) -> QueryDict:
    try:
        frame = Generation.objects.living().select_related("run").get(project=project, public_id=UUID(public_id))
    except (ValueError, Generation.DoesNotExist) as error:
        raise Http404(_("No such frame.")) from error
    rows = frame.run.inputs.select_related("upload", "output", "link")
    return fields_of_run(frame.run, [row.picture for row in rows])


def _part(request: StudioRequest) -> str:
    """The dialog of the composer asks for the list with its search field, the search field for the list alone."""
    return "picker" if request.htmx and request.htmx.target == "library-body" else "list"
