# mypy: disable-error-code="type-arg"
# Django's admin and form classes cannot be subscripted at run time.
"""What happened, to be read and never written: ledger, attempts, the log of the admin."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from ..models import (
    Attempt,
    LedgerEntry,
)
from ..money import dollars
from .base import ReadOnlyAdmin


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnlyAdmin):
    list_display = ["account", "sequence", "effective_at", "kind", "certainty", "amount", "balance", "generation"]
    list_filter = ["kind", "certainty", "month"]
    list_select_related = ["account__person", "generation__run"]
    ordering = ["-effective_at", "-pk"]
    search_fields = ["account__person__username", "account__person__email", "note"]

    @admin.display(description=_("Amount"))
    def amount(self, entry: LedgerEntry) -> str:
        return dollars(entry.amount_micros)

    @admin.display(description=_("Left"))
    def balance(self, entry: LedgerEntry) -> str:
        return dollars(entry.balance_micros)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Every call with its evidence; what was sent is shown without its pictures."""

    list_display = ["__str__", "started_at", "outcome", "charge", "price", "http_status", "request_id"]
    list_filter = ["outcome", "charge"]
    list_select_related = ["generation__run"]
    ordering = ["-started_at"]
    search_fields = ["request_id", "response_id"]

    @admin.display(description=_("Price"))
    def price(self, attempt: Attempt) -> str:
        return dollars(attempt.cost_micros)


@admin.register(LogEntry)
class LogEntryAdmin(ReadOnlyAdmin):
    """What admins changed here."""

    list_display = ["action_time", "user", "content_type", "object_repr", "action_flag", "get_change_message"]
    list_filter = ["action_flag"]
    list_select_related = ["user", "content_type"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[LogEntry]:
        return super().get_queryset(request).order_by("-action_time", "-pk")
