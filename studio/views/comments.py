"""Comments on a frame, and the verdict on it."""

from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from .. import access
from ..forms.comment import CommentForm
from ..models import Comment, Generation, Role, Status, User
from ..talk.comments import reword, say, take_back
from ..talk.verdicts import decide, withdraw
from .pages import page, swaps
from .talk import Talk
from .types import StudioRequest


@require_POST
@login_required
def comments(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Say something: whoever may look may comment."""
    frame = access.living_generation(request.user, public_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        return _refused(request, frame, form)
    said = say(frame, form.cleaned_data["text"], person=request.user, now=timezone.now())
    talk = Talk(frame, request.user)
    context = {"project": frame.project, "talk": talk, "said": talk.said(said)}
    return swaps(request, "studio/talk/commented.swaps.html", context, otherwise=f"{frame.get_absolute_url()}#comments")


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def comment(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """One comment: its form, and other words for it while that is still possible."""
    one = _visible(request.user, public_id)
    if not one.may_be_edited_by(request.user, timezone.now()):
        raise PermissionDenied(_("Only who wrote a comment may change it, for 15 minutes."))
    form = CommentForm(request.POST if request.method == "POST" else {"text": one.text})
    talk = Talk(one.generation, request.user)
    context = {"project": one.generation.project, "talk": talk, "said": talk.said(one), "form": form}
    if request.method != "POST" or not form.is_valid():
        status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
        return page(request, "studio/talk/edit.html", context, part="edit", status=status)
    reword(one, form.cleaned_data["text"], now=timezone.now())
    return _again(request, one)


@require_POST
@login_required
def removal(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """Take back one's own; an owner of the project takes away anybody's. A mark stays."""
    one = _visible(request.user, public_id)
    is_owner = access.role_in(request.user, one.generation.project) == Role.OWNER
    if one.person_id != request.user.pk and not is_owner:
        raise PermissionDenied(_("Only who wrote a comment, or an owner of the project, may delete it."))
    take_back(one, by=request.user, now=timezone.now())
    return _again(request, one)


@require_POST
@login_required
def verdict(request: StudioRequest, public_id: UUID) -> HttpResponse:
    """`approved`, `rejected`, or `none` to withdraw it. Makers and owners, on a frame with a picture."""
    frame = access.editable_generation(request.user, public_id)
    wanted = request.POST.get("verdict", "")
    if frame.status != Status.SUCCEEDED or wanted not in {"approved", "rejected", "none"}:
        return _answer(request, frame, status=HTTPStatus.CONFLICT)
    if wanted == "none":
        withdraw(frame)
    else:
        decide(frame, is_approved=wanted == "approved", person=request.user, now=timezone.now())
    return _answer(request, frame)


def _answer(request: StudioRequest, frame: Generation, *, status: int = HTTPStatus.OK) -> HttpResponse:
    context = {"project": frame.project, "talk": Talk(frame, request.user)}
    return swaps(request, "studio/talk/decided.swaps.html", context, otherwise=frame, status=status)


def _refused(request: StudioRequest, frame: Generation, form: CommentForm) -> HttpResponse:
    """The form again with what is wrong; without htmx as a page of its own, so that nothing typed is lost."""
    context = {"project": frame.project, "talk": Talk(frame, request.user), "form": form}
    if not request.htmx:
        return page(request, "studio/talk/write.html", context, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    return swaps(
        request,
        "studio/talk/commented.swaps.html",
        context,
        otherwise=frame,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )


def _again(request: StudioRequest, one: Comment) -> HttpResponse:
    """The comment as it is now, in its place."""
    fresh = _visible(request.user, one.public_id)
    frame = fresh.generation
    if not request.htmx:
        messages.info(request, _("Comment deleted") if fresh.is_deleted else _("Comment changed"))
    talk = Talk(frame, request.user)
    context = {"project": frame.project, "talk": talk, "said": talk.said(fresh)}
    return swaps(request, "studio/talk/changed.swaps.html", context, otherwise=f"{frame.get_absolute_url()}#comments")


def _visible(user: User, public_id: UUID) -> Comment:
    one = (
        Comment.objects.visible_to(user)
        .select_related("generation__project", "generation__run", "person", "deleted_by")
        .filter(public_id=public_id)
        .first()
    )
    if one is None:
        raise Http404(_("No such comment."))
    return one
