# mypy: disable-error-code="type-arg"
# Django's admin and form classes cannot be subscripted at run time.
"""What every page of the admin shares: who may use it, and how money is typed there."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest

from ..audit_log import record
from ..models import AuditEntry, User

_HIDDEN = "•••"


class StudioAdmin(admin.ModelAdmin):
    """What every page here has: admins of the studio, and nobody else. Deleting is refused: history stays."""

    show_full_result_count = False  # a count of a large table is as slow as the table is long

    # Django's own log says which fields were changed; the studio's also says what stood there.

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        request.audit_changes = _changes(form)  # type: ignore[attr-defined]
        return super().construct_change_message(request, form, formsets, add)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record(request, AuditEntry.Action.ADDED, obj, message)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        _record(request, AuditEntry.Action.CHANGED, obj, message)
        return super().log_change(request, obj, message)

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


def _changes(form: Any) -> dict[str, tuple[str, str]]:
    """Before and after of each field as people read it; of a password, only that it was changed."""
    found = {}
    for name in form.changed_data:
        if "password" in name:
            found["password"] = (_HIDDEN, _HIDDEN)
        else:
            found[name] = (str(form[name].initial or ""), str(form.cleaned_data.get(name) or ""))
    return found


def _record(request: HttpRequest, action: AuditEntry.Action, obj: Model, message: Any) -> None:
    changes = getattr(request, "audit_changes", {})
    if changes or isinstance(message, str):
        record(admin_of(request), action, obj, changes=changes, note=message if isinstance(message, str) else "")


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
