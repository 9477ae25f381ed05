"""What an admin switches: a model on or off, and the emergency stop of all sending. Each in the audit log."""

from django.db import transaction

from .audit_log import record
from .models import AuditEntry, Instance, ModelSwitch, User
from .provider.catalogue import Model


@transaction.atomic
def switch_model(model: Model, *, is_offered: bool, by: User) -> None:
    """Offer a model, or do not. Once an admin has decided, what the machine had to say about it is history."""
    switch, _is_new = ModelSwitch.objects.select_for_update().get_or_create(
        model_key=model.key, defaults={"is_enabled": model.enabled}
    )
    before = switch.is_enabled
    switch.is_enabled, switch.reason, switch.switched_off_at = is_offered, "", None
    switch.save(update_fields=["is_enabled", "reason", "switched_off_at"])
    if before != is_offered:
        record(by, AuditEntry.Action.CHANGED, switch, changes={"offered": (_word(before), _word(is_offered))})


@transaction.atomic
def set_pause(reason: str, *, by: User) -> None:
    """With a reason nothing is sent by anybody, until it is taken away. What is under way is finished."""
    Instance.current()
    studio = Instance.objects.select_for_update().get(pk=1)
    before = studio.paused_reason
    Instance.objects.filter(pk=1).update(paused_reason=reason)
    if before != reason:
        record(by, AuditEntry.Action.CHANGED, studio, changes={"sending stopped": (before, reason)})


def _word(is_offered: bool) -> str:
    return "on" if is_offered else "off"
