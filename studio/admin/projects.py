# mypy: disable-error-code="type-arg"
# Django's admin and form classes cannot be subscripted at run time.
"""Projects and who is in them."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from ..models import (
    Membership,
    Project,
)
from .base import StudioAdmin, is_admin


class MembershipInline(admin.TabularInline):
    """Who is in the project, and as what."""

    model = Membership
    fields = ["person", "role"]
    autocomplete_fields = ["person"]
    extra = 1

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_admin(request)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_admin(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_admin(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """A removed person's work stays with the project."""
        return is_admin(request)


@admin.register(Project)
class ProjectAdmin(StudioAdmin):
    fields = ["name"]
    inlines = [MembershipInline]
    list_display = ["name", "created_at"]
    search_fields = ["name"]


# ── Prices and switches ────────────────────────────────────────────────────────────────────────────
