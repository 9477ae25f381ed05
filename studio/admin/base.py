# mypy: disable-error-code="type-arg"
# Django's admin and form classes cannot be subscripted at run time.
"""What every page of the admin shares: who may use it, and how money is typed there."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from ..models import (
    User,
)


class StudioAdmin(admin.ModelAdmin):
    """What every page here has: admins of the studio, and nobody else. Deleting is refused: history stays."""

    show_full_result_count = False  # a count of a large table is as slow as the table is long

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_admin(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_admin(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_admin(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return is_admin(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyAdmin(StudioAdmin):
    """Records: to be read."""

    actions = None

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def is_admin(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.is_studio_admin


# ── People and their budgets ───────────────────────────────────────────────────────────────────────


def admin_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User), "has_change_permission has asked"
    return request.user


# ── Projects ───────────────────────────────────────────────────────────────────────────────────────
