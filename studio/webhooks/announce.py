"""What there is to tell, as rows. Each is written in the transaction in which it happens."""

from datetime import datetime

from ..models import Generation, Webhook, WebhookDelivery


def finished(generation: Generation, *, now: datetime) -> None:
    """One delivery for each webhook that wants to hear of it; one question where none does, as nearly always."""
    WebhookDelivery.objects.bulk_create(
        WebhookDelivery(webhook=webhook, generation=generation, created_at=now, next_try_at=now)
        for webhook in Webhook.objects.about(generation)
    )


def trial(webhook: Webhook, *, now: datetime) -> WebhookDelivery:
    """Something to tell that means nothing, for a person who wants to see it arrive."""
    return WebhookDelivery.objects.create(webhook=webhook, created_at=now, next_try_at=now)
