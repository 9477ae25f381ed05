# mypy: disable-error-code="type-arg"
# Django's admin and form classes cannot be subscripted at run time.
"""Projects and who is in them, to be looked up. They are changed on their own pages, which keep an owner in each."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from ..models import (
    Membership,
    Project,
)
from .base import ReadOnlyAdmin, is_admin


class MembershipInline(admin.TabularInline):
    """Who is in the project, and as what."""

    model = Membership
    fields = ["person", "role"]
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_admin(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Project)
class ProjectAdmin(ReadOnlyAdmin):
    fields = ["name"]
    inlines = [MembershipInline]
    list_display = ["name", "created_at"]
    search_fields = ["name"]


# ── Prices and switches ────────────────────────────────────────────────────────────────────────────
