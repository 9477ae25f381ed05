from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from .shell import last_project
from .types import StudioRequest


@require_safe
@login_required
def home(request: StudioRequest) -> HttpResponse:
    """Back to work: the project last worked in. Without any project, the list to begin one."""
    return redirect(last_project(request.user) or "projects")
