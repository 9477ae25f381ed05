from datetime import datetime
from typing import Final, cast

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from ..provider.way import Mode, SystemPromptMode, Way

MAIN: Final = "main"
LINKS: Final = "links"
CALLS_MAX: Final = 30
"""How many calls of one key with one model the gateway takes at a time; gateway's page on concurrency, 2026-08."""


class SystemPrompt(models.TextChoices):
    """Where words for the model go; `provider/way.py` says what each means."""

    MODEL_ROLE = "model_role", _("First turn, in the model's name")
    SYSTEM_INSTRUCTION = "system_instruction", _("Google's own field")
    PREFIX = "prefix", _("In front of the prompt")


class Stop(models.TextChoices):
    """Why nothing is sent with a key: what happened, and what an admin has to do. The labels are shown as they are."""

    REFUSED = "refused", _("The gateway refused the key. Check the key and its group, then resume sending.")
    BALANCE = "balance", _("The gateway’s balance is too low. Top it up, then resume sending.")
    CERTIFICATE = (
        "certificate",
        _("The gateway’s address could not prove that it is the gateway’s. Check the address, then resume sending."),
    )
    ADMIN = "admin", _("An admin stopped it. Resume sending when it is time.")


class Caution(models.TextChoices):
    """What an admin should change although sending goes on."""

    HOST = (
        "host",
        _("A host in front of the gateway gave up while the call went on and was billed. Set another NB_GATEWAY_URL."),
    )
    REDIRECT = "redirect", _("The gateway’s address points elsewhere, which is never followed. Check NB_GATEWAY_URL.")


class GatewayKeyQuerySet(models.QuerySet["GatewayKey"]):
    def named(self, name: str) -> "GatewayKey":
        """The key's row, made when first asked for. What a key can do is decided outside: its secret is not here."""
        mode = Mode.LINKS if name == LINKS else Mode.NATIVE
        return self.get_or_create(name=name, defaults={"mode": mode})[0]

    def locked(self, name: str) -> "GatewayKey":
        """The key's row, nobody else's until the transaction ends."""
        self.named(name)
        return self.select_for_update().get(name=name)


class GatewayKey(models.Model):
    """A key of the gateway as the studio uses it: how it is asked, and whether it is asked at all right now.

    The secret is in the environment, or here: sealed, with its last characters for people to know it by.

    At most `calls_max` calls of one model are under way with it. While `stopped_reason` is not empty nothing is sent
    with the key until an admin says so.

    Until `rests_until` nothing is sent because the provider is busy, and `rests` counts how often in a row it was.
    While that is above zero the key is on trial: one generation at a time, the `probe`, may try whether it is over.
    `jobs/heed.py` writes all of this, `jobs/gate.py` reads it.
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
    calls_max = models.PositiveSmallIntegerField(
        _("calls at a time, of each model"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(CALLS_MAX)],
        help_text=_("From 1 to 30. The gateway turns away what is beyond."),
    )
    sealed_secret = models.TextField(blank=True, db_default="")  # empty: the environment's
    secret_end = models.CharField(max_length=4, blank=True, db_default="")
    secret_set_at = models.DateTimeField(null=True, blank=True)
    secret_set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    stopped_reason = models.CharField(max_length=200, blank=True, choices=Stop)
    stopped_at = models.DateTimeField(null=True, blank=True)
    rests_until = models.DateTimeField(null=True, blank=True)
    rests = models.PositiveSmallIntegerField(default=0)
    probe = models.ForeignKey("Generation", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    caution = models.CharField(max_length=16, blank=True, choices=Caution)

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
            models.CheckConstraint(
                condition=models.Q(calls_max__range=(1, CALLS_MAX)), name="gateway_key_calls_in_range"
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
            loopback_addresses=settings.NB_PRACTICE,
        )

    @property
    def is_stopped(self) -> bool:
        return bool(self.stopped_reason)

    @property
    def is_on_trial(self) -> bool:
        """Whether the provider was busy when it was last asked."""
        return self.rests > 0

    def is_resting(self, now: datetime) -> bool:
        return self.is_on_trial and self.rests_until is not None and now < self.rests_until
