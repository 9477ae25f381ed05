from typing import Final, cast

from django.db import models
from django.utils.translation import gettext_lazy as _

from ..provider.way import Mode, SystemPromptMode, Way

MAIN: Final = "main"
LINKS: Final = "links"


class SystemPrompt(models.TextChoices):
    """Where words for the model go; `provider/way.py` says what each means."""

    MODEL_ROLE = "model_role", _("First turn, in the model's name")
    SYSTEM_INSTRUCTION = "system_instruction", _("Google's own field")
    PREFIX = "prefix", _("In front of the prompt")


class GatewayKeyQuerySet(models.QuerySet["GatewayKey"]):
    def named(self, name: str) -> "GatewayKey":
        """The key's row, made when first asked for. What a key can do is decided outside: its secret is not here."""
        mode = Mode.LINKS if name == LINKS else Mode.NATIVE
        return self.get_or_create(name=name, defaults={"mode": mode})[0]


class GatewayKey(models.Model):
    """A key of the gateway as the studio uses it: how it is asked, and whether it is asked at all right now.

    The secret stays in the environment; `name` says which one it is. While `stopped_reason` is not empty nothing is
    sent with the key until an admin says so; until `rests_until` nothing is sent because the provider is busy, and
    `rests` counts how often in a row it was.
    """

    name = models.CharField(max_length=32, unique=True)
    mode = models.CharField(
        max_length=8,
        default=Mode.NATIVE.value,
        choices=[
            (Mode.NATIVE.value, _("Gemini's own, pictures in the answer")),
            (Mode.LINKS.value, _("Gemini's own, links to download (NB-OSS)")),
            (Mode.CHAT.value, _("OpenAI-compatible")),
        ],
    )
    system_prompt_mode = models.CharField(max_length=20, choices=SystemPrompt, default=SystemPrompt.MODEL_ROLE)
    stable_ids = models.BooleanField(_("asks for models by their stable ids"), default=False)
    bucket_addresses = models.BooleanField(_("takes gs:// addresses"), default=False)
    stopped_reason = models.CharField(max_length=200, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    rests = models.PositiveSmallIntegerField(default=0)

    objects = GatewayKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("gateway key")
        verbose_name_plural = _("gateway keys")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(mode__in=[mode.value for mode in Mode]), name="gateway_key_mode_known"
            ),
            models.CheckConstraint(
                condition=models.Q(system_prompt_mode__in=SystemPrompt.values), name="gateway_key_system_prompt_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def way(self) -> Way:
        return Way(
            mode=Mode(self.mode),
            system_prompt_mode=cast("SystemPromptMode", self.system_prompt_mode),  # held by the constraint
            bucket_addresses=self.bucket_addresses,
        )
